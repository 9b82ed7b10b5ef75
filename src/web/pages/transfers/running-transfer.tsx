import { Alert, Card, Flex, Skeleton } from "antd";
import { LoadFailed } from "../../components/data-table.tsx";
import { StatusTag } from "../../components/status-tag.tsx";
import { ApplicationActions } from "../applications/application-actions.tsx";
import { ApplicationBody } from "../applications/application-body.tsx";
import { useApplication } from "../applications/use-application.ts";

/** The transfer that is under way: who holds it, each step, and what the person can do about it (TRF-07, TRF-11). */
export function RunningTransfer({ id }: { id: string }) {
  const transfer = useApplication(id);
  if (transfer.isError) return <LoadFailed error={transfer.error} retry={() => void transfer.refetch()} />;
  if (transfer.data === undefined) return <Skeleton active />;
  const { title, number, status, statusName, holderName } = transfer.data;
  return (
    <>
      <Alert
        type="info"
        showIcon
        title="您有办理中的人员调转，完成或撤回后才能提交申报或其他申请"
        description="在此期间可以填写申报并保存草稿"
      />
      <Card title="办理中的调转" size="small">
        <Flex vertical gap={12}>
          <strong>{title}</strong>
          <div>
            <StatusTag status={status} name={statusName} /> 受理编号 {number}
            {holderName !== null && `，当前由「${holderName}」办理`}
          </div>
          <Flex gap={12} wrap>
            <ApplicationActions application={transfer.data} />
          </Flex>
        </Flex>
      </Card>
      <ApplicationBody application={transfer.data} />
    </>
  );
}
