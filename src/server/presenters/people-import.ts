import type { PeopleImport } from "../../models/people-import.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import type { getImport, listImports } from "../../shared/contracts/imports.ts";
import type { Page } from "../queries/page.ts";

const statusNames = {
  queued: "等待处理",
  running: "正在导入",
  finished: "已完成",
  failed: "未能处理",
} as const;

export function presentImport(run: PeopleImport): ResponseOf<typeof getImport> {
  return {
    id: run._id,
    fileName: run.fileName,
    operatorName: run.operatorName,
    startedAt: run.startedAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
    status: run.status,
    statusName: statusNames[run.status],
    dryRun: run.dryRun,
    totalRows: run.totalRows,
    processedRows: run.processedRows,
    createdRows: run.createdRows,
    updatedRows: run.updatedRows,
    failedRows: run.failedRows,
    problem: run.problem,
    hasErrorWorkbook: run.errorFileId !== null,
    sample: run.sample,
  };
}

export function presentImports(page: Page<PeopleImport>): ResponseOf<typeof listImports> {
  return { ...page, rows: page.rows.map(presentImport) };
}
