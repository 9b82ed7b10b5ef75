import { ApplicationModel } from "../../../models/application.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { submitPlanDeclaration as contract } from "../../../shared/contracts/plan-declarations.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeApplying } from "../../permissions/applications.ts";
import { planningRoute } from "../../queries/declarations/plan-route.ts";
import { loadOwnApplication } from "../applications/load-own-application.ts";
import { submitApplication } from "../applications/submit-application.ts";
import { holdPeople } from "../people/hold-people.ts";
import { nextNumber } from "../next-number.ts";
import { checkParticipants, type Participant } from "./check-participants.ts";
import { insertPlanItems } from "./insert-plan-items.ts";
import type { PlanDeclaration, PlanDeclarationData, SessionContent } from "./plan-declaration.ts";
import { loadOrganization } from "./submit-training-plan.ts";
import {
  openPlanFilter,
  planIdentity,
  requireOpenPlan,
  type TrainingPlan,
  type TrainingPlanData,
} from "./training-plan.ts";

/**
 * Declares one session of an approved plan for up to 500 of the unit's people: one declaration each, reviewed together
 * by 主管部门 and 同级人社 (PLN-03 – PLN-05, PLN-10, FLW-06). Nobody whose own hours these are is among the reviewers.
 * Errors: as `loadOwnApplication`, `checkParticipants` and `holdPeople`; `plan.not_open` (409), `file.not_found` (404).
 */
export async function submitPlanDeclaration(
  ctx: CommandContext,
  { id, ...session }: InputOf<typeof contract>,
): Promise<PlanDeclaration> {
  authorizeApplying(requireActor(ctx), "plan-declaration");
  const plan = await loadOwnApplication<TrainingPlanData>(ctx, id, "training-plan");
  requireOpenPlan(ctx, plan);
  const participants = await checkParticipants(ctx, plan, { session, exceptId: null });
  await claimPlan(plan);
  await holdPeople(participants.map(({ person }) => person));
  const organization = await loadOrganization(plan.organizationId);
  const own = participants.map(({ person }) => person.accountId);
  const route = await planningRoute(ctx, organization, own);
  const application = await submitApplication<PlanDeclarationData>(ctx, {
    kind: "plan-declaration",
    appliedBy: "organization",
    organization,
    person: null,
    counterpart: null,
    title: sessionTitle(plan, session),
    year: plan.data.year,
    data: sessionData(plan, session, await nextNumber(ctx.app, "PC")),
    attachments: session.evidence,
    openKey: null,
    parties: { applicant: { kind: "organization", id: organization._id } },
    route,
    hours: sumOf(participants),
    origin: "employer",
  });
  await insertPlanItems(ctx, application, participants);
  return application;
}

/**
 * Writes the plan that a declaration counts against: of two declarations, or of a declaration and the plan's amendment
 * or completion at once, the later sees the earlier. `request.conflict` (409) when the plan is not open any more.
 */
export async function claimPlan(plan: TrainingPlan): Promise<void> {
  const claimed = await ApplicationModel.updateOne(openPlanFilter(plan._id), { $inc: { version: 1 } });
  if (claimed.matchedCount === 0) throw new AppError("request.conflict");
}

/** What lists call a session. */
export function sessionTitle({ data }: TrainingPlan, { sessionName }: SessionContent): string {
  return `${data.name}（${sessionName}）`;
}

/** The application's data: the session, and the version of the plan that it is declared under. */
export function sessionData(
  plan: TrainingPlan,
  session: SessionContent,
  batchNumber: string,
): PlanDeclarationData {
  const { sessionName, startDate, endDate, video, participants, remark } = session;
  const { name, subject, plannedHours } = plan.data;
  return {
    planId: plan._id,
    ...planIdentity(plan),
    planName: name,
    subject,
    plannedHours,
    sessionName,
    startDate,
    endDate,
    video: video ?? null,
    people: participants.length,
    batchNumber,
    remark,
  };
}

/** Hours of all participants together, for to-do lists. */
export function sumOf(participants: readonly Participant[]): { public: number; professional: number } {
  const sum = { public: 0, professional: 0 };
  for (const { assessment } of participants) {
    sum.public += assessment.hours.public;
    sum.professional += assessment.hours.professional;
  }
  return { public: oneDecimal(sum.public), professional: oneDecimal(sum.professional) };
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}
