import type { Model } from "mongoose";
import { AppError } from "../../../shared/app-error.ts";
import { mostExportedRows } from "../../../shared/contracts/review-lists.ts";
import { dateTimeText, isoDate } from "../../../shared/dates.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeExport } from "../../permissions/exports.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { type RecordColumn, writeRecordWorkbook } from "../../spreadsheets/write-record-workbook.ts";
import { limitRate } from "../limit-rate.ts";
import { recordAudit } from "../record-audit.ts";

/** A list that can be taken away as a workbook. */
export interface ExportedList<Row> {
  /** as the audit event names it */
  list: "tasks" | "declarations" | "applications";
  /** of the sheet and of the file */
  name: string;
  model: Model<Row>;
  filter: Record<string, unknown>;
  sort: Record<string, -1>;
  columns: readonly RecordColumn<Row>[];
  /** the one to read through, where the database would not choose it */
  index?: { hint?: string };
  /** what no column shows and is long: not read */
  without?: string;
}

/** An .xlsx file to save. */
export interface Workbook {
  content: Buffer;
  contentType: string;
  fileName: string;
  disposition: "attachment";
}

/**
 * What a review list's filter finds, as a workbook (AUD-08). Personal data leaves the platform, so the event of it is
 * committed before the first row is read: who, which list, how many rows, which filters, never their values. Errors:
 * `export.too_many_rows` (400), `permission.denied` (403) for a professional, `request.too_many` (429).
 */
export async function exportRecords<Row>(
  ctx: CommandContext,
  filters: object,
  { list, name, model, filter, sort, columns, without, index = {} }: ExportedList<Row>,
): Promise<Workbook> {
  const actor = requireActor(ctx);
  authorizeExport(actor);
  await limitRate(ctx, { action: "export", key: actor.accountId, limit: 60, windowSeconds: 3600 });
  const rows = await model.countDocuments(filter, index).limit(mostExportedRows + 1);
  if (rows > mostExportedRows) throw new AppError("export.too_many_rows", { limit: mostExportedRows });
  const data = { list, rows, filters: givenNames(filters) };
  await runCommand(ctx.app, callerOf(ctx), (step) =>
    recordAudit(step, "records.exported", { subjectId: null, data }),
  );
  const shown = without === undefined ? {} : { [without]: 0 };
  const found = model
    .find(filter, shown, index)
    .sort(sort)
    .limit(mostExportedRows)
    .lean()
    .cursor({ batchSize: 500 });
  return {
    content: await writeRecordWorkbook(name, columns, found as AsyncIterable<Row>),
    contentType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    fileName: `${name}-${isoDate(ctx.clock.now())}.xlsx`,
    disposition: "attachment",
  };
}

function givenNames(filters: object): string[] {
  return Object.entries(filters).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : name,
  );
}

/** A moment in Shanghai as workbooks show it. */
export function momentText(moment: Date | null): string | null {
  return moment === null ? null : dateTimeText(moment);
}
