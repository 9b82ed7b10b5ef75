import { useQuery } from "@tanstack/react-query";
import { Button, Card } from "antd";
import type { ColumnsType } from "antd/es/table";
import { useSearchParams } from "react-router";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { listPolicyPacks } from "../../../shared/contracts/policies.ts";
import { callApi } from "../../api.ts";
import { LoadFailed, SmallTable } from "../../components/data-table.tsx";
import { momentText } from "../../components/dates.ts";
import { PageHead } from "../../components/page-head.tsx";
import { RequireModule } from "../../session.tsx";
import { PackDraft } from "./pack-draft.tsx";
import { PackVersions } from "./pack-versions.tsx";

type Pack = ResponseOf<typeof listPolicyPacks>["packs"][number];

/** 政策规则管理: packs in force, the draft of one with its checks, its versions. */
export function PoliciesPage() {
  const [search, setSearch] = useSearchParams();
  const packs = useQuery({ queryKey: ["policy-packs"], queryFn: () => callApi(listPolicyPacks, {}) });
  const packId = search.get("pack");
  const open = (id: string) => setSearch({ pack: id }, { preventScrollReset: true });
  return (
    <RequireModule module="policies:manage">
      <PageHead
        title="政策规则管理"
        hint="修改草稿，校验并预览影响后发布；已发布的版本永久保留，可随时恢复。"
      />
      {packs.isError ? (
        <LoadFailed error={packs.error} retry={() => void packs.refetch()} />
      ) : (
        <SmallTable<Pack>
          rowKey="packId"
          loading={packs.isPending}
          columns={columns(open)}
          dataSource={packs.data?.packs ?? []}
        />
      )}
      {packId !== null && (
        <Card title={titleOf(packs.data?.packs, packId)} style={{ marginTop: 16 }} data-testid="policy-pack">
          <PackDraft key={packId} packId={packId} />
          <PackVersions packId={packId} />
        </Card>
      )}
    </RequireModule>
  );
}

function titleOf(packs: readonly Pack[] | undefined, packId: string): string {
  const title = packs?.find((pack) => pack.packId === packId)?.title;
  return title === undefined ? packId : `${title}（${packId}）`;
}

function columns(open: (packId: string) => void): ColumnsType<Pack> {
  return [
    { key: "title", title: "规则包", dataIndex: "title" },
    { key: "packId", title: "标识", dataIndex: "packId" },
    {
      key: "version",
      title: "当前版本",
      render: (_value, { current }) =>
        current === null ? "—" : `${current.packVersion}（${current.publishedBy}）`,
    },
    { key: "cases", title: "算例", dataIndex: "cases", align: "right" },
    {
      key: "draft",
      title: "草稿",
      render: (_value, { draftSavedAt }) => (draftSavedAt === null ? "—" : momentText(draftSavedAt)),
    },
    {
      key: "open",
      title: "操作",
      render: (_value, { packId, title }) => (
        <Button type="link" size="small" aria-label={`打开${title}`} onClick={() => open(packId)}>
          打开
        </Button>
      ),
    },
  ];
}
