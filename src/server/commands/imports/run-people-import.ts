import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createWriteStream } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { type PeopleImport, PeopleImportModel } from "../../../models/people-import.ts";
import { StoredFileModel } from "../../../models/stored-file.ts";
import { isoDate } from "../../../shared/dates.ts";
import { openBlob, putBlob } from "../../blobs.ts";
import type { App } from "../../command-context.ts";
import { runCommand, systemCaller } from "../../run-command.ts";
import type { PeopleCells } from "../../spreadsheets/people-columns.ts";
import { readPeopleRows } from "../../spreadsheets/read-people-rows.ts";
import { SpreadsheetError } from "../../spreadsheets/spreadsheet-error.ts";
import { writeErrorWorkbook } from "../../spreadsheets/write-error-workbook.ts";
import { recordFile } from "../platform/store-file.ts";
import { recordAudit } from "../record-audit.ts";
import { importPeopleRows } from "./import-people-rows.ts";
import { type ParsedPerson, parsePersonRow } from "./parse-person-row.ts";

const chunkRows = 250;
/** While the database commits one chunk, the next ones are checked and sent. */
const chunksAtOnce = 3;
const sampleRows = 20;

interface SourceRow {
  rowNumber: number;
  cells: PeopleCells;
  /** what the reader could not read: digits lost in a number cell, an error value */
  problems: readonly string[];
}

interface FailedRow extends SourceRow {
  reason: string;
}

interface Progress {
  run: PeopleImport;
  organization: Organization;
  seen: Map<string, number>;
  failed: FailedRow[];
}

/**
 * The job behind an import: streams the workbook, commits good rows a chunk at a time, keeps the bad ones for the
 * error workbook, and shows progress after each chunk (IMP-02, IMP-07). Run again after a crash it skips nothing
 * and doubles nothing.
 */
