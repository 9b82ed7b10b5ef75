import { type PeopleImport, PeopleImportModel } from "../../../models/people-import.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";
import type { Page } from "../page.ts";
import { readPage } from "../read-page.ts";

/** 导入历史 of the actor's organization, newest first (IMP-08). */
export async function listImports(
  ctx: CommandContext,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<Page<PeopleImport>> {
  const actor = requireActor(ctx);
  requireModule(actor, "people:import");
  const filter = { organizationId: actor.organizationId };
  return readPage(PeopleImportModel, filter, { page, pageSize, sort: { startedAt: -1 } });
}
