import { ApplicationModel } from "../../../models/application.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { listTrainingPlans as contract } from "../../../shared/contracts/training-plans.ts";
import { yearOf } from "../../../shared/dates.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { mayReadApplications } from "../../permissions/applications.ts";
import { type ApplicationRow, applicationRows } from "../applications/list-applications.ts";
import type { Page } from "../page.ts";
import { readPage } from "../read-page.ts";

type Input = InputOf<typeof contract>;

/** Plans of one's own unit, or of all in one's scope, newest first. `permission.denied` (403) without a module for it. */
export async function listTrainingPlans(ctx: CommandContext, input: Input): Promise<Page<ApplicationRow>> {
  const actor = requireActor(ctx);
  const filter = {
    ...ownership(actor, input),
    kind: "training-plan",
    ...inState(input.status, yearOf(ctx.clock.now())),
    ...(input.year === undefined ? {} : { year: input.year }),
  };
  const found = await readPage(ApplicationModel, filter, { ...input, sort: { submittedAt: -1 } });
  return { ...found, rows: await applicationRows(actor, found.rows) };
}

function ownership(actor: Actor, { box }: Input): Record<string, unknown> {
  if (!mayReadApplications(actor)) throw new AppError("permission.denied");
  return box === "own" ? { organizationId: actor.organizationId } : { scopeIds: actor.organizationId };
}

/** `planStatusOf` as a filter. */
function inState(status: Input["status"], currentYear: number): Record<string, unknown> {
  const notReplaced = { status: "approved", "data.replacedById": null };
  const open = { ...notReplaced, "data.completedAt": null };
  const derived: Record<string, Record<string, unknown>> = {
    replaced: { status: "approved", "data.replacedById": { $ne: null } },
    completed: { ...notReplaced, "data.completedAt": { $ne: null } },
    expired: { ...open, "data.year": { $lt: currentYear } },
    approved: { ...open, "data.year": { $gte: currentYear } },
  };
  return status === undefined ? {} : (derived[status] ?? { status });
}
