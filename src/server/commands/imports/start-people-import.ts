import { type PeopleImport, PeopleImportModel } from "../../../models/people-import.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type CommandContext, requireActor, type UploadedFile } from "../../command-context.ts";
import { putBlob } from "../../blobs.ts";
import { requireModule } from "../../permissions/scope.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { preflightSpreadsheet } from "../../spreadsheets/preflight.ts";
import { SpreadsheetError } from "../../spreadsheets/spreadsheet-error.ts";
import { requireOpenOrganization } from "../closures/require-open-organization.ts";
import { enqueue } from "../enqueue.ts";
import { recordFile } from "../platform/store-file.ts";
import { recordAudit } from "../record-audit.ts";

export interface StartPeopleImport {
  file: UploadedFile;
  dryRun: "true" | "false";
  existing: "fail" | "fill-empty";
  createDepartments: "true" | "false";
}

/**
 * Takes a workbook of people and queues its import (IMP-07): a hostile or unreadable file is refused at once, one
 * import of an organization runs at a time. Errors: `permission.denied`, `import.spreadsheet`, `import.running`.
 */
export async function startPeopleImport(
  ctx: CommandContext,
  input: StartPeopleImport,
): Promise<PeopleImport> {
  const actor = requireActor(ctx);
  requireModule(actor, "people:import");
  await refuseHostile(input.file);
  await putBlob(input.file.sha256, input.file.path);
  return runCommand(ctx.app, callerOf(ctx), (step) => queueImport(step, input));
}

async function refuseHostile(file: UploadedFile): Promise<void> {
  try {
    await preflightSpreadsheet(file.path, file.mimeType);
  } catch (error) {
    if (error instanceof SpreadsheetError)
      throw new AppError("import.spreadsheet", { reason: error.message });
    throw error;
  }
}

async function queueImport(ctx: CommandContext, input: StartPeopleImport): Promise<PeopleImport> {
  const actor = requireActor(ctx);
  const running = { organizationId: actor.organizationId, status: { $in: ["queued", "running"] as const } };
  if ((await PeopleImportModel.exists(running)) !== null) throw new AppError("import.running");
  await requireOpenOrganization(actor.organizationId);
  const file = await recordFile(ctx, input.file);
  const row: PeopleImport = {
    _id: ctx.newId(),
    organizationId: actor.organizationId,
    operatorAccountId: actor.accountId,
    operatorName: actor.name,
    fileId: file._id,
    fileName: input.file.name,
    dryRun: input.dryRun === "true",
    existing: input.existing,
    createDepartments: input.createDepartments === "true",
    status: "queued",
    totalRows: 0,
    processedRows: 0,
    createdRows: 0,
    updatedRows: 0,
    failedRows: 0,
    problem: null,
    errorFileId: null,
    sample: [],
    startedAt: ctx.clock.now(),
    finishedAt: null,
    version: 0,
  };
  await PeopleImportModel.create([row]);
  await enqueue(ctx, "people.import", { data: { importId: row._id } });
  await recordAudit(ctx, "import.started", {
    subjectId: row._id,
    data: { fileName: row.fileName, dryRun: row.dryRun },
  });
  return row;
}
