import { DownloadOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Card, Flex, Progress, Statistic, Table } from "antd";
import { useEffect } from "react";
import { getImport, getImportErrors } from "../../../shared/contracts/imports.ts";
import { binaryUrl, callApi, errorText } from "../../api.ts";
import type { ImportView } from "./import-form.tsx";

/** The progress of one import, asked for every half second until it ends, then its result. */
export function ImportProgress({ id, first }: { id: string; first: ImportView }) {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ["getImport", id],
    queryFn: () => callApi(getImport, { id }),
    initialData: first,
    staleTime: 0,
    refetchInterval: ({ state }) => (isRunning(state.data) ? 500 : false),
  });
  const view = query.data;
  const running = isRunning(view);
  useEffect(() => {
    if (!running) void queries.invalidateQueries({ queryKey: ["listImports"] });
  }, [queries, running]);
  return (
    <Card
      size="small"
      title={`${view.dryRun ? "校验" : "导入"}：${view.fileName}`}
      data-testid="import-progress"
    >
      {query.error !== null && <Alert type="error" title={errorText(query.error)} />}
      <Progress
        percent={percentOf(view)}
        status={running ? "active" : view.status === "failed" ? "exception" : "success"}
        aria-label="导入进度"
      />
      <p aria-live="polite">
        {view.statusName} · 已处理 {view.processedRows} / {view.totalRows} 行
      </p>
      {view.problem !== null && <Alert type="error" showIcon role="alert" title={view.problem} />}
      {!running && view.status === "finished" && <ImportResult view={view} />}
    </Card>
  );
}

function ImportResult({ view }: { view: ImportView }) {
  return (
    <Flex vertical gap={16}>
      <Flex gap={48} wrap data-testid="import-result">
        <Statistic title={view.dryRun ? "可导入" : "新增人员"} value={view.createdRows} suffix="人" />
        <Statistic title={view.dryRun ? "可补充" : "补充信息"} value={view.updatedRows} suffix="人" />
        <Statistic title="失败" value={view.failedRows} suffix="行" />
      </Flex>
      {view.failedRows === 0 && (
        <Alert
          type="success"
          showIcon
          title={view.dryRun ? "全部行校验通过，可以开始导入" : "全部行导入成功"}
        />
      )}
      {view.hasErrorWorkbook && (
        <Alert
          type="warning"
          showIcon
          title={`${view.failedRows} 行有误`}
          description="失败信息表中每行注明了原因，修改后可直接重新导入该表"
          action={
            <Button
              icon={<DownloadOutlined aria-hidden />}
              href={binaryUrl(getImportErrors, { id: view.id })}
              download
            >
              下载失败信息表
            </Button>
          }
        />
      )}
      {view.sample.length > 0 && (
        <Table<ImportView["sample"][number]>
          size="small"
          rowKey="rowNumber"
          title={() => `失败行示例（前 ${view.sample.length} 行）`}
          dataSource={view.sample}
          pagination={false}
          columns={[
            { title: "行号", dataIndex: "rowNumber", width: 80 },
            { title: "姓名", dataIndex: "name", width: 120 },
            { title: "失败原因", dataIndex: "reason" },
          ]}
        />
      )}
    </Flex>
  );
}

function isRunning(view: ImportView | undefined): boolean {
  return view?.status === "queued" || view?.status === "running";
}

function percentOf(view: ImportView): number {
  if (view.status === "finished") return 100;
  return view.totalRows === 0 ? 0 : Math.floor((view.processedRows / view.totalRows) * 100);
}
