import { useQuery } from "@tanstack/react-query";
import { Button, Card, Tabs } from "antd";
import type { ColumnsType } from "antd/es/table";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { listWorkflowDefinitions } from "../../../shared/contracts/workflow-definitions.ts";
import { callApi } from "../../api.ts";
import { EmptyList, LoadFailed, SmallTable } from "../../components/data-table.tsx";
import { momentText } from "../../components/dates.ts";
import { PageHead } from "../../components/page-head.tsx";
import { useUrlState } from "../../components/url-state.ts";
import { RequireModule } from "../../session.tsx";
import { DefinitionDraft } from "./definition-draft.tsx";
import { DefinitionVersions } from "./definition-versions.tsx";
import { InstanceMoves } from "./instance-moves.tsx";

type Definition = ResponseOf<typeof listWorkflowDefinitions>["definitions"][number];

/** 流程定义管理: every process, the draft of one with its diagram and findings, its versions, moves between them. */
export function DefinitionsPage() {
  const url = useUrlState();
  const definitions = useQuery({
    queryKey: ["workflow-definitions"],
    queryFn: () => callApi(listWorkflowDefinitions, {}),
  });
  const key = url.values["process"];
  const chosen = definitions.data?.definitions.find((one) => one.key === key);
  return (
    <RequireModule module="workflow:design">
      <PageHead
        title="流程定义管理"
        hint="修改草稿、检查后发布；新发起的流程按新版本办理，办理中的流程仍按原版本，可预览后迁移。"
      />
      {definitions.isError ? (
        <LoadFailed error={definitions.error} retry={() => void definitions.refetch()} />
      ) : (
        <SmallTable<Definition>
          rowKey="key"
          loading={definitions.isPending}
          columns={columns((process) => url.set({ process, tab: undefined }))}
          dataSource={definitions.data?.definitions ?? []}
          locale={{ emptyText: definitions.isPending ? "正在加载" : <EmptyList /> }}
        />
      )}
      {chosen !== undefined && <DefinitionCard definition={chosen} />}
    </RequireModule>
  );
}

function DefinitionCard({ definition }: { definition: Definition }) {
  const url = useUrlState();
  const { key, title, current } = definition;
  return (
    <Card title={`${title}（${key}）`} style={{ marginTop: 16 }} data-testid="definition">
      <Tabs
        key={key}
        activeKey={url.values["tab"] ?? "draft"}
        onChange={(tab) => url.set({ tab: tab === "draft" ? undefined : tab })}
        items={[
          { key: "draft", label: "草稿", children: <DefinitionDraft processKey={key} /> },
          { key: "versions", label: "版本", children: <DefinitionVersions processKey={key} /> },
          {
            key: "moves",
            label: "迁移",
            children: <InstanceMoves processKey={key} currentVersion={current?.versionNumber ?? 1} />,
          },
        ]}
      />
    </Card>
  );
}

function columns(open: (key: string) => void): ColumnsType<Definition> {
  return [
    { key: "title", title: "流程", dataIndex: "title" },
    { key: "key", title: "标识", dataIndex: "key" },
    {
      key: "version",
      title: "当前版本",
      render: (_value, { current }) =>
        current === null ? "—" : `第 ${current.versionNumber} 版（${current.publishedBy}）`,
    },
    {
      key: "published",
      title: "发布时间",
      render: (_value, { current }) => momentText(current?.publishedAt),
    },
    {
      key: "earlier",
      title: "按旧版本办理中",
      align: "right",
      render: (_value, { onEarlierVersions: count }) => (count >= 1000 ? "1000 以上" : count),
    },
    { key: "draft", title: "草稿", render: (_value, { draftSavedAt }) => momentText(draftSavedAt) },
    {
      key: "open",
      title: "操作",
      render: (_value, { key, title }) => (
        <Button type="link" size="small" aria-label={`打开${title}`} onClick={() => open(key)}>
          打开
        </Button>
      ),
    },
  ];
}
