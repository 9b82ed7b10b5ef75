import { DownloadOutlined } from "@ant-design/icons";
import { Button, Modal, Result, Table } from "antd";
import { downloadText } from "../../components/print.ts";
import type { BatchResult } from "./batch-decision.tsx";
import { failedRowsCsv } from "./failed-rows-csv.ts";
import "./workflow.css";

type Row = BatchResult["results"][number];

/** 批量处理结果: how many succeeded, and for each that did not, why: who decided it and when, for example (APR-14). */
export function BatchResultDialog({ result, onClose }: { result: BatchResult; onClose: () => void }) {
  const failed = result.results.filter((row) => !row.ok);
  return (
    <Modal
      open
      title="批量处理结果"
      width={760}
      onCancel={onClose}
      footer={[
        ...(failed.length === 0
          ? []
          : [
              <Button
                key="export"
                icon={<DownloadOutlined aria-hidden />}
                onClick={() => downloadText(failedRowsCsv(result), "批量办理失败清单.csv")}
              >
                导出失败清单
              </Button>,
            ]),
        <Button key="close" type="primary" onClick={onClose}>
          知道了
        </Button>,
      ]}
    >
      <Result
        status={failed.length === 0 ? "success" : "warning"}
        title={
          <span data-testid="batch-result">{`成功 ${result.succeeded} 条，失败 ${result.failed} 条`}</span>
        }
        style={{ padding: "12px 0" }}
      />
      {failed.length > 0 && (
        <Table<Row>
          size="small"
          rowKey="taskId"
          dataSource={failed}
          pagination={failed.length > 10 ? { pageSize: 10, showTotal: (total) => `共 ${total} 条` } : false}
          columns={[
            { title: "编号", render: (_, row) => <span className="nowrap">{row.number ?? "—"}</span> },
            {
              title: "申请人",
              render: (_, row) => <span className="nowrap">{row.applicantName ?? "—"}</span>,
            },
            { title: "原因", dataIndex: "message" },
          ]}
        />
      )}
    </Modal>
  );
}
