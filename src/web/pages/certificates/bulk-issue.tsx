import { Alert, Button, Modal, Progress, Table } from "antd";
import { useEffect, useRef, useState } from "react";
import { getCertificatePdf } from "../../../shared/contracts/certificates.ts";
import { binaryUrl, errorText } from "../../api.ts";
import { printPdf } from "../../components/print.ts";
import { issueWished, type Certificate } from "./certificate-preview.tsx";
import type { PrintableRow } from "./certificates-page.tsx";

interface Issued {
  row: PrintableRow;
  certificate: Certificate | null;
  problem: string | null;
}

/** 批量签发打印: issues one certificate after another with progress; each has its own result and its own print button. */
export function BulkIssue({ rows, onClose }: { rows: readonly PrintableRow[]; onClose: () => void }) {
  const [issued, setIssued] = useState<readonly Issued[]>([]);
  const started = useRef(false);
  const stopped = useRef(false);
  useEffect(() => {
    // Strict mode runs effects twice; the certificates must be asked for once.
    if (started.current) return;
    started.current = true;
    void issueAll(rows, stopped, (one) => setIssued((current) => [...current, one]));
  }, [rows]);
  const done = issued.length === rows.length;
  const failed = issued.filter((one) => one.problem !== null).length;
  return (
    <Modal
      open
      width={760}
      title={`批量签发打印 ${rows.length} 人`}
      maskClosable={false}
      onCancel={() => {
        stopped.current = true;
        onClose();
      }}
      footer={
        <Button
          type={done ? "primary" : "default"}
          onClick={() => {
            stopped.current = true;
            onClose();
          }}
        >
          {done ? "完成" : "停止"}
        </Button>
      }
    >
      <Progress percent={Math.floor((issued.length / rows.length) * 100)} aria-label="签发进度" />
      {done && (
        <Alert
          type={failed === 0 ? "success" : "warning"}
          showIcon
          title={`成功 ${issued.length - failed} 份，失败 ${failed} 份`}
          style={{ marginBottom: 12 }}
        />
      )}
      <Table<Issued>
        size="small"
        rowKey={(one) => one.row.personId}
        dataSource={[...issued]}
        locale={{ emptyText: "正在签发" }}
        pagination={issued.length > 10 ? { pageSize: 10, showTotal: (total) => `共 ${total} 条` } : false}
        columns={[
          { title: "姓名", render: (_, one) => one.row.personName },
          { title: "证书编号", render: (_, one) => one.certificate?.number ?? one.problem },
          { title: "操作", render: (_, one) => <PrintButton issued={one} /> },
        ]}
      />
    </Modal>
  );
}

function PrintButton({ issued }: { issued: Issued }) {
  if (issued.certificate === null) return null;
  const url = binaryUrl(getCertificatePdf, { id: issued.certificate.id });
  return (
    <Button
      type="link"
      size="small"
      onClick={() => printPdf(url)}
      aria-label={`打印${issued.row.personName}的证书`}
    >
      打印
    </Button>
  );
}

async function issueAll(
  rows: readonly PrintableRow[],
  stopped: { current: boolean },
  report: (issued: Issued) => void,
): Promise<void> {
  for (const row of rows) {
    if (stopped.current) return;
    try {
      report({
        row,
        certificate: await issueWished({ personId: row.personId, year: row.year }),
        problem: null,
      });
    } catch (error) {
      report({ row, certificate: null, problem: errorText(error) });
    }
  }
}
