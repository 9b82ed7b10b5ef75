import { Alert, Skeleton } from "antd";
import { LoadFailed } from "../../components/data-table.tsx";
import { ApplicationBody, ObjectionNote } from "../applications/application-body.tsx";
import { ApplicationSummary } from "../applications/application-summary.tsx";
import { useApplication } from "../applications/use-application.ts";

/** The transfer that is under way: who holds it, each step, and what the person can do about it (TRF-07, TRF-11). */
export function RunningTransfer({ id }: { id: string }) {
  const transfer = useApplication(id);
  if (transfer.isError) return <LoadFailed error={transfer.error} retry={() => void transfer.refetch()} />;
  if (transfer.data === undefined) return <Skeleton active />;
  return (
    <>
      <Alert
        type="info"
        showIcon
        title="您有办理中的人员调转，完成或撤回后才能提交申报或其他申请"
        description="在此期间可以填写申报并保存草稿"
      />
      <ApplicationSummary title="办理中的调转" application={transfer.data} />
      <ApplicationBody application={transfer.data} />
    </>
  );
}

/** The last one, as long as the person can still object to it: also after the new unit has confirmed (TRF-14). */
export function CompletedTransfer({ id }: { id: string }) {
  const transfer = useApplication(id);
  if (transfer.isError) return <LoadFailed error={transfer.error} retry={() => void transfer.refetch()} />;
  if (transfer.data?.canObject !== true) return null;
  return (
    <>
      <ObjectionNote application={transfer.data} />
      <ApplicationSummary title="已完成的调转" application={transfer.data} />
    </>
  );
}
