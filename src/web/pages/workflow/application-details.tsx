import { PaperClipOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Card, Descriptions, Flex, Skeleton, Table } from "antd";
import { useState } from "react";
import { getApplication } from "../../../shared/contracts/applications.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import {
  type ApplicationChange,
  applicationChanges,
  applicationLines,
} from "../../../shared/dictionaries/application-fields.ts";
import { callApi } from "../../api.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { momentText } from "../../components/dates.ts";
import { textOr } from "../../components/optional-text.ts";
import { StatusTag } from "../../components/status-tag.tsx";
import { FileViewer } from "../declarations/declaration-details.tsx";
import { SessionPeople } from "../training-plans/session-people.tsx";
import { MergedPeople } from "./merged-people.tsx";

type Application = ResponseOf<typeof getApplication>;
type Attachment = Application["attachments"][number];

/** What was applied for, field by field, with 变更明细 and the files, for whoever reviews it (AUD-04, AUD-06). */
export function ApplicationDetails({ id }: { id: string }) {
  const query = useQuery({
    queryKey: ["getApplication", id],
    queryFn: () => callApi(getApplication, { id }),
  });
  if (query.isError) return <LoadFailed error={query.error} retry={() => void query.refetch()} />;
  if (query.data === undefined) return <Skeleton active />;
  const application = query.data;
  const changes = applicationChanges(application.data);
  return (
    <Flex vertical gap={16}>
      <Content application={application} />
      {changes.length > 0 && <Changes changes={changes} />}
      {application.attachments.length > 0 && <Attachments files={application.attachments} />}
      {application.kind === "plan-declaration" && <SessionPeople id={id} data={application.data} />}
      {isOpenMerger(application) && <MergedPeople id={id} />}
    </Flex>
  );
}

/** Once it has ended there is nobody left to list. */
function isOpenMerger({ kind, status, data }: Application): boolean {
  return kind === "organization-closure" && status === "pending" && data["closureKind"] === "merge";
}

function Content({ application }: { application: Application }) {
  const { personName, maskedIdNumber, counterpartName, reason } = application;
  const lines = [
    { key: "number", name: "编号", value: application.number },
    { key: "title", name: "事项", value: application.title },
    { key: "applicant", name: "申请人", value: application.applicantName },
    { key: "organization", name: "单位", value: application.organizationName },
    ...(personName === null
      ? []
      : [{ key: "person", name: "人员", value: `${personName}（${maskedIdNumber ?? ""}）` }]),
    ...(counterpartName === null ? [] : [{ key: "counterpart", name: "另一方", value: counterpartName }]),
    { key: "submitted", name: "提交时间", value: momentText(application.submittedAt) },
    ...applicationLines(application.data),
    ...(reason === null ? [] : [{ key: "opinion", name: "驳回原因", value: reason }]),
  ];
  return (
    <Card title={application.kindName} size="small">
      <Descriptions
        bordered
        size="small"
        column={{ xs: 1, md: 2 }}
        items={[
          ...lines.map(({ key, name, value }) => ({ key, label: name, children: value })),
          {
            key: "status",
            label: "状态",
            children: <StatusTag status={application.status} name={application.statusName} />,
          },
        ]}
      />
    </Card>
  );
}

function Changes({ changes }: { changes: readonly ApplicationChange[] }) {
  return (
    <Card title="变更明细" size="small">
      <Table
        size="small"
        pagination={false}
        rowKey="field"
        dataSource={[...changes]}
        columns={[
          { title: "项目", dataIndex: "name" },
          { title: "原值", dataIndex: "old", render: textOr },
          { title: "新值", dataIndex: "new", render: textOr },
        ]}
      />
    </Card>
  );
}

/** What the files of a plan or of its sessions are; those of the others say it by their own names. */
const attachmentKinds: Readonly<Record<string, string>> = {
  "sign-in": "签到表",
  video: "培训视频",
  photo: "现场图片",
  curriculum: "课程表",
};

function nameOf({ key, name }: Attachment): string {
  const kind = attachmentKinds[key];
  return kind === undefined ? name : `${kind}：${name}`;
}

function Attachments({ files }: { files: readonly Attachment[] }) {
  const [shown, setShown] = useState<Attachment | null>(null);
  return (
    <Card title="证明材料" size="small">
      <Flex gap={8} wrap>
        {files.map((file) => (
          <Button
            key={file.fileId}
            type="link"
            icon={<PaperClipOutlined aria-hidden />}
            onClick={() => setShown(file)}
          >
            {nameOf(file)}
          </Button>
        ))}
      </Flex>
      <FileViewer file={shown} onClose={() => setShown(null)} />
    </Card>
  );
}
