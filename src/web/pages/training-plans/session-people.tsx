import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Card, Typography } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { listPlanParticipants, planSession } from "../../../shared/contracts/plan-declarations.ts";
import { callApi } from "../../api.ts";
import { LoadFailed, SmallTable } from "../../components/data-table.tsx";
import { StatusTag } from "../../components/status-tag.tsx";
import { creditsText } from "../declarations/hours-text.ts";

type Participant = ResponseOf<typeof listPlanParticipants>["rows"][number];

const pageSize = 20;

/** Who takes part in a session and for how many hours, and where its video is, for whoever reviews it (PLN-04, PLN-05). */
export function SessionPeople({ id, data }: { id: string; data: Readonly<Record<string, unknown>> }) {
  const [page, setPage] = useState(1);
  const people = useQuery({
    queryKey: ["listPlanParticipants", id, page],
    queryFn: () => callApi(listPlanParticipants, { id, page, pageSize }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <VideoLink data={data} />
      <Card title="参加人员及学时" size="small">
        {people.isError ? (
          <LoadFailed error={people.error} retry={() => void people.refetch()} />
        ) : (
          <SmallTable<Participant>
            rowKey="declarationId"
            loading={people.isFetching}
            columns={columns}
            dataSource={people.data?.rows ?? []}
            pagination={{
              current: page,
              pageSize,
              total: people.data?.total ?? 0,
              showSizeChanger: false,
              showTotal: (total) => `共 ${total} 人`,
              onChange: setPage,
            }}
          />
        )}
      </Card>
    </>
  );
}

function VideoLink({ data }: { data: Readonly<Record<string, unknown>> }) {
  const video = planSession.safeParse(data).data?.video ?? null;
  if (video === null) return null;
  return (
    <Card title="培训视频" size="small">
      <a href={video.url} target="_blank" rel="noreferrer noopener">
        {video.url}
      </a>
      <p className="field-hint">
        SHA-256 <Typography.Text code>{video.sha256}</Typography.Text>
      </p>
    </Card>
  );
}

const columns = [
  {
    title: "编号",
    key: "number",
    render: (_: unknown, { declarationId, number }: Participant) => (
      <Link to={`/workspace/declarations/${declarationId}`}>{number}</Link>
    ),
  },
  { title: "姓名", dataIndex: "personName" },
  { title: "身份证号码", dataIndex: "maskedIdNumber" },
  {
    title: "会计人员",
    dataIndex: "isAccountant",
    render: (isAccountant: boolean) => (isAccountant ? "是" : "否"),
  },
  {
    title: "学时",
    key: "hours",
    render: (_: unknown, { hours }: Participant) => creditsText(hours),
  },
  {
    title: "状态",
    key: "status",
    render: (_: unknown, { status, statusName }: Participant) => (
      <StatusTag status={status} name={statusName} />
    ),
  },
];
