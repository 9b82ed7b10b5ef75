import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Tabs } from "antd";
import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { listTrainingPlans, trainingPlanStatusNames } from "../../../shared/contracts/training-plans.ts";
import { callApi } from "../../api.ts";
import { DataTable } from "../../components/data-table.tsx";
import { momentText } from "../../components/dates.ts";
import { DraftList } from "../../components/drafts/draft-list.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { usePlatform } from "../../components/platform.ts";
import { SearchForm, type SearchField } from "../../components/search-form.tsx";
import { useUrlState } from "../../components/url-state.ts";
import { RequireModule } from "../../session.tsx";
import { subjectNames } from "../declarations/hours-text.ts";
import { yearOptions } from "../people/year-options.ts";
import { RecordLinks, RecordStatus } from "../workflow/record-cells.tsx";
import { TwoLines } from "../workflow/two-lines.tsx";

type Row = ResponseOf<typeof listTrainingPlans>["rows"][number];
type Request = Parameters<typeof callApi<typeof listTrainingPlans>>[1];

/** 单位培训计划: the unit's plans and those of the units below it, with what was begun and not submitted (PLN-01). */
export function TrainingPlansPage() {
  return (
    <RequireModule module="plans:manage">
      <PageHead
        title="单位培训计划"
        hint="计划经主管部门、同级人社部门审核通过后，方可为参加培训的人员申报学时"
        actions={
          <Link to="/workspace/training-plans/new">
            <Button type="primary">新增培训计划</Button>
          </Link>
        }
      />
      <DraftList kind="training-plan" page="/workspace/training-plans/new" />
      <PlanList />
    </RequireModule>
  );
}

const statusOptions = Object.entries(trainingPlanStatusNames).map(([value, label]) => ({ value, label }));

function PlanList() {
  const url = useUrlState();
  const thisYear = usePlatform()?.year;
  const box = url.values["box"] === "below" ? "below" : "own";
  const { status, year } = url.values;
  const request = { box, status, year, page: url.page, pageSize: url.pageSize } as Request;
  const query = useQuery({
    queryKey: ["listTrainingPlans", request],
    queryFn: () => callApi(listTrainingPlans, request),
    placeholderData: keepPreviousData,
  });
  const fields: SearchField[] = [
    // A plan may be made for the year to come.
    { name: "year", label: "年度", options: yearOptions(thisYear === undefined ? undefined : thisYear + 1) },
    { name: "status", label: "状态", options: statusOptions },
  ];
  return (
    <>
      <Tabs
        activeKey={box}
        onChange={(key) => url.set({ box: key === "own" ? undefined : key })}
        items={[
          { key: "own", label: "本单位" },
          { key: "below", label: "下级单位" },
        ]}
      />
      <SearchForm fields={fields} onSearch={() => void query.refetch()} />
      <DataTable<Row>
        id="training-plans"
        title="培训计划"
        query={query}
        columns={columnsOf(box)}
        rowKey="id"
        emptyHint={box === "own" ? "可点击右上角「新增培训计划」" : "下级单位还没有培训计划"}
      />
    </>
  );
}

function columnsOf(box: "own" | "below"): ColumnsType<Row> {
  return [
    {
      key: "number",
      title: "计划编号",
      render: (_, row) => <Link to={`/workspace/training-plans/${row.id}`}>{row.planNumber}</Link>,
    },
    ...(box === "own" ? [] : [{ key: "organization", title: "单位", dataIndex: "organizationName" }]),
    {
      key: "title",
      title: "名称",
      render: (_, row) => <TwoLines first={row.name} second={`${row.startDate} 至 ${row.endDate}`} />,
    },
    { key: "year", title: "年度", dataIndex: "year", align: "center" },
    {
      key: "hours",
      title: "计划",
      render: (_, row) => (
        <TwoLines
          first={`${row.plannedHours} 学时 · ${row.plannedPeople} 人`}
          second={subjectNames[row.subject]}
        />
      ),
    },
    {
      key: "status",
      title: "状态",
      render: (_, { planStatus, planStatusName, holderName, reason }) => (
        <RecordStatus status={planStatus} name={planStatusName} holderName={holderName} reason={reason} />
      ),
    },
    { key: "submitted", title: "提交时间", render: (_, row) => momentText(row.submittedAt) },
    {
      key: "actions",
      title: "操作",
      fixed: "right",
      render: (_, { id, planNumber, instanceId, planStatus }) => (
        <>
          {planStatus === "approved" && box === "own" && (
            <Link to={`/workspace/training-plans/${id}/declare`} aria-label={`${planNumber}申报学时`}>
              申报学时
            </Link>
          )}{" "}
          <RecordLinks number={planNumber} page={`/workspace/training-plans/${id}`} instanceId={instanceId} />
        </>
      ),
    },
  ];
}
