import { csvRow } from "../../components/print.ts";
import type { BatchResult } from "./batch-decision.tsx";

/** The failed rows as a CSV that no spreadsheet takes for formulas (convention 11, IMP-09). */
export function failedRowsCsv(result: BatchResult): string {
  const failed = result.results.filter((row) => !row.ok);
  return [
    csvRow(["编号", "申请人", "失败原因"]),
    ...failed.map((row) => csvRow([row.number ?? row.taskId, row.applicantName, row.message])),
  ].join("\r\n");
}
