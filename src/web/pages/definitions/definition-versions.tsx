import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import type { ColumnsType } from "antd/es/table";
import {
  type DefinitionVersionRow,
  listDefinitionVersions,
  rollBackDefinition,
} from "../../../shared/contracts/workflow-definitions.ts";
import { callApi } from "../../api.ts";
import { EmptyList, LoadFailed, SmallTable } from "../../components/data-table.tsx";
import { momentText } from "../../components/dates.ts";
import { useReasonDialog } from "../../components/reason-dialog.tsx";
import { StatusTag } from "../../components/status-tag.tsx";

/** Every version of a process; an earlier one can be put in force again, with a reason. */
export function DefinitionVersions({ processKey }: { processKey: string }) {
  const rollBack = useRollBack(processKey);
  const versions = useQuery({
    queryKey: ["definition-versions", processKey],
    queryFn: () => callApi(listDefinitionVersions, { key: processKey, pageSize: 200 }),
  });
  if (versions.isError) return <LoadFailed error={versions.error} retry={() => void versions.refetch()} />;
  return (
    <SmallTable<DefinitionVersionRow>
      rowKey="versionNumber"
      loading={versions.isPending}
      columns={columns(rollBack)}
      dataSource={versions.data?.rows ?? []}
      locale={{ emptyText: versions.isPending ? "正在加载" : <EmptyList /> }}
      pagination={{ pageSize: 10, hideOnSinglePage: true }}
    />
  );
}

function columns(rollBack: (versionNumber: number) => void): ColumnsType<DefinitionVersionRow> {
  return [
    { key: "version", title: "版本", render: (_value, { versionNumber }) => `第 ${versionNumber} 版` },
    {
      key: "status",
      title: "状态",
      render: (_value, { status, statusName }) => (
        <StatusTag status={status === "published" ? "active" : "closed"} name={statusName} />
      ),
    },
    { key: "at", title: "发布时间", render: (_value, { publishedAt }) => momentText(publishedAt) },
    { key: "by", title: "发布人", dataIndex: "publishedBy" },
    { key: "hash", title: "摘要", render: (_value, { sha256 }) => <code>{sha256.slice(0, 12)}</code> },
    { key: "note", title: "说明", dataIndex: "note" },
    {
      key: "back",
      title: "操作",
      render: (_value, { status, versionNumber }) =>
        status === "superseded" && (
          <Button
            type="link"
            size="small"
            aria-label={`恢复第 ${versionNumber} 版`}
            onClick={() => rollBack(versionNumber)}
          >
            恢复此版本
          </Button>
        ),
    },
  ];
}

function useRollBack(key: string): (versionNumber: number) => void {
  const ask = useReasonDialog();
  return (versionNumber) =>
    ask({
      title: `恢复「${key}」的第 ${versionNumber} 版？`,
      reasonName: "恢复原因",
      okText: "恢复",
      danger: true,
      send: (note) => callApi(rollBackDefinition, { key, versionNumber, note }),
      doneText: `已恢复第 ${versionNumber} 版`,
    });
}
