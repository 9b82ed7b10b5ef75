import type { WorkflowRouteStep } from "../../../models/workflow-instance.ts";
import { AppError } from "../../../shared/app-error.ts";
import {
  adjustmentCaseNames,
  type submitAdjustment as contract,
} from "../../../shared/contracts/adjustments.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeApplying } from "../../permissions/applications.ts";
import { planOrganizationRoute } from "../../queries/declarations/plan-route.ts";
import { submitApplication } from "../applications/submit-application.ts";
import { holdPeople } from "../people/hold-people.ts";
import { type ApplyingPerson, loadOwnPerson, loadUnitPerson } from "../people/load-applying-person.ts";
import { type AdjustmentApplication, type AdjustmentData, requireAuthority } from "./adjustment-data.ts";
import { assessAdjustment } from "./assess-adjustment.ts";

type Input = InputOf<typeof contract>;

/**
 * Applies for proration of a year's requirement, for oneself or by the unit for one of its people (PRO-02): the unit,
 * its superiors and the bureau review in turn; a unit's own application starts above it. Errors: those of
 * `assessAdjustment`, `requireAuthority`, `holdPeople` and `submitApplication`; `person.not_found` (404).
 */
export async function submitAdjustment(ctx: CommandContext, input: Input): Promise<AdjustmentApplication> {
  const actor = requireActor(ctx);
  const applying = await loadAdjusting(actor, input.personId);
  const { person, unit } = applying;
  const { year, attachments, case: kind, periods, reason } = input;
  const content = { case: kind, periods, reason };
  const { before, after } = await assessAdjustment(ctx, person, { year, content });
  const byPerson = actor.role === "professional";
  const route = await adjustmentRoute(ctx, applying);
  requireAuthority(ctx.app.packs, kind, route);
  await holdPeople([person]);
  const caseName = adjustmentCaseNames[kind];
  return await submitApplication<AdjustmentData>(ctx, {
    kind: "adjustment",
    appliedBy: byPerson ? "person" : "organization",
    organization: unit,
    person,
    counterpart: null,
    title: titleOf(person.name, year, caseName),
    year,
    data: { ...content, caseName, required: { before, after } },
    attachments,
    openKey: `adjustment:${person._id}:${year}`,
    parties: { applicant: applicantOf(actor, applying) },
    route,
  });
}

/** How lists call it. */
export function titleOf(personName: string, year: number, caseName: string): string {
  return `${personName}：${year}年度学时折算（${caseName}）`;
}

/** Who reviews an adjustment (PRO-02). */
export function adjustmentRoute(
  ctx: CommandContext,
  { person, unit }: ApplyingPerson,
): Promise<WorkflowRouteStep[]> {
  const mode = requireActor(ctx).role === "professional" ? "full" : "superiors";
  return planOrganizationRoute(ctx, unit, { mode, own: [person.accountId] });
}

/**
 * Whose adjustment the actor may apply for: the professional his own, a unit one of its people's. `permission.denied`
 * (403), `person.not_found` (404).
 */
export async function loadAdjusting(actor: Actor, personId: string | undefined): Promise<ApplyingPerson> {
  if (actor.role === "professional") {
    if (personId !== undefined && personId !== actor.personId) throw new AppError("person.not_found");
    return await loadOwnPerson(actor);
  }
  authorizeApplying(actor, "adjustment");
  return await loadUnitPerson(actor, personId ?? "");
}

function applicantOf(actor: Actor, { person, unit }: ApplyingPerson) {
  return actor.role === "professional"
    ? { kind: "person" as const, id: person._id }
    : { kind: "organization" as const, id: unit._id };
}
