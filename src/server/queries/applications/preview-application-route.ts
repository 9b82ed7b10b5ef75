import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { PersonModel } from "../../../models/person.ts";
import type { WorkflowRouteStep } from "../../../models/workflow-instance.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { previewApplicationRoute as contract } from "../../../shared/contracts/applications.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { requireBase } from "../../commands/base-classes/base-class.ts";
import { classReviewer } from "../../commands/base-classes/submit-base-class.ts";
import { adjustmentRoute, loadAdjusting } from "../../commands/adjustments/submit-adjustment.ts";
import { loadOrganization, requirePlanningRole } from "../../commands/training-plans/submit-training-plan.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeApplying } from "../../permissions/applications.ts";
import { isWithinDepartments } from "../../permissions/departments.ts";
import { planningRoute } from "../declarations/plan-route.ts";

type Input = InputOf<typeof contract>;

/**
 * Who would review an application, before it is submitted (FLW-09): by the same functions as the submission, so that it
 * is what will be frozen unless something changes in between. Errors: `permission.denied` (403) for whoever may not
 * apply, `person.not_found` (404) for somebody else's people.
 */
export async function previewApplicationRoute(
  ctx: CommandContext,
  { kind, personIds }: Input,
): Promise<WorkflowRouteStep[]> {
  const actor = requireActor(ctx);
  switch (kind) {
    case "training-plan":
      requirePlanningRole(ctx);
      return await planningRoute(ctx, await loadOrganization(actor.organizationId), []);
    case "plan-declaration": {
      authorizeApplying(actor, kind);
      const own = await accountsOf(actor, personIds);
      return await planningRoute(ctx, await loadOrganization(actor.organizationId), own);
    }
    case "adjustment":
      return await adjustmentRoute(ctx, await loadAdjusting(actor, personIds[0]));
    case "base-class":
      return await classRoute(ctx);
  }
}

/** Accounts of some of the organization's own people, as a plan's declaration may have them. */
async function accountsOf(actor: Actor, personIds: readonly string[]): Promise<string[]> {
  const ids = [...new Set(personIds)];
  const people = await PersonModel.find(
    { _id: { $in: ids }, organizationId: actor.organizationId, status: "active" },
    { accountId: 1, departmentId: 1 },
  ).lean();
  const seen = people.filter((person) => isWithinDepartments(actor, person));
  if (seen.length !== ids.length) throw new AppError("person.not_found");
  return seen.map(({ accountId }) => accountId);
}

/** The one step of a class; a roster that names its reviewer moves it up at the submission (AUD-10). */
async function classRoute(ctx: CommandContext): Promise<WorkflowRouteStep[]> {
  const actor = requireBase(ctx);
  const base = await loadOrganization(actor.organizationId);
  const { id: organizationId, notice } = await classReviewer(base, [actor.accountId]);
  const reviewer = await OrganizationModel.findById(organizationId, { name: 1 }).lean<Organization>();
  const step = { organizationId, organizationName: reviewer?.name ?? "", stepKind: "bureau" as const };
  return [notice === undefined ? step : { ...step, notice }];
}
