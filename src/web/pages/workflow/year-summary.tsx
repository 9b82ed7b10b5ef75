import { useQuery } from "@tanstack/react-query";
import { Card, Descriptions, Skeleton, Typography } from "antd";
import { listYears } from "../../../shared/contracts/people.ts";
import { callApi } from "../../api.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { hoursText } from "../../components/dates.ts";
import { StatusTag } from "../../components/status-tag.tsx";

/** 该人员本年度情况: what the declared hours would be added to (APR-10). */
export function YearSummary({ personId, year }: { personId: string; year: number }) {
  const years = useQuery({
    queryKey: ["listYears", personId, year, year],
    queryFn: () => callApi(listYears, { id: personId, from: year, to: year }),
  });
  const row = years.data?.years.find((one) => one.year === year);
  return (
    <Card title={`${year}年度完成情况`} size="small">
      {years.isError && <LoadFailed error={years.error} retry={() => void years.refetch()} />}
      {years.isPending && <Skeleton active paragraph={{ rows: 2 }} title={false} />}
      {years.data !== undefined && row === undefined && <Typography.Text>该年度暂无学时记录</Typography.Text>}
      {row !== undefined && (
        <Descriptions
          size="small"
          column={{ xs: 1, sm: 2 }}
          items={[
            {
              key: "public",
              label: "公需科目",
              children: `${hoursText(row.hours.public)} / ${hoursText(row.required.public)} 学时`,
            },
            {
              key: "professional",
              label: "专业科目",
              children: `${hoursText(row.hours.professional)} / ${hoursText(row.required.professional)} 学时`,
            },
            {
              key: "total",
              label: "合计",
              children: `${hoursText(row.total)} / ${hoursText(row.required.total)} 学时`,
            },
            {
              key: "result",
              label: "年度认定结果",
              children: <StatusTag status={row.result} name={row.resultName} />,
            },
          ]}
        />
      )}
    </Card>
  );
}
