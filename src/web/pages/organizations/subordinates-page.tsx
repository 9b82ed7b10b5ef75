import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import { listSubordinates } from "../../../shared/contracts/organizations.ts";
import { callApi } from "../../api.ts";
import { DataTable } from "../../components/data-table.tsx";
import type { OrganizationOption } from "../../components/organization-picker.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { SearchForm, type SearchField } from "../../components/search-form.tsx";
import { useUrlState } from "../../components/url-state.ts";
import { pageModules } from "../../page-modules.ts";
import { RequireModule, useSignedIn } from "../../session.tsx";

const fields: readonly SearchField[] = [{ name: "name", label: "单位名称", placeholder: "名称中的几个字" }];

const columns: ColumnsType<OrganizationOption> = [
  {
    key: "name",
    title: "单位名称",
    render: (_value, row) => (
      <div className="cell-wrap">
        <Link to={`/workspace/organizations/${row.id}`}>{row.name}</Link>
      </div>
    ),
  },
  { key: "kind", title: "机构类型", dataIndex: "kindName" },
  { key: "region", title: "所属区域", dataIndex: "regionPath" },
  {
    key: "superior",
    title: "上级部门",
    render: (_value, row) => <div className="cell-wrap">{row.superiorName ?? "—"}</div>,
  },
  { key: "phone", title: "单位电话", render: (_value, row) => row.phone ?? "—" },
];

/** 管理下级单位: the units below one's own, by name (SUB). */
export function SubordinatesPage() {
  const session = useSignedIn();
  const url = useUrlState();
  const request = {
    id: session.organizationId,
    page: url.page,
    pageSize: url.pageSize,
    ...(url.values["name"] === undefined ? {} : { name: url.values["name"] }),
  };
  const query = useQuery({
    queryKey: ["subordinates", request],
    queryFn: () => callApi(listSubordinates, request),
    placeholderData: keepPreviousData,
  });
  return (
    <RequireModule module={pageModules["/workspace/subordinates"]}>
      <PageHead title="管理下级单位" hint="下级单位的注册在「审核下级单位」办理，审核通过后出现在这里。" />
      <SearchForm fields={fields} onSearch={() => void query.refetch()} />
      <DataTable
        id="subordinates"
        title="下级单位"
        query={query}
        columns={columns}
        rowKey="id"
        emptyHint="还没有单位注册到本单位之下"
      />
    </RequireModule>
  );
}
