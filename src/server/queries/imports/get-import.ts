import { type PeopleImport, PeopleImportModel } from "../../../models/people-import.ts";
import { StoredFileModel } from "../../../models/stored-file.ts";
import { AppError } from "../../../shared/app-error.ts";
import { openBlob } from "../../blobs.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";

/** One import of the actor's own organization, with its progress (IMP-08). */
export async function getImport(ctx: CommandContext, input: { id: string }): Promise<PeopleImport> {
  const actor = requireActor(ctx);
  requireModule(actor, "people:import");
  const run = await PeopleImportModel.findOne({ _id: input.id, organizationId: actor.organizationId }).lean();
  if (run === null) throw new AppError("import.not_found");
  return run;
}

/** 失败信息表: the rows that failed, with their reasons (IMP-02). */
export async function getImportErrors(ctx: CommandContext, input: { id: string }) {
  const run = await getImport(ctx, input);
  const file = run.errorFileId === null ? null : await StoredFileModel.findById(run.errorFileId).lean();
  const content = file === null ? null : await openBlob(file.sha256);
  if (file === null || content === null) throw new AppError("import.not_found");
  return {
    content,
    contentType: file.mimeType,
    fileName: `失败信息表-${run.fileName.replace(/\.\w+$/, "")}.xlsx`,
    disposition: "attachment" as const,
    sha256: file.sha256,
  };
}
