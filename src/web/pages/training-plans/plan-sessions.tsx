import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { listPlanDeclarations } from "../../../shared/contracts/plan-declarations.ts";
import { callApi } from "../../api.ts";
import { DataTable } from "../../components/data-table.tsx";
import { momentText } from "../../components/dates.ts";
import { useUrlState } from "../../components/url-state.ts";
import { RecordLinks, RecordStatus } from "../workflow/record-cells.tsx";
import { TwoLines } from "../workflow/two-lines.tsx";

type Row = ResponseOf<typeof listPlanDeclarations>["rows"][number];

/** The sessions whose hours were declared under a plan, with where the review of each stands (PLN-10). */
export function PlanSessions({ id, canDeclare }: { id: string; canDeclare: boolean }) {
  const { page, pageSize } = useUrlState();
  const query = useQuery({
    queryKey: ["listPlanDeclarations", id, page, pageSize],
    queryFn: () => callApi(listPlanDeclarations, { id, page, pageSize }),
    placeholderData: keepPreviousData,
  });
  return (
    <DataTable<Row>
      id="plan-sessions"
      title="学时申报"
      query={query}
      columns={columns}
      rowKey="id"
      emptyHint={
        canDeclare ? "可点击右上角「申报学时」，按场次为参加培训的人员申报" : "计划通过后，按场次申报学时"
      }
    />
  );
}

const columns: ColumnsType<Row> = [
  {
    key: "number",
    title: "编号",
    render: (_, { id, number }) => <Link to={`/workspace/applications/${id}`}>{number}</Link>,
  },
  {
    key: "session",
    title: "场次",
    render: (_, row) => <TwoLines first={row.sessionName} second={`${row.startDate} 至 ${row.endDate}`} />,
  },
  { key: "people", title: "人数", dataIndex: "people", align: "right" },
  {
    key: "status",
    title: "状态",
    render: (_, { status, statusName, holderName, reason }) => (
      <RecordStatus status={status} name={statusName} holderName={holderName} reason={reason} />
    ),
  },
  { key: "submitted", title: "提交时间", render: (_, row) => momentText(row.submittedAt) },
  {
    key: "actions",
    title: "操作",
    fixed: "right",
    render: (_, { id, number, instanceId }) => (
      <RecordLinks number={number} page={`/workspace/applications/${id}`} instanceId={instanceId} />
    ),
  },
];
