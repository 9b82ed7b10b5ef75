import { Tabs } from "antd";
import {
  applicationKind,
  applicationKindNames,
  applicationStatus,
  applicationStatusNames,
} from "../../../shared/contracts/applications.ts";
import { id } from "../../../shared/contracts/fields.ts";
import { DataTable } from "../../components/data-table.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { SearchForm, type SearchField } from "../../components/search-form.tsx";
import { useUrlState } from "../../components/url-state.ts";
import { Watermarked } from "../../components/watermarked.tsx";
import { pageModules } from "../../page-modules.ts";
import { RequireModule, useSignedIn } from "../../session.tsx";
import { type ApplicationRow, applicationColumns } from "./application-columns.tsx";
import { useApplications } from "./use-application.ts";

/**
 * 申请记录: a professional's own applications, or those of an organization, towards it and below it (ORG-07, TRF-06).
 * What stands in the way of an application leads here.
 */
export function ApplicationsPage() {
  const own = useSignedIn().role === "professional";
  const list = (
    <Watermarked>
      <PageHead title="申请记录" hint="在此查看申请办到哪一步、由谁办理；尚未办结的可以撤回" />
      <ApplicationList own={own} />
    </Watermarked>
  );
  if (own) return list;
  return <RequireModule module={pageModules["/workspace/applications"]}>{list}</RequireModule>;
}

const optionsOf = (names: Readonly<Record<string, string>>) =>
  Object.entries(names).map(([value, label]) => ({ value, label }));

const fields: SearchField[] = [
  { name: "kind", label: "申请种类", options: optionsOf(applicationKindNames) },
  { name: "status", label: "状态", options: optionsOf(applicationStatusNames) },
];

const boxes = [
  { key: "own", label: "本单位" },
  { key: "incoming", label: "涉及本单位" },
  { key: "below", label: "管辖范围" },
] as const;

function ApplicationList({ own }: { own: boolean }) {
  const url = useUrlState();
  const box = boxes.find(({ key }) => key === url.values["box"])?.key ?? "own";
  const request = {
    box,
    kind: applicationKind.safeParse(url.values["kind"]).data,
    status: applicationStatus.safeParse(url.values["status"]).data,
    // What stands in the way of one person leads here.
    personId: id.safeParse(url.values["personId"]).data,
    page: url.page,
    pageSize: url.pageSize,
  };
  const query = useApplications(request);
  return (
    <>
      {!own && (
        <Tabs
          activeKey={box}
          onChange={(key) => url.set({ box: key === "own" ? undefined : key })}
          items={[...boxes]}
        />
      )}
      <SearchForm fields={fields} onSearch={() => void query.refetch()} />
      <DataTable<ApplicationRow>
        id="applications"
        title="申请记录"
        query={query}
        columns={applicationColumns}
        rowKey="id"
        emptyHint="可点击「重置」查看全部种类和状态的申请"
      />
    </>
  );
}
