import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Select, Space } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import {
  type DefinitionVersionRow,
  listDefinitionVersions,
  moveInstances,
  previewInstanceMoves,
} from "../../../shared/contracts/workflow-definitions.ts";
import { callApi } from "../../api.ts";
import { EmptyList, LoadFailed, SmallTable } from "../../components/data-table.tsx";
import { useReasonDialog } from "../../components/reason-dialog.tsx";
import { StatusTag } from "../../components/status-tag.tsx";

type Row = ResponseOf<typeof previewInstanceMoves>["rows"][number];
type Results = ResponseOf<typeof moveInstances>;

/** Which running instances of one version can go on under another, and why not; moves those that can, a page at a time. */
export function InstanceMoves({
  processKey,
  currentVersion,
}: {
  processKey: string;
  currentVersion: number;
}) {
  const [from, setFrom] = useState<number | null>(null);
  const [to, setTo] = useState(currentVersion);
  const versions = useQuery({
    queryKey: ["definition-versions", processKey],
    queryFn: () => callApi(listDefinitionVersions, { key: processKey, pageSize: 200 }),
  });
  if (versions.isError) return <LoadFailed error={versions.error} retry={() => void versions.refetch()} />;
  const rows = versions.data?.rows ?? [];
  return (
    <>
      <Space wrap style={{ marginBottom: 12 }}>
        <VersionSelect label="原版本" versions={rows} value={from} onChange={setFrom} />
        <VersionSelect label="目标版本" versions={rows} value={to} onChange={setTo} />
      </Space>
      {from === null || from === to ? (
        <Alert type="info" title="请选择原版本和目标版本，预览办理中的流程能否迁移。" />
      ) : (
        <MovePreview key={`${from}-${to}`} processKey={processKey} from={from} to={to} />
      )}
    </>
  );
}

interface SelectProps {
  label: string;
  versions: readonly DefinitionVersionRow[];
  value: number | null;
  onChange: (versionNumber: number) => void;
}

function VersionSelect({ label, versions, value, onChange }: SelectProps) {
  return (
    <Select
      aria-label={label}
      placeholder={label}
      style={{ width: 200 }}
      value={value}
      onChange={onChange}
      options={versions.map(({ versionNumber, statusName }) => ({
        value: versionNumber,
        label: `${label}：第 ${versionNumber} 版（${statusName}）`,
      }))}
    />
  );
}

function MovePreview({ processKey: key, from, to }: { processKey: string; from: number; to: number }) {
  const [after, setAfter] = useState<string | null>(null);
  const [results, setResults] = useState<Results | null>(null);
  const request = { key, fromVersion: from, toVersion: to, ...(after === null ? {} : { after }) };
  const preview = useQuery({
    queryKey: ["instance-moves", request],
    queryFn: () => callApi(previewInstanceMoves, request),
  });
  const rows = preview.data?.rows ?? [];
  const movable = rows.filter((row) => row.movable).map(({ instanceId }) => instanceId);
  const move = useMove({ key, to, done: setResults });
  if (preview.isError) return <LoadFailed error={preview.error} retry={() => void preview.refetch()} />;
  const next = preview.data?.next ?? null;
  return (
    <>
      {results !== null && <MoveResults results={results} />}
      <SmallTable<Row>
        rowKey="instanceId"
        loading={preview.isFetching}
        dataSource={rows}
        locale={{ emptyText: preview.isPending ? "正在加载" : <EmptyList hint="没有按原版本办理中的流程" /> }}
        columns={columns}
      />
      <Space style={{ marginTop: 12 }}>
        <Button type="primary" disabled={movable.length === 0} onClick={() => move(movable)}>
          迁移本页 {movable.length} 条
        </Button>
        <Button disabled={next === null} onClick={() => setAfter(next)}>
          下一页
        </Button>
        {after !== null && <Button onClick={() => setAfter(null)}>回到首页</Button>}
      </Space>
    </>
  );
}

const columns = [
  {
    key: "number",
    title: "编号",
    render: (_value: unknown, { instanceId, number }: Row) => (
      <Link to={`/workspace/instances/${instanceId}`}>{number}</Link>
    ),
  },
  { key: "title", title: "事项", dataIndex: "title" },
  { key: "applicant", title: "申请人", dataIndex: "applicantName" },
  { key: "steps", title: "所处环节", render: (_value: unknown, { stepNames }: Row) => stepNames.join("、") },
  {
    key: "movable",
    title: "能否迁移",
    render: (_value: unknown, { movable, reason }: Row) =>
      movable ? (
        <StatusTag status="active" name="可以" />
      ) : (
        <StatusTag status="failed" name={`不能：${reason}`} />
      ),
  },
];

function useMove({ key, to, done }: { key: string; to: number; done: (results: Results) => void }) {
  const ask = useReasonDialog();
  return (instanceIds: string[]) =>
    ask({
      title: `将 ${instanceIds.length} 条办理中的流程迁移到第 ${to} 版？`,
      reasonName: "迁移原因",
      okText: "迁移",
      send: async (reason) => done(await callApi(moveInstances, { key, toVersion: to, instanceIds, reason })),
    });
}

function MoveResults({ results: { succeeded, failed, results } }: { results: Results }) {
  return (
    <Alert
      type={failed === 0 ? "success" : "warning"}
      showIcon
      role="status"
      style={{ marginBottom: 12 }}
      title={`已迁移 ${succeeded} 条${failed === 0 ? "" : `，${failed} 条未迁移`}`}
      description={results
        .filter(({ ok }) => !ok)
        .map(({ instanceId, message }) => (
          <div key={instanceId}>
            {instanceId}：{message}
          </div>
        ))}
    />
  );
}
