import { type PeopleImport, PeopleImportModel } from "../../../models/people-import.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";

export interface ImportsPage {
  rows: PeopleImport[];
  total: number;
  totalIsExact: boolean;
  page: number;
  pageSize: number;
}

const countLimit = 10_000;

/** 导入历史 of the actor's organization, newest first (IMP-08). */
export async function listImports(
  ctx: CommandContext,
  input: { page: number; pageSize: number },
): Promise<ImportsPage> {
  const actor = requireActor(ctx);
  requireModule(actor, "people:import");
  const filter = { organizationId: actor.organizationId };
  const rows = await PeopleImportModel.find(filter)
    .sort({ startedAt: -1 })
    .skip((input.page - 1) * input.pageSize)
    .limit(input.pageSize)
    .lean();
  const total = await PeopleImportModel.countDocuments(filter).limit(countLimit);
  return { rows, total, totalIsExact: total < countLimit, page: input.page, pageSize: input.pageSize };
}
