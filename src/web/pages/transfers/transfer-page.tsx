import { useQuery } from "@tanstack/react-query";
import { Flex, Skeleton } from "antd";
import { useState } from "react";
import { listApplications } from "../../../shared/contracts/applications.ts";
import { getPerson } from "../../../shared/contracts/people.ts";
import { callApi } from "../../api.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Watermarked } from "../../components/watermarked.tsx";
import { NoPermission, useSignedIn } from "../../session.tsx";
import { ApplicationReceipt, type SubmittedApplication } from "../applications/application-receipt.tsx";
import { OwnRecords } from "../applications/own-records.tsx";
import { NewTransfer } from "./new-transfer.tsx";
import { CompletedTransfer, RunningTransfer } from "./running-transfer.tsx";

/**
 * 【用户资料管理】—「单位调转」 (PER-05, TRF-02): one open transfer at most (TRF-09), so this page is either that one or the
 * form of a new one, above the records (TRF-06).
 */
export function TransferPage() {
  const { role, personId } = useSignedIn();
  if (role !== "professional" || personId === null) return <NoPermission missing="单位调转" />;
  return (
    <Watermarked>
      <PageHead
        title="单位调转"
        hint="变更工作单位时办理：原单位同意调出、新单位确认后完成；学时、学习记录和证书随本人转移"
      />
      <Flex vertical gap={16}>
        <OwnTransfer personId={personId} />
        <OwnRecords kind="transfer" title="调转记录" emptyHint="提交单位调转申请后，在此查看办理情况" />
      </Flex>
    </Watermarked>
  );
}

function OwnTransfer({ personId }: { personId: string }) {
  const [receipt, setReceipt] = useState<SubmittedApplication | null>(null);
  const person = useQuery({
    queryKey: ["getPerson", personId],
    queryFn: () => callApi(getPerson, { id: personId }),
  });
  // While one is open there can be no later one.
  const latest = useQuery({
    queryKey: ["listApplications", "latest-transfer"],
    queryFn: () => callApi(listApplications, { kind: "transfer", pageSize: 1 }),
  });
  if (receipt !== null)
    return (
      <ApplicationReceipt title="单位调转申请已提交" application={receipt} onSeen={() => setReceipt(null)} />
    );
  for (const { isError, error, refetch } of [person, latest])
    if (isError) return <LoadFailed error={error} retry={() => void refetch()} />;
  if (person.data === undefined || latest.data === undefined) return <Skeleton active />;
  const [transfer] = latest.data.rows;
  if (transfer?.status === "pending") return <RunningTransfer id={transfer.id} />;
  return (
    <>
      {transfer?.status === "approved" && <CompletedTransfer id={transfer.id} />}
      <NewTransfer person={person.data} onSubmitted={setReceipt} />
    </>
  );
}
