import { type DeclarationLine, DeclarationModel } from "../../../models/declaration.ts";
import type { Model } from "mongoose";
import { declarationStatusNames } from "../../../shared/contracts/declarations.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { exportDeclarations as contract } from "../../../shared/contracts/review-lists.ts";
import type { CommandContext } from "../../command-context.ts";
import { declarationFilter } from "../../queries/declarations/list-declarations.ts";
import type { RecordColumn } from "../../spreadsheets/write-record-workbook.ts";
import { exportRecords, momentText, type Workbook } from "./export-records.ts";

const subjectNames = { public: "公需课", professional: "专业课" } as const;

const columns: readonly RecordColumn<DeclarationLine>[] = [
  { header: "编号", width: 20, value: ({ number }) => number },
  { header: "批次号", width: 20, value: ({ batchNumber }) => batchNumber },
  { header: "姓名", width: 12, value: ({ personName }) => personName },
  { header: "身份证号", width: 22, value: ({ maskedIdNumber }) => maskedIdNumber },
  { header: "单位", width: 30, value: ({ organizationName }) => organizationName },
  { header: "认证年度", width: 10, value: ({ year }) => year },
  {
    header: "补报",
    width: 6,
    value: ({ makeUpWindowId }) => ((makeUpWindowId ?? null) === null ? "" : "补报"),
  },
  { header: "学习形式", width: 24, value: ({ formName }) => formName },
  { header: "计入科目", width: 10, value: ({ subject }) => subjectNames[subject] },
  { header: "标题", width: 40, value: ({ title }) => title },
  { header: "开始日期", width: 12, value: ({ startDate }) => startDate },
  { header: "结束日期", width: 12, value: ({ endDate }) => endDate },
  { header: "公需学时", width: 10, value: ({ hours }) => hours.public },
  { header: "专业学时", width: 10, value: ({ hours }) => hours.professional },
  { header: "状态", width: 12, value: ({ status }) => declarationStatusNames[status] },
  { header: "提交时间", width: 18, value: ({ submittedAt }) => momentText(submittedAt) },
  { header: "办结时间", width: 18, value: ({ decidedAt }) => momentText(decidedAt) },
  { header: "原因", width: 30, value: ({ reason }) => reason },
];

/** 申报记录 as a workbook: what the filter finds among those that `listDeclarations` shows. Errors: as `exportRecords`. */
export async function exportDeclarations(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Workbook> {
  return await exportRecords<DeclarationLine>(ctx, input, {
    list: "declarations",
    name: "学时申报记录",
    model: DeclarationModel as unknown as Model<DeclarationLine>,
    filter: await declarationFilter(ctx, input),
    sort: { submittedAt: -1 },
    columns,
    without: "trace",
  });
}
