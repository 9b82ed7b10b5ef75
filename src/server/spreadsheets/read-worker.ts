import { parentPort, workerData } from "node:worker_threads";
import type { ReadAnswer, ReadOrder } from "./read-messages.ts";
import { RowCollector } from "./row-collector.ts";
import type { SheetRow } from "./sheet-columns.ts";
import { sheetColumns } from "./sheets.ts";
import { SpreadsheetError } from "./spreadsheet-error.ts";

/**
 * The worker thread in which a file is parsed: whatever a hostile file does to the parser, only this thread
 * dies. It sends one batch for each request, so that it never runs ahead of a slow reader.
 */
async function main(order: ReadOrder): Promise<void> {
  const port = parentPort;
  if (port === null) return;
  const answer = (message: ReadAnswer) => port.postMessage(message);
  const collector = new RowCollector<string>(order.limits, sheetColumns[order.sheet]);
  const rows = await readerOf(order, collector);
  answer({ type: "started" });
  const requests = waitingRequests(port);
  try {
    for await (const batch of inBatches(rows, order.batchRows)) {
      await requests.next();
      answer({ type: "rows", rows: batch });
    }
    await requests.next();
    answer({ type: "end" });
  } catch (error) {
    answer(failure(error));
  }
  port.close();
}

/** Only the reader that is needed is loaded: exceljs alone takes longer than a small CSV. */
async function readerOf(order: ReadOrder, collector: RowCollector<string>): Promise<AsyncIterable<SheetRow>> {
  if (order.kind === "csv") {
    const { readCsv } = await import("./read-csv.ts");
    return readCsv(order.path, collector);
  }
  const { readXlsx } = await import("./read-xlsx.ts");
  return readXlsx(order.path, collector);
}

async function* inBatches(rows: AsyncIterable<SheetRow>, size: number): AsyncGenerator<SheetRow[]> {
  let batch: SheetRow[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function waitingRequests(port: NonNullable<typeof parentPort>): { next: () => Promise<void> } {
  let open = 0;
  let wake: (() => void) | undefined;
  port.on("message", () => {
    open += 1;
    wake?.();
  });
  return {
    async next() {
      while (open === 0) await new Promise<void>((resolve) => (wake = resolve));
      open -= 1;
    },
  };
}

function failure(error: unknown): ReadAnswer {
  if (error instanceof SpreadsheetError) return { type: "failed", code: error.code, message: error.message };
  return {
    type: "failed",
    code: "spreadsheet.unreadable",
    message: "文件内容无法读取，请使用模板填写后重新上传",
    detail: error instanceof Error ? error.message : String(error),
  };
}

await main(workerData as ReadOrder);
