import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ColumnsType } from "antd/es/table";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { listAuditEvents } from "../../../shared/contracts/platform.ts";
import { callApi } from "../../api.ts";
import { DataTable } from "../../components/data-table.tsx";
import { momentText } from "../../components/dates.ts";
import { PageHead } from "../../components/page-head.tsx";
import { SearchForm, type SearchField } from "../../components/search-form.tsx";
import { StatusTag } from "../../components/status-tag.tsx";
import { useUrlState } from "../../components/url-state.ts";
import { Watermarked } from "../../components/watermarked.tsx";
import { auditEventNames } from "../../../shared/dictionaries/audit-event-names.ts";
import { RequireModule } from "../../session.tsx";
import { TwoLines } from "../workflow/two-lines.tsx";

type AuditEvent = ResponseOf<typeof listAuditEvents>["rows"][number];

const fields: readonly SearchField[] = [
  {
    name: "type",
    label: "事件类型",
    options: Object.entries(auditEventNames).map(([value, label]) => ({ value, label })),
  },
  { name: "subjectId", label: "对象编号", placeholder: "24位编号" },
];

const columns: ColumnsType<AuditEvent> = [
  { key: "at", title: "时间", width: 160, render: (_value, row) => momentText(row.at) },
  {
    key: "type",
    title: "事件",
    render: (_value, row) => <TwoLines first={row.typeName} second={row.type} />,
  },
  {
    key: "actor",
    title: "操作人",
    render: (_value, row) => (
      <TwoLines first={row.actorName} second={row.organizationName ?? "—"} maxPx={280} />
    ),
  },
  { key: "subject", title: "对象编号", render: (_value, row) => row.subjectId ?? "—" },
  {
    key: "data",
    title: "内容",
    render: (_value, row) => <code className="audit-data">{JSON.stringify(row.data)}</code>,
  },
  {
    key: "sealed",
    title: "封存",
    width: 90,
    render: (_value, row) => (
      <StatusTag status={row.sealed ? "done" : "waiting"} name={row.sealed ? "已封存" : "待封存"} />
    ),
  },
];

/** 审计记录 for auditors: what was done, by whom, and whether it is sealed into the hash chain (NFR-03). */
export function AuditPage() {
  const url = useUrlState();
  const { type, subjectId } = url.values;
  const request = {
    page: url.page,
    pageSize: url.pageSize,
    ...(type === undefined ? {} : { type }),
    ...(subjectId === undefined ? {} : { subjectId }),
  };
  const query = useQuery({
    queryKey: ["audit-events", request],
    queryFn: () => callApi(listAuditEvents, request),
    placeholderData: keepPreviousData,
  });
  return (
    <RequireModule module="audit:read">
      <Watermarked>
        <PageHead title="审计记录" hint="事件提交后两秒内封入哈希链，任何删除或改动都能被发现。" />
        <SearchForm fields={fields} onSearch={() => void query.refetch()} />
        <DataTable id="audit" title="审计记录" query={query} columns={columns} rowKey="id" />
      </Watermarked>
    </RequireModule>
  );
}
