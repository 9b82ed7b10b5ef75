import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import type { listApplications } from "../../../shared/contracts/applications.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { momentText } from "../../components/dates.ts";
import { StatusTag } from "../../components/status-tag.tsx";
import { RecordLinks } from "../workflow/record-cells.tsx";
import { TwoLines } from "../workflow/two-lines.tsx";

export type ApplicationRow = ResponseOf<typeof listApplications>["rows"][number];

/** Lines of applications: what, where it stands and who holds it, what the reviewers said (ORG-07, TRF-06). */
export const applicationColumns: ColumnsType<ApplicationRow> = [
  {
    key: "number",
    title: "编号",
    render: (_, row) => <Link to={pageOf(row)}>{row.number}</Link>,
  },
  {
    key: "title",
    title: "事项",
    render: (_, row) => <TwoLines first={row.title} second={row.kindName} />,
  },
  {
    key: "status",
    title: "状态",
    render: (_, row) => (
      <TwoLines
        first={<StatusTag status={row.status} name={row.statusName} />}
        second={row.holderName ?? row.reason ?? ""}
      />
    ),
  },
  { key: "submitted", title: "申请时间", render: (_, row) => momentText(row.submittedAt) },
  { key: "decided", title: "办结时间", render: (_, row) => momentText(row.decidedAt) },
  {
    key: "actions",
    title: "操作",
    fixed: "right",
    render: (_, row) => <RecordLinks number={row.number} page={pageOf(row)} />,
  },
];

/** A plan has a page of its own. */
function pageOf({ id, kind }: ApplicationRow): string {
  return kind === "training-plan" ? `/workspace/training-plans/${id}` : `/workspace/applications/${id}`;
}