export async function runPeopleImport(app: App, importId: string): Promise<void> {
  const run = await PeopleImportModel.findById(importId).lean();
  if (run === null || run.status === "finished" || run.status === "failed") return;
  const organization = await OrganizationModel.findById(run.organizationId).lean();
  if (organization === null) return finish(app, run, { status: "failed", problem: "单位不存在" });
  const reset = {
    status: "running" as const,
    processedRows: 0,
    createdRows: 0,
    updatedRows: 0,
    failedRows: 0,
  };
  await PeopleImportModel.updateOne({ _id: importId }, { $set: reset });
  const progress: Progress = { run: { ...run, ...reset }, organization, seen: new Map(), failed: [] };
  const folder = await mkdtemp(join(tmpdir(), "xueshi-import-"));
  try {
    const path = await fetchFile(run, folder);
    await readAll(app, progress, path);
    const errorFileId = await keepErrors(app, progress);
    await finish(app, progress.run, { status: "finished", errorFileId, sample: sampleOf(progress.failed) });
  } catch (error) {
    if (!(error instanceof SpreadsheetError)) throw error;
    await finish(app, progress.run, { status: "failed", problem: error.message });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fetchFile(run: PeopleImport, folder: string): Promise<{ path: string; mimeType: string }> {
  const file = await StoredFileModel.findById(run.fileId).lean();
  const content = file === null ? null : await openBlob(file.sha256);
  if (file === null || content === null)
    throw new SpreadsheetError("spreadsheet.missing", "上传的文件已不存在，请重新上传");
  const path = join(folder, "people");
  await pipeline(content, createWriteStream(path, { mode: 0o600 }));
  return { path, mimeType: file.mimeType };
}

async function readAll(
  app: App,
  progress: Progress,
  file: { path: string; mimeType: string },
): Promise<void> {
  const underWay: Promise<void>[] = [];
  const take = async (rows: readonly SourceRow[]) => {
    if (underWay.length === chunksAtOnce) await underWay.shift();
    const taken = takeChunk(app, progress, rows);
    // Awaited later, in order; until then a failure must not count as unhandled.
    taken.catch(() => undefined);
    underWay.push(taken);
  };
  let chunk: SourceRow[] = [];
  for await (const row of readPeopleRows(file.path, file.mimeType)) {
    chunk.push(row);
    if (chunk.length < chunkRows) continue;
    await take(chunk);
    chunk = [];
  }
  await take(chunk);
  await Promise.all(underWay);
  progress.failed.sort((a, b) => a.rowNumber - b.rowNumber);
}

async function takeChunk(app: App, progress: Progress, rows: readonly SourceRow[]): Promise<void> {
  if (rows.length === 0) return;
  const byNumber = new Map(rows.map((row) => [row.rowNumber, row]));
  const { good, bad } = checkRows(progress, rows, isoDate(app.clock.now()));
  const { run, organization } = progress;
  const outcomes = await runCommand(app, systemCaller(`import ${run._id}`), (ctx) =>
    importPeopleRows(ctx, { run, organization, people: good }),
  );
  for (const outcome of outcomes) {
    const source = byNumber.get(outcome.rowNumber);
    if (outcome.kind === "failed" && source !== undefined) bad.push({ ...source, reason: outcome.reason });
    if (outcome.kind === "created") run.createdRows += 1;
    if (outcome.kind === "updated") run.updatedRows += 1;
  }
  progress.failed.push(...bad);
  run.processedRows += rows.length;
  run.failedRows = progress.failed.length;
  await showProgress(run);
}

function checkRows(
  progress: Progress,
  rows: readonly SourceRow[],
  today: string,
): { good: ParsedPerson[]; bad: FailedRow[] } {
  const good: ParsedPerson[] = [];
  const bad: FailedRow[] = [];
  for (const row of rows) {
    const parsed = parsePersonRow(row, today);
    const reasons = [...row.problems, ...(parsed.ok ? [] : parsed.reasons)];
    if (!parsed.ok || reasons.length > 0) {
      bad.push({ ...row, reason: reasons.join("；") });
      continue;
    }
    const earlier = progress.seen.get(parsed.person.idNumber);
    if (earlier !== undefined) {
      bad.push({ ...row, reason: `身份证号与第${earlier}行重复` });
      continue;
    }
    progress.seen.set(parsed.person.idNumber, row.rowNumber);
    good.push(parsed.person);
  }
  return { good, bad };
}

async function showProgress(run: PeopleImport): Promise<void> {
  const { processedRows, createdRows, updatedRows, failedRows } = run;
  await PeopleImportModel.updateOne(
    { _id: run._id },
    { $set: { processedRows, totalRows: processedRows, createdRows, updatedRows, failedRows } },
  );
}

async function keepErrors(app: App, progress: Progress): Promise<string | null> {
  if (progress.failed.length === 0) return null;
  const bytes = await writeErrorWorkbook(progress.failed);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  await putBlob(sha256, bytes);
  const file = await runCommand(app, systemCaller(`import ${progress.run._id}`), (ctx) =>
    recordFile(ctx, {
      name: "失败信息表.xlsx",
      sha256,
      size: bytes.byteLength,
      mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }),
  );
  await StoredFileModel.updateOne({ _id: file._id }, { $set: { usedBy: progress.run._id } });
  return file._id;
}

function sampleOf(failed: readonly FailedRow[]): PeopleImport["sample"] {
  return failed.slice(0, sampleRows).map(({ rowNumber, cells, reason }) => ({
    rowNumber,
    name: (cells.name ?? "").slice(0, 50),
    reason,
  }));
}

async function finish(app: App, run: PeopleImport, change: Partial<PeopleImport>): Promise<void> {
  await runCommand(app, systemCaller(`import ${run._id}`), async (ctx) => {
    const { processedRows, createdRows, updatedRows, failedRows } = run;
    await PeopleImportModel.updateOne(
      { _id: run._id },
      {
        $set: {
          totalRows: processedRows,
          processedRows,
          createdRows,
          updatedRows,
          failedRows,
          finishedAt: ctx.clock.now(),
          ...change,
        },
      },
    );
    await recordAudit(ctx, "import.finished", {
      subjectId: run._id,
      data: { created: createdRows, updated: updatedRows, failed: failedRows },
    });
  });
}
