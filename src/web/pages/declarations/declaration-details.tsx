import { PaperClipOutlined } from "@ant-design/icons";
import { Alert, Button, Card, Descriptions, Flex, Modal, Table, Typography } from "antd";
import { useState } from "react";
import type { getDeclaration } from "../../../shared/contracts/declarations.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { getFile } from "../../../shared/contracts/platform.ts";
import { binaryUrl } from "../../api.ts";
import { momentText } from "../../components/dates.ts";
import { StatusTag } from "../../components/status-tag.tsx";
import { creditsText, sameHours } from "./hours-text.ts";
import { SameWorkCard } from "./same-work-card.tsx";
import { TraceView } from "./trace-view.tsx";

export type DeclarationView = ResponseOf<typeof getDeclaration>;

const originNames = { person: "本人申报", employer: "单位申报", base: "继续教育基地申报" } as const;

/** Everything that was declared, as applicant and reviewer both see it (APR-10). */
export function DeclarationDetails({ declaration }: { declaration: DeclarationView }) {
  return (
    <Flex vertical gap={16}>
      {declaration.reason !== null && (
        <Alert
          type={declaration.status === "rejected" ? "error" : "info"}
          showIcon
          title={`审核意见：${declaration.reason}`}
        />
      )}
      <Card title="申报内容" size="small">
        <Facts declaration={declaration} />
      </Card>
      <Card title="学时计算与依据" size="small">
        <HoursCard declaration={declaration} />
      </Card>
      {declaration.sameWork !== null && declaration.sameWork.claims.length > 0 && (
        <SameWorkCard sameWork={declaration.sameWork} />
      )}
      <Card title={`证明材料（${declaration.evidence.length}）`} size="small">
        <EvidenceList evidence={declaration.evidence} />
      </Card>
    </Flex>
  );
}

function Facts({ declaration }: { declaration: DeclarationView }) {
  const rows = [
    { label: "申报编号", value: declaration.number },
    { label: "批次号", value: declaration.batchNumber },
    { label: "姓名", value: declaration.personName },
    { label: "工作单位", value: declaration.organizationName },
    { label: "申报来源", value: originNames[declaration.origin] },
    { label: "认证年度", value: `${declaration.year}年度` },
    { label: "学习形式", value: `${declaration.form} ${declaration.formName}` },
    { label: "计入科目", value: declaration.subjectName },
    { label: "标题", value: declaration.title },
    { label: "起止日期", value: `${declaration.startDate} 至 ${declaration.endDate}` },
    ...declaration.facts.map((fact) => ({ label: fact.title, value: fact.value })),
    { label: "备注", value: declaration.remark === "" ? "无" : declaration.remark },
    { label: "提交时间", value: momentText(declaration.submittedAt) },
  ];
  return (
    <Descriptions
      bordered
      size="small"
      column={{ xs: 1, md: 2 }}
      items={[
        ...rows.map((row) => ({ key: row.label, label: row.label, children: row.value })),
        {
          key: "status",
          label: "状态",
          children: <StatusTag status={declaration.status} name={declaration.statusName} />,
        },
      ]}
    />
  );
}

function HoursCard({ declaration }: { declaration: DeclarationView }) {
  const { hours, computedHours, hoursChanges } = declaration;
  return (
    <>
      <Typography.Title level={3} style={{ margin: "0 0 8px" }}>
        {creditsText(hours)}
      </Typography.Title>
      {!sameHours(hours, computedHours) && (
        <Typography.Paragraph type="secondary">
          系统按规则计算为 {creditsText(computedHours)}
        </Typography.Paragraph>
      )}
      <TraceView trace={declaration.trace} citations={declaration.citations} />
      {hoursChanges.length > 0 && (
        <Table
          style={{ marginTop: 12 }}
          size="small"
          rowKey="at"
          pagination={false}
          dataSource={hoursChanges}
          title={() => "学时核减记录"}
          columns={[
            { title: "时间", dataIndex: "at", render: (at: string) => momentText(at) },
            { title: "单位", dataIndex: "organizationName" },
            { title: "办理人", dataIndex: "by" },
            {
              title: "调整",
              key: "change",
              render: (_, change) => `${creditsText(change.from)} → ${creditsText(change.to)}`,
            },
            { title: "原因", dataIndex: "reason" },
          ]}
        />
      )}
    </>
  );
}

type EvidenceItem = DeclarationView["evidence"][number];

/** The files of a declaration, each opened on the page itself. */
export function EvidenceList({ evidence }: { evidence: readonly EvidenceItem[] }) {
  const [shown, setShown] = useState<EvidenceItem | null>(null);
  if (evidence.length === 0) return <Typography.Text type="secondary">未上传证明材料</Typography.Text>;
  return (
    <>
      <ul style={{ listStyle: "none", margin: 0, padding: 0 }}>
        {evidence.map((file) => (
          <li key={`${file.key}${file.fileId}`}>
            {file.title}：
            <Button type="link" icon={<PaperClipOutlined aria-hidden />} onClick={() => setShown(file)}>
              {file.name}
            </Button>
          </li>
        ))}
      </ul>
      <FileViewer file={shown} onClose={() => setShown(null)} />
    </>
  );
}

/** Shows a file without leaving the page: a PDF in a frame, a video with its controls, an image as it is. */
export function FileViewer({
  file,
  onClose,
}: {
  file: { fileId: string; name: string } | null;
  onClose: () => void;
}) {
  if (file === null) return null;
  const url = binaryUrl(getFile, { id: file.fileId });
  return (
    <Modal
      open
      width={960}
      title={file.name}
      onCancel={onClose}
      footer={
        <a href={url} target="_blank" rel="noreferrer">
          在新窗口打开
        </a>
      }
    >
      <FileContent name={file.name} url={url} />
    </Modal>
  );
}

function FileContent({ name, url }: { name: string; url: string }) {
  const ending = name.toLowerCase().split(".").at(-1) ?? "";
  if (ending === "pdf")
    return <iframe src={url} title={name} style={{ width: "100%", height: "70vh", border: 0 }} />;
  const style = { maxWidth: "100%", maxHeight: "70vh", margin: "0 auto", display: "block" };
  // A recording of a hall has no captions that could be offered.
  if (["mp4", "webm", "mov"].includes(ending))
    return <video controls preload="metadata" src={url} aria-label={name} style={style} />;
  return <img src={url} alt={name} style={style} />;
}
