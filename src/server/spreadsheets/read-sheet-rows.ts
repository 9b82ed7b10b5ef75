import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { newThread } from "../../shared/thread-task.ts";
import { defaultLimits, type PreflightLimits, preflightSpreadsheet } from "./preflight.ts";
import type { ReadAnswer, ReadOrder } from "./read-messages.ts";
import type { RowLimits } from "./row-collector.ts";
import type { SheetRow } from "./sheet-columns.ts";
import type { SheetKeys, SheetName } from "./sheets.ts";
import { SpreadsheetError } from "./spreadsheet-error.ts";

export interface ReadOptions {
  limits?: PreflightLimits & RowLimits;
  /** How long the parser may work in all, in milliseconds; the time of whoever takes the rows does not count. */
  parseMs?: number;
  /** Heap of the parser in MB. */
  heapMb?: number;
}

const batchRows = 500;
const defaultParseMs = 120_000;
const defaultHeapMb = 512;

/** Limits of an upload (IMP-07): 50 000 people, 64 columns, 20 MB, 150 MB inflated. */
export const importLimits: PreflightLimits & RowLimits = { ...defaultLimits, rows: 50_000, columns: 64 };

/**
 * The filled rows of an uploaded .xlsx or .csv file, in order, as they are read (IMP-03, IMP-07): nothing is held
 * but one batch. Parsed in a worker thread with its own memory and time limits. Empty rows are skipped; row numbers are those the user sees. Errors: `SpreadsheetError`, possibly after some rows.
 */
export async function* readSheetRows<Name extends SheetName>(
  sheet: Name,
  { path, mimeType }: { path: string; mimeType: string },
  options: ReadOptions = {},
): AsyncGenerator<SheetRow<SheetKeys[Name]>, void, undefined> {
  const limits = options.limits ?? importLimits;
  const kind = await preflightSpreadsheet(path, mimeType, limits);
  const worker = await startWorker({ sheet, path, kind, limits, batchRows }, options.heapMb ?? defaultHeapMb);
  try {
    yield* rowsOf<SheetKeys[Name]>(worker, options.parseMs ?? defaultParseMs);
  } finally {
    await worker.terminate();
  }
}

async function* rowsOf<Key extends string>(
  worker: Worker,
  parseMs: number,
): AsyncGenerator<SheetRow<Key>, void, undefined> {
  let leftMs = parseMs;
  for (;;) {
    const askedMs = performance.now();
    const answer = await nextAnswer<Key>(worker, leftMs);
    leftMs -= performance.now() - askedMs;
    if (answer.type === "end") return;
    if (answer.type === "started") continue;
    if (answer.type === "failed") throw new SpreadsheetError(answer.code, answer.message, answer.detail);
    yield* answer.rows;
  }
}

async function startWorker(order: ReadOrder, heapMb: number): Promise<Worker> {
  const worker = newThread(new URL("./read-worker.ts", import.meta.url), { heapMb, data: order });
  // A thread that cannot even start is our defect, not the file's: that error goes out as it is.
  await once(worker, "message");
  return worker;
}

async function nextAnswer<Key extends string>(worker: Worker, leftMs: number): Promise<ReadAnswer<Key>> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), Math.max(leftMs, 1));
  try {
    // `once` rejects with what the thread died of.
    const message = once(worker, "message", { signal: abort.signal });
    const exit = once(worker, "exit", { signal: abort.signal }).then(() => {
      throw unreadable();
    });
    exit.catch(() => undefined);
    worker.postMessage("more");
    const [answer]: ReadAnswer<Key>[] = await Promise.race([message, exit]);
    if (answer === undefined) throw unreadable();
    return answer;
  } catch (error) {
    if (error instanceof SpreadsheetError) throw error;
    if (abort.signal.aborted) {
      throw new SpreadsheetError("spreadsheet.too_slow", "读取文件超时，请拆分后分批导入", error);
    }
    throw isOutOfMemory(error) ? tooComplex(error) : unreadable(error);
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

function tooComplex(cause?: unknown): SpreadsheetError {
  return new SpreadsheetError(
    "spreadsheet.too_complex",
    "文件过于复杂，读取时超出内存限制，请只保留数据，重新下载模板填写后上传",
    cause,
  );
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}

function unreadable(cause?: unknown): SpreadsheetError {
  return new SpreadsheetError("spreadsheet.unreadable", "文件内容无法读取，请使用模板填写后重新上传", cause);
}
