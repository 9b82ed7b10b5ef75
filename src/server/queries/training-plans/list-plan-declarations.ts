import { ApplicationModel } from "../../../models/application.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { listPlanDeclarations as contract } from "../../../shared/contracts/plan-declarations.ts";
import { planIdentity, type TrainingPlan } from "../../commands/training-plans/training-plan.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { type ApplicationRow, applicationRows } from "../applications/list-applications.ts";
import type { Page } from "../page.ts";
import { readPage } from "../read-page.ts";
import { getTrainingPlan } from "./get-training-plan.ts";

/** The sessions declared under a plan, in whatever version of it, newest first, for whoever may see it (else 404). */
export async function listPlanDeclarations(
  ctx: CommandContext,
  { id, page, pageSize }: InputOf<typeof contract>,
): Promise<Page<ApplicationRow>> {
  const { application } = await getTrainingPlan(ctx, { id });
  const { rootId } = planIdentity(application as unknown as TrainingPlan);
  const { organizationId } = application;
  const filter = { organizationId, kind: "plan-declaration", "data.rootId": rootId };
  const found = await readPage(ApplicationModel, filter, { page, pageSize, sort: { submittedAt: -1 } });
  return { ...found, rows: await applicationRows(requireActor(ctx), found.rows) };
}
