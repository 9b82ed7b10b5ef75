import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import type { ColumnsType } from "antd/es/table";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { listPolicyVersions, rollBackPolicyPack } from "../../../shared/contracts/policies.ts";
import { callApi } from "../../api.ts";
import { LoadFailed, SmallTable } from "../../components/data-table.tsx";
import { momentText } from "../../components/dates.ts";
import { useReasonDialog } from "../../components/reason-dialog.tsx";
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
    <SmallTable<Version>
      rowKey="sha256"
      style={{ marginTop: 16 }}
      loading={versions.isPending}
      columns={columns(rollBack)}
      dataSource={versions.data?.rows ?? []}
      pagination={{ pageSize: 10, hideOnSinglePage: true }}
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
  const ask = useReasonDialog();
  return (packVersion) =>
    ask({
      title: `恢复「${packId}」的版本 ${packVersion}？`,
      reasonName: "恢复原因",
      okText: "恢复",
      danger: true,
      send: (note) => callApi(rollBackPolicyPack, { packId, packVersion, note }),
      doneText: `已恢复 ${packVersion}`,
    });
}
