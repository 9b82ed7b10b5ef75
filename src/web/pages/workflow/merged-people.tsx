import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Card } from "antd";
import { useState } from "react";
import { listMergedPeople } from "../../../shared/contracts/closures.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { callApi } from "../../api.ts";
import { LoadFailed, SmallTable } from "../../components/data-table.tsx";
import { textOr } from "../../components/optional-text.ts";
import { StatusTag } from "../../components/status-tag.tsx";

type MergedPerson = ResponseOf<typeof listMergedPeople>["rows"][number];

const pageSize = 20;

/** Whom a merger under review takes along: its target reads them before it confirms (DRG-05). */
export function MergedPeople({ id }: { id: string }) {
  const [page, setPage] = useState(1);
  const people = useQuery({
    queryKey: ["listMergedPeople", id, page],
    queryFn: () => callApi(listMergedPeople, { id, page, pageSize }),
    placeholderData: keepPreviousData,
  });
  return (
    <Card title="将转入目标单位的人员" size="small">
      {people.isError ? (
        <LoadFailed error={people.error} retry={() => void people.refetch()} />
      ) : (
        <SmallTable<MergedPerson>
          rowKey="id"
          loading={people.isFetching}
          columns={columns}
          dataSource={people.data?.rows ?? []}
          pagination={{
            current: page,
            pageSize,
            total: people.data?.total ?? 0,
            showSizeChanger: false,
            showTotal: (total) => `共 ${total} 人${people.data?.totalIsExact === false ? "以上" : ""}`,
            onChange: setPage,
          }}
        />
      )}
    </Card>
  );
}

const columns = [
  { title: "姓名", dataIndex: "name" },
  { title: "身份证号码", dataIndex: "maskedIdNumber" },
  { title: "部门", dataIndex: "departmentName", render: textOr },
  { title: "职称级别", dataIndex: "titleLevelName" },
  {
    title: "状态",
    key: "status",
    render: (_: unknown, { isActive }: MergedPerson) => (
      <StatusTag status={isActive ? "active" : "deregistered"} name={isActive ? "在册" : "已注销"} />
    ),
  },
];
