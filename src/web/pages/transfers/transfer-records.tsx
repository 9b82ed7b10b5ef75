import { DataTable } from "../../components/data-table.tsx";
import { useUrlState } from "../../components/url-state.ts";
import { type ApplicationRow, applicationColumns } from "../applications/application-columns.tsx";
import { useApplications } from "../applications/use-application.ts";

/** 调转记录 of the person, whoever asked for them (TRF-06). */
export function TransferRecords() {
  const { page, pageSize } = useUrlState();
  const query = useApplications({ kind: "transfer", page, pageSize });
  return (
    <DataTable<ApplicationRow>
      id="transfers"
      title="调转记录"
      query={query}
      columns={applicationColumns}
      rowKey="id"
      emptyHint="提交单位调转申请后，在此查看办理情况"
    />
  );
}
