import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Table } from "antd";
import type { ColumnsType } from "antd/es/table";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { listPolicyVersions, rollBackPolicyPack } from "../../../shared/contracts/policies.ts";
import { callApi, errorText } from "../../api.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { momentText } from "../../components/dates.ts";
import { StatusTag } from "../../components/status-tag.tsx";

type Version = ResponseOf<typeof listPolicyVersions>["rows"][number];

/** Every version of a pack; an earlier one can be put in force again, with a reason. */
export function PackVersions({ packId }: { packId: string }) {
  const rollBack = useRollBack(packId);
  const versions = useQuery({
    queryKey: ["policy-versions", packId],
    queryFn: () => callApi(listPolicyVersions, { packId, pageSize: 200 }),
  });
  if (versions.isError) return <LoadFailed error={versions.error} retry={() => void versions.refetch()} />;
  return (
    <Table<Version>
      rowKey="sha256"
      size="small"
      style={{ marginTop: 16 }}
      loading={versions.isPending}
      columns={columns(rollBack)}
      dataSource={versions.data?.rows ?? []}
      pagination={{ pageSize: 10, hideOnSinglePage: true }}
      scroll={{ x: true }}
    />
  );
}

function columns(rollBack: (packVersion: string) => void): ColumnsType<Version> {
  return [
    { key: "version", title: "版本", dataIndex: "packVersion" },
    {
      key: "status",
      title: "状态",
      render: (_value, { status, statusName }) => (
        <StatusTag status={status === "published" ? "active" : "closed"} name={statusName} />
      ),
    },
    {
      key: "at",
      title: "发布时间",
      render: (_value, { publishedAt }) => (publishedAt === null ? "—" : momentText(publishedAt)),
    },
    { key: "by", title: "发布人", dataIndex: "publishedBy" },
    { key: "note", title: "说明", dataIndex: "note" },
    {
      key: "back",
      title: "操作",
      render: (_value, { status, packVersion }) =>
        status === "superseded" && (
          <Button type="link" size="small" onClick={() => rollBack(packVersion)}>
            恢复此版本
          </Button>
        ),
    },
  ];
}

function useRollBack(packId: string): (packVersion: string) => void {
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  return (packVersion) => {
    let note = "";
    void modal.confirm({
      title: `恢复「${packId}」的版本 ${packVersion}？`,
      content: (
        <Input.TextArea
          aria-label="恢复原因"
          placeholder="请填写原因，记入审计记录"
          maxLength={500}
          onChange={(event) => {
            note = event.target.value;
          }}
        />
      ),
      okText: "恢复",
      okButtonProps: { danger: true },
      cancelText: "取消",
      // With `close` the dialog stays open until it is called: what was typed is not lost by a refusal.
      onOk: (close) => {
        if (note.trim().length < 2) {
          void message.error("请填写恢复原因");
          return;
        }
        callApi(rollBackPolicyPack, { packId, packVersion, note }).then(
          () => {
            close();
            void message.success(`已恢复 ${packVersion}`);
            void queries.invalidateQueries();
          },
          (error: unknown) => void message.error(errorText(error)),
        );
      },
    });
  };
}
