import { useQuery } from "@tanstack/react-query";
import { Descriptions, Skeleton } from "antd";
import type { z } from "zod";
import { Link, useParams } from "react-router";
import { getOrganization, type organizationView } from "../../../shared/contracts/organizations.ts";
import { callApi } from "../../api.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { StatusTag } from "../../components/status-tag.tsx";
import { useSignedIn } from "../../session.tsx";

type OrganizationView = z.output<typeof organizationView>;

const statusNames: Record<OrganizationView["status"], string> = {
  active: "正常",
  closed: "已注销",
  merged: "已合并",
};

/** 本单位资料, or a subordinate's: what is registered, who is above it, how many people it has (ORG-01). */
export function OrganizationPage() {
  const { id } = useParams();
  const session = useSignedIn();
  const organizationId = id ?? session.organizationId;
  const query = useQuery({
    queryKey: ["organization", organizationId],
    queryFn: () => callApi(getOrganization, { id: organizationId }),
  });
  const own = id === undefined;
  return (
    <>
      <PageHead
        title={own ? "本单位资料" : (query.data?.name ?? "单位资料")}
        trail={own ? [] : [{ title: "管理下级单位", to: "/workspace/subordinates" }]}
        hint="单位名称、统一社会信用代码和上级部门为审批事项，不能直接修改。"
      />
      {query.isPending && <Skeleton active paragraph={{ rows: 8 }} />}
      {query.isError && <LoadFailed error={query.error} retry={() => void query.refetch()} />}
      {query.data !== undefined && <OrganizationPanel organization={query.data} />}
    </>
  );
}

function OrganizationPanel({ organization }: { organization: OrganizationView }) {
  return (
    <section className="panel" aria-label="单位资料">
      <Descriptions
        bordered
        size="small"
        column={{ xs: 1, md: 2 }}
        items={[
          { key: "name", label: "单位名称", children: organization.name },
          { key: "code", label: "统一社会信用代码", children: organization.creditCode ?? "—" },
          { key: "kind", label: "机构类型", children: organization.kindName },
          {
            key: "status",
            label: "状态",
            children: <StatusTag status={organization.status} name={statusNames[organization.status]} />,
          },
          { key: "nature", label: "单位性质", children: organization.natureName },
          { key: "level", label: "单位级别", children: organization.levelName },
          { key: "industry", label: "所属行业", children: organization.industryName },
          { key: "region", label: "所属区域", children: organization.regionPath },
          { key: "phone", label: "单位电话", children: organization.phone ?? "—" },
          { key: "address", label: "单位地址", children: organization.address ?? "—" },
          { key: "superior", label: "上级部门", children: organization.superiorName ?? "—" },
          { key: "bureau", label: "同级人社部门", children: organization.bureauName ?? "—" },
          { key: "review", label: "学时审核权限", children: organization.reviewClosed ? "已关闭" : "正常" },
          { key: "administrators", label: "管理员", children: `${organization.administratorCount} 人` },
          {
            key: "people",
            label: "专业技术人员",
            children: (
              <Link to={`/workspace/people?organizationId=${organization.id}&ownOnly=true`}>
                {organization.personCount} 人
              </Link>
            ),
          },
        ]}
      />
    </section>
  );
}
