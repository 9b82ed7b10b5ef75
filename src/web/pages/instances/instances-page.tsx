import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Input, Space } from "antd";
import type { ColumnsType } from "antd/es/table";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import type { RequestOf, ResponseOf } from "../../../shared/contracts/endpoint.ts";
import {
  type InstanceRow,
  instanceStatusNames,
  listInstanceOptions,
  searchInstances,
} from "../../../shared/contracts/instances.ts";
import { callApi } from "../../api.ts";
import { EmptyList, LoadFailed, SmallTable } from "../../components/data-table.tsx";
import { momentText } from "../../components/dates.ts";
import { PageHead } from "../../components/page-head.tsx";
import { SearchForm, type SearchField } from "../../components/search-form.tsx";
import { InstanceTag } from "../../components/status-tag.tsx";
import { type UrlState, useUrlState } from "../../components/url-state.ts";
import { Watermarked } from "../../components/watermarked.tsx";
import { pageModules } from "../../page-modules.ts";
import { RequireModule } from "../../session.tsx";
import { TwoLines } from "../workflow/two-lines.tsx";
import { OrganizationIdField } from "./organization-id-field.tsx";

type Options = ResponseOf<typeof listInstanceOptions>["processes"];
type Search = RequestOf<typeof searchInstances>;

const filters = [
  "processKey",
  "position",
  "status",
  "outcome",
  "number",
  "organizationId",
  "holderId",
  "startedFrom",
  "startedTo",
  "endedFrom",
  "endedTo",
] as const;

/** 流程实例查询: read-only search for auditors and administrators; the filters live in the address. */
export function InstancesPage() {
  return (
    <RequireModule module={pageModules["/workspace/instances"]}>
      <Watermarked>
        <PageHead
          title="流程实例查询"
          hint="按流程、环节、单位、日期和结果查询，只读；点编号查看办理过程。"
        />
        <InstanceSearch />
      </Watermarked>
    </RequireModule>
  );
}

function InstanceSearch() {
  const url = useUrlState();
  const options = useQuery({
    queryKey: ["instance-options"],
    queryFn: () => callApi(listInstanceOptions, {}),
    staleTime: 60_000,
  });
  const fields = useFields(options.data?.processes ?? [], url.values["processKey"]);
  const filter = searchOf(url);
  const [round, setRound] = useState(0);
  return (
    <>
      <SearchForm fields={fields} shown={5} onSearch={() => setRound((count) => count + 1)} />
      <FoundInstances key={`${round}${JSON.stringify(filter)}`} filter={filter} />
    </>
  );
}

/** One search, page after page, each in the address; another search begins at its first page. */
function FoundInstances({ filter }: { filter: Search }) {
  const { after, setAfter } = useUrlState();
  const search = after === undefined ? filter : { ...filter, after };
  const query = useQuery({
    queryKey: ["instances", search],
    queryFn: () => callApi(searchInstances, search),
    placeholderData: keepPreviousData,
  });
  if (query.isError) return <LoadFailed error={query.error} retry={() => void query.refetch()} />;
  const next = query.data?.next ?? undefined;
  return (
    <section aria-label="流程实例" aria-busy={query.isFetching} className="data-table">
      <SmallTable<InstanceRow>
        rowKey="id"
        size="middle"
        columns={columns}
        dataSource={query.data?.rows ?? []}
        loading={query.isFetching}
        locale={{ emptyText: query.isPending ? "正在加载" : <EmptyList hint={emptyHint(next)} /> }}
      />
      <Space style={{ marginTop: 12 }}>
        <Button disabled={next === undefined} onClick={() => setAfter(next)}>
          下一页
        </Button>
        {after !== undefined && <Button onClick={() => setAfter(undefined)}>回到首页</Button>}
      </Space>
    </section>
  );
}

/** Each request looks at a bounded stretch: an empty page may have a next one. */
function emptyHint(next: string | undefined): string | undefined {
  return next !== undefined ? "已查找一部分，请点「下一页」继续查找" : undefined;
}

function searchOf(url: UrlState): Search {
  const search: Record<string, string> = {};
  for (const name of filters) {
    const value = url.values[name];
    if (value !== undefined) search[name] = value;
  }
  return search as Search;
}

function useFields(processes: Options, processKey: string | undefined): readonly SearchField[] {
  return useMemo(() => {
    const chosen = processes.find(({ key }) => key === processKey);
    const named = (entries: readonly { id: string; name: string }[] = []) =>
      entries.map(({ id, name }) => ({ value: id, label: name }));
    const date = (name: string, label: string): SearchField => ({
      name,
      label,
      control: <Input type="date" aria-label={label} />,
    });
    return [
      {
        name: "processKey",
        label: "流程",
        options: processes.map(({ key, name }) => ({ value: key, label: name })),
      },
      {
        name: "status",
        label: "状态",
        options: Object.entries(instanceStatusNames).map(([value, label]) => ({ value, label })),
      },
      { name: "number", label: "编号", placeholder: "完整编号" },
      { name: "position", label: "所处环节", placeholder: "先选流程", options: named(chosen?.steps) },
      { name: "outcome", label: "结果", placeholder: "先选流程", options: named(chosen?.outcomes) },
      { name: "organizationId", label: "单位", control: <OrganizationIdField title="单位（含下级）" /> },
      { name: "holderId", label: "办理单位", control: <OrganizationIdField title="办理单位" /> },
      date("startedFrom", "发起日期起"),
      date("startedTo", "发起日期止"),
      date("endedFrom", "办结日期起"),
      date("endedTo", "办结日期止"),
    ];
  }, [processes, processKey]);
}

const columns: ColumnsType<InstanceRow> = [
  {
    key: "number",
    title: "编号",
    render: (_value, { id, number, processName }) => (
      <TwoLines
        first={<Link to={`/workspace/instances/${id}`}>{number}</Link>}
        second={processName}
        maxPx={180}
      />
    ),
  },
  {
    key: "title",
    title: "事项",
    render: (_value, { title }) => <div className="cell-wrap">{title}</div>,
  },
  {
    key: "applicant",
    title: "申请人",
    render: (_value, { applicantName, organizationName }) => (
      <TwoLines first={applicantName} second={organizationName} maxPx={180} />
    ),
  },
  { key: "status", title: "状态", render: (_value, row) => <InstanceTag {...row} /> },
  {
    key: "steps",
    title: "所处环节",
    render: (_value, { steps }) =>
      steps.length === 0
        ? "—"
        : steps.map(({ name, holderName, since }) => (
            <TwoLines
              key={name}
              maxPx={280}
              first={name}
              second={
                <>
                  {holderName}
                  <br />
                  {momentText(since)} 起
                </>
              }
            />
          )),
  },
  {
    key: "times",
    title: "发起/办结时间",
    render: (_value, { startedAt, endedAt }) => (
      <TwoLines first={momentText(startedAt)} second={endedAt === null ? "未办结" : momentText(endedAt)} />
    ),
  },
];
