import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Tabs } from "antd";
import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import { declarationStatus, listDeclarations, listForms } from "../../../shared/contracts/declarations.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { exportDeclarations } from "../../../shared/contracts/review-lists.ts";
import { callApi, downloadApi } from "../../api.ts";
import { DataTable } from "../../components/data-table.tsx";
import { momentText } from "../../components/dates.ts";
import { ExportButton } from "../../components/export-button.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { usePlatform } from "../../components/platform.ts";
import { SearchForm, type SearchField } from "../../components/search-form.tsx";
import { useUrlState } from "../../components/url-state.ts";
import { Watermarked } from "../../components/watermarked.tsx";
import { pageModules } from "../../page-modules.ts";
import { RequireModule, useHasModule, useSignedIn } from "../../session.tsx";
import { yearOptions } from "../people/year-options.ts";
import { RecordLinks, RecordStatus } from "../workflow/record-cells.tsx";
import { TwoLines } from "../workflow/two-lines.tsx";
import { creditsText } from "./hours-text.ts";

type Row = ResponseOf<typeof listDeclarations>["rows"][number];

/** 申报进度查询 of a professional (PER-08), 单位申报记录 of an organization (DEC-07). */
export function DeclarationsPage() {
  const own = useSignedIn().role === "professional";
  const mayDeclare = useHasModule("declarations:submit");
  const list = (
    <Watermarked>
      <PageHead
        title={own ? "申报进度查询" : "单位申报记录"}
        actions={
          (own || mayDeclare) && (
            <Link to="/workspace/declare">
              <Button type="primary">学时（分）申报</Button>
            </Link>
          )
        }
      />
      <DeclarationList own={own} />
    </Watermarked>
  );
  return own ? list : <RequireModule module={pageModules["/workspace/declarations"]}>{list}</RequireModule>;
}

const statusTabs = [
  { key: "", label: "全部" },
  { key: "pending", label: "待审核" },
  { key: "approved", label: "审核通过" },
  { key: "rejected", label: "审核不通过" },
  { key: "withdrawn", label: "已撤回" },
];

function DeclarationList({ own }: { own: boolean }) {
  const url = useUrlState();
  const { status = "", year, form, q, personId } = url.values;
  const filters = {
    ...(declarationStatus.safeParse(status).success ? { status: declarationStatus.parse(status) } : {}),
    year,
    form,
    q,
    personId,
  };
  const request = { ...filters, page: url.page, pageSize: url.pageSize };
  const query = useQuery({
    queryKey: ["listDeclarations", request],
    queryFn: () => callApi(listDeclarations, request),
    placeholderData: keepPreviousData,
  });
  const fields = useSearchFields(own);
  return (
    <>
      <SearchForm fields={fields} onSearch={() => void query.refetch()} />
      <Tabs
        activeKey={status}
        items={statusTabs}
        onChange={(key) => url.set({ status: key })}
        aria-label="审核状态"
      />
      <DataTable<Row>
        id="declarations"
        title={own ? "我的申报" : "申报记录"}
        toolbar={own ? null : <ExportButton download={() => downloadApi(exportDeclarations, filters)} />}
        query={query}
        columns={own ? columns.filter((column) => column.key !== "person") : columns}
        rowKey="id"
        emptyHint={
          status === "" ? "可点击右上角「学时（分）申报」开始申报" : "可切换到「全部」查看其他状态的申报"
        }
      />
    </>
  );
}

function useSearchFields(own: boolean): SearchField[] {
  const year = usePlatform()?.year;
  const forms = useQuery({
    queryKey: ["listForms", year],
    queryFn: () => callApi(listForms, { year }),
    enabled: year !== undefined,
    staleTime: 10 * 60_000,
  });
  return [
    {
      name: "q",
      label: own ? "标题" : "姓名/编号",
      placeholder: own ? "标题或申报编号" : "姓名、标题或申报编号",
    },
    { name: "year", label: "认证年度", options: yearOptions(year) },
    {
      name: "form",
      label: "学习形式",
      options: (forms.data?.forms ?? []).map((form) => ({
        value: form.id,
        label: `${form.id} ${form.title}`,
      })),
    },
  ];
}

const columns: ColumnsType<Row> = [
  {
    key: "number",
    title: "申报编号",
    dataIndex: "number",
    render: (number: string, row) => <Link to={`/workspace/declarations/${row.id}`}>{number}</Link>,
  },
  {
    key: "person",
    title: "姓名",
    render: (_, row) => <TwoLines first={row.personName} second={row.organizationName} maxPx={170} />,
  },
  {
    key: "title",
    title: "标题",
    render: (_, row) => <TwoLines first={row.title} second={`${row.form} ${row.formName}`} />,
  },
  { key: "year", title: "年度", dataIndex: "year", align: "center" },
  { key: "hours", title: "学时", render: (_, row) => creditsText(row.hours) },
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
      <RecordLinks number={number} page={`/workspace/declarations/${id}`} instanceId={instanceId} />
    ),
  },
];
