import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { exportTasks as contract } from "../../../shared/contracts/review-lists.ts";
import { processNames } from "../../../shared/contracts/workflow.ts";
import { outcomeName } from "../../../shared/dictionaries/outcomes.ts";
import type { CommandContext } from "../../command-context.ts";
import { formTitle } from "../../queries/declarations/form-title.ts";
import { boxFilter, indexFor, newestFirst } from "../../queries/workflow/box-filter.ts";
import type { RecordColumn } from "../../spreadsheets/write-record-workbook.ts";
import { exportRecords, momentText, type Workbook } from "./export-records.ts";

type Task = WorkflowTaskRecord;

function columnsOf(ctx: CommandContext): RecordColumn<Task>[] {
  const formName = (form: string | null) => (form === null ? null : formTitle(ctx.app.packs, form));
  return [
    { header: "编号", width: 20, value: ({ number }) => number },
    { header: "业务", width: 16, value: ({ processKey }) => processNames[processKey] ?? processKey },
    { header: "环节", width: 18, value: ({ name }) => name },
    { header: "标题", width: 40, value: ({ title }) => title },
    { header: "申请人", width: 12, value: ({ applicantName }) => applicantName },
    { header: "单位", width: 30, value: ({ organizationName }) => organizationName },
    { header: "年度", width: 8, value: ({ year }) => year },
    { header: "学习形式", width: 24, value: ({ form }) => formName(form) },
    { header: "公需学时", width: 10, value: ({ hours }) => hours?.public ?? null },
    { header: "专业学时", width: 10, value: ({ hours }) => hours?.professional ?? null },
    { header: "到达时间", width: 18, value: ({ createdAt }) => momentText(createdAt) },
    { header: "办理期限", width: 18, value: ({ dueAt }) => momentText(dueAt) },
    ...decisionColumns,
  ];
}

const decisionColumns: readonly RecordColumn<Task>[] = [
  {
    header: "办理结果",
    width: 12,
    value: ({ outcome }) => (outcome === null ? "待办" : outcomeName(outcome)),
  },
  { header: "办理人", width: 12, value: ({ decidedBy }) => decidedBy?.name ?? null },
  { header: "办理时间", width: 18, value: ({ decidedAt }) => momentText(decidedAt) },
  { header: "意见", width: 30, value: ({ comment }) => comment },
];

/** 待办 or 已办 as a workbook: what the filter finds among those that `listTasks` shows. Errors: as `exportRecords`. */
export async function exportTasks(ctx: CommandContext, input: InputOf<typeof contract>): Promise<Workbook> {
  return await exportRecords<Task>(ctx, input, {
    list: "tasks",
    name: input.box === "todo" ? "待办事项" : "审核记录",
    model: WorkflowTask,
    filter: await boxFilter(ctx, input),
    sort: newestFirst(input),
    index: indexFor(input),
    columns: columnsOf(ctx),
  });
}
