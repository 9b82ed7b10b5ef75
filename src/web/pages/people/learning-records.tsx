import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import { listLearningRecords } from "../../../shared/contracts/people.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { callApi } from "../../api.ts";
import { DataTable } from "../../components/data-table.tsx";
import { dayText, hoursText } from "../../components/dates.ts";
import { usePlatform } from "../../components/platform.ts";
import { StatusTag } from "../../components/status-tag.tsx";
import { useUrlState } from "../../components/url-state.ts";
import { yearOptions } from "./year-options.ts";

type Row = ResponseOf<typeof listLearningRecords>["rows"][number];

/** 学习记录: the ledger of a person's hours, reversals among them (QRY-03). */
export function LearningRecords({ personId }: { personId: string }) {
  const url = useUrlState();
  const year = url.values["recordYear"];
  const years = yearOptions(usePlatform()?.year);
  const query = useQuery({
    queryKey: ["listLearningRecords", personId, year, url.page, url.pageSize],
    queryFn: () =>
      callApi(listLearningRecords, { id: personId, year, page: url.page, pageSize: url.pageSize }),
    placeholderData: keepPreviousData,
  });
  return (
    <DataTable<Row>
      id="learning-records"
      title="学习记录"
      query={query}
      columns={columns}
      rowKey="id"
      toolbar={
        <Select
          aria-label="认证年度"
          allowClear
          placeholder="全部年度"
          style={{ width: 140 }}
          value={year ?? null}
          options={years}
          onChange={(value: string | undefined) => url.set({ recordYear: value })}
        />
      }
      emptyHint="审核通过并计入的学时显示在这里"
    />
  );
}

const columns: ColumnsType<Row> = [
  { key: "year", title: "认证年度", dataIndex: "year" },
  { key: "title", title: "内容", dataIndex: "title", width: 280, ellipsis: true },
  { key: "subject", title: "计入科目", dataIndex: "subjectName" },
  { key: "hours", title: "学时", align: "right", render: (_, row) => hoursText(row.hours) },
  { key: "source", title: "来源", dataIndex: "sourceName" },
  {
    key: "kind",
    title: "类型",
    render: (_, row) => (
      <StatusTag status={row.reversal ? "revoked" : "done"} name={row.reversal ? "冲销" : "计入"} />
    ),
  },
  { key: "creditedAt", title: "计入日期", render: (_, row) => dayText(row.creditedAt) },
  {
    key: "actions",
    title: "操作",
    render: (_, row) =>
      row.declarationId === null ? (
        "—"
      ) : (
        <Link to={`/workspace/declarations/${row.declarationId}`} aria-label={`${row.title}的申报详细`}>
          申报详细
        </Link>
      ),
  },
];
