import { type Application, ApplicationModel } from "../../../models/application.ts";
import { applicationKindNames, applicationStatusNames } from "../../../shared/contracts/applications.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { exportApplications as contract } from "../../../shared/contracts/review-lists.ts";
import type { CommandContext } from "../../command-context.ts";
import { applicationFilter } from "../../queries/applications/list-applications.ts";
import type { RecordColumn } from "../../spreadsheets/write-record-workbook.ts";
import { exportRecords, momentText, type Workbook } from "./export-records.ts";

const columns: readonly RecordColumn<Application>[] = [
  { header: "编号", width: 20, value: ({ number }) => number },
  { header: "申请种类", width: 18, value: ({ kind }) => applicationKindNames[kind] },
  { header: "标题", width: 40, value: ({ title }) => title },
  { header: "姓名", width: 12, value: ({ personName }) => personName },
  { header: "身份证号", width: 22, value: ({ maskedIdNumber }) => maskedIdNumber },
  { header: "单位", width: 30, value: ({ organizationName }) => organizationName },
  { header: "对方单位", width: 30, value: ({ counterpartName }) => counterpartName },
  { header: "申请人", width: 12, value: ({ applicantName }) => applicantName },
  { header: "年度", width: 8, value: ({ year }) => year },
  { header: "状态", width: 12, value: ({ status }) => applicationStatusNames[status] },
  { header: "提交时间", width: 18, value: ({ submittedAt }) => momentText(submittedAt) },
  { header: "办结时间", width: 18, value: ({ decidedAt }) => momentText(decidedAt) },
  { header: "原因", width: 30, value: ({ reason }) => reason },
];

/** 申请记录 as a workbook: what the filter finds among those that `listApplications` shows. Errors: as `exportRecords`. */
export async function exportApplications(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Workbook> {
  return await exportRecords<Application>(ctx, input, {
    list: "applications",
    name: "申请记录",
    model: ApplicationModel,
    filter: await applicationFilter(ctx, input),
    sort: { submittedAt: -1 },
    columns,
  });
}
