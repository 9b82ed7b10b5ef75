import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { submitTrainingPlan as contract } from "../../../shared/contracts/training-plans.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeApplying } from "../../permissions/applications.ts";
import { planningRoute } from "../../queries/declarations/plan-route.ts";
import { submitApplication } from "../applications/submit-application.ts";
import { consumeDraft } from "../drafts/consume-draft.ts";
import { requireValidPlan, type TrainingPlan, type TrainingPlanData } from "./training-plan.ts";

type Input = InputOf<typeof contract>;
type Content = Omit<Input, "draftId">;

/** A plan that is to replace another: what it is a version of, and the key that lets only one be under review. */
export interface Amendment {
  rootId: string;
  rootNumber: string;
  amendsId: string;
  openKey: string;
}

/**
 * A unit's new training plan, reviewed by 主管部门 and 同级人社 in turn; of a unit directly below the bureau by the
 * bureau only (PLN-01, PLN-02, PLN-06, PLN-09). Errors: `permission.denied` (403) without the module or for a role
 * without own people, `plan.invalid` (400), `file.not_found` and `draft.not_found` (404).
 */
export async function submitTrainingPlan(ctx: CommandContext, input: Input): Promise<TrainingPlan> {
  requirePlanningRole(ctx);
  const { draftId, ...content } = input;
  requireValidPlan(ctx, content);
  const plan = await startPlan(ctx, content, null);
  await consumeDraft(ctx, draftId, "training-plan");
  return plan;
}

/** Plans are made by whoever has people of his own: employers and authorities. */
export function requirePlanningRole(ctx: CommandContext): void {
  const actor = requireActor(ctx);
  authorizeApplying(actor, "training-plan");
  if (actor.role !== "employer" && actor.role !== "authority") throw new AppError("permission.denied");
}

/** Sends a plan that was checked to its reviewers, as a new plan or as another's amendment. */
export async function startPlan(
  ctx: CommandContext,
  input: Content,
  amendment: Amendment | null,
): Promise<TrainingPlan> {
  const { attachments, ...content } = input;
  const actor = requireActor(ctx);
  const organization = await loadOrganization(actor.organizationId);
  const route = await planningRoute(ctx, organization, []);
  return await submitApplication<TrainingPlanData>(ctx, {
    kind: "training-plan",
    appliedBy: "organization",
    organization,
    person: null,
    counterpart: null,
    title: planTitle(content.name, amendment !== null),
    year: content.year,
    data: { ...content, ...versionPart(amendment) },
    attachments,
    openKey: amendment?.openKey ?? null,
    parties: { applicant: { kind: "organization", id: organization._id } },
    route,
    hours: plannedHours(content),
    origin: "employer",
  });
}

function versionPart(amendment: Amendment | null) {
  const ended = { replacedById: null, completedAt: null };
  if (amendment === null) return { ...ended, rootId: null, rootNumber: null, amendsId: null };
  const { rootId, rootNumber, amendsId } = amendment;
  return { ...ended, rootId, rootNumber, amendsId };
}

/** What lists call it. */
export function planTitle(name: string, isAmendment: boolean): string {
  return isAmendment ? `${name}（计划变更）` : name;
}

/** The planned hours as to-do lists show them. */
export function plannedHours({ subject, plannedHours: hours }: Pick<Input, "subject" | "plannedHours">) {
  return { public: 0, professional: 0, [subject]: hours };
}

/** The actor's organization. Throws when it does not exist: a session cannot outlive it. */
export async function loadOrganization(organizationId: string): Promise<Organization> {
  const organization = await OrganizationModel.findById(organizationId).lean<Organization>();
  if (organization === null) throw new Error(`organization ${organizationId} of an actor does not exist`);
  return organization;
}
