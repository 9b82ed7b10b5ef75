import type { z } from "zod";
import { formDefinitions } from "../../rules/form-definition.ts";
import { mostPlanPeople } from "../../rules/plan-people.ts";
import type { DeclarationLine } from "../../models/declaration.ts";
import { declarationStatusNames } from "../../shared/contracts/declarations.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import {
  type listPlanDeclarations as declarationsContract,
  type listPlanParticipants as participantsContract,
  planSession,
} from "../../shared/contracts/plan-declarations.ts";
import {
  type getTrainingPlan as getContract,
  type listTrainingPlans as listContract,
  type trainingPlanRow,
  trainingPlanStatusNames,
} from "../../shared/contracts/training-plans.ts";
import { yearOf } from "../../shared/dates.ts";
import { type CommandContext, requireActor } from "../command-context.ts";
import { planForm } from "../commands/training-plans/check-participants.ts";
import { planIdentity, planStatusOf, type TrainingPlan } from "../commands/training-plans/training-plan.ts";
import type { ApplicationRow } from "../queries/applications/list-applications.ts";
import type { Page } from "../queries/page.ts";
import type { TrainingPlanDetail } from "../queries/training-plans/get-training-plan.ts";
import { presentApplication, presentApplicationRow } from "./application.ts";

type RowView = z.output<typeof trainingPlanRow>;

/** One line of 单位培训计划. */
function presentTrainingPlanRow(row: ApplicationRow, ctx: CommandContext): RowView {
  const plan = row.application as unknown as TrainingPlan;
  const planStatus = planStatusOf(plan, yearOf(ctx.clock.now()));
  const { name, subject, startDate, endDate, plannedPeople, plannedHours } = plan.data;
  return {
    ...presentApplicationRow(row),
    planNumber: planIdentity(plan).planNumber,
    name,
    planStatus,
    planStatusName: trainingPlanStatusNames[planStatus],
    subject,
    startDate,
    endDate,
    plannedPeople,
    plannedHours,
  } satisfies RowView;
}

export function presentTrainingPlans(
  page: Page<ApplicationRow>,
  ctx: CommandContext,
): ResponseOf<typeof listContract> {
  return { ...page, rows: page.rows.map((row) => presentTrainingPlanRow(row, ctx)) };
}

/** All of a plan, and what its unit may do with it now. */
export function presentTrainingPlan(
  detail: TrainingPlanDetail,
  ctx: CommandContext,
): ResponseOf<typeof getContract> {
  const plan = detail.application as unknown as TrainingPlan;
  const { content, place, teachers, contactName, contactPhone } = plan.data;
  const { amendsId, replacedById, completedAt } = plan.data;
  const actor = requireActor(ctx);
  const row = presentTrainingPlanRow(detail, ctx);
  const isOwn = plan.organizationId === actor.organizationId && actor.modules.has("plans:manage");
  const isOpen = isOwn && row.planStatus === "approved";
  const { attachments, canWithdraw, canResubmit } = presentApplication(detail, ctx);
  return {
    ...row,
    content,
    place,
    teachers,
    contactName,
    contactPhone,
    attachments,
    amendsId,
    replacedById,
    completedAt,
    declaredPeople: detail.declaredPeople,
    mostPeople: mostPlanPeople(ctx.app.packs, plan.data),
    evidence: evidenceOf(ctx, plan.data.year),
    canDeclare: isOpen,
    canAmend: isOpen,
    canComplete: isOpen,
    canWithdraw,
    canResubmit,
  };
}

/** None where the year's rules know no plans. */
function evidenceOf(ctx: CommandContext, year: number) {
  const form = formDefinitions(ctx.app.packs, { year }).find(({ id }) => id === planForm);
  return (form?.evidence ?? []).map(({ key, title, required }) => ({ key, title, required }));
}

/** The sessions of a plan, each with where its review stands. */
export function presentPlanDeclarations(page: Page<ApplicationRow>): ResponseOf<typeof declarationsContract> {
  const rows = page.rows.map((row) => {
    const { sessionName, startDate, endDate, people } = planSession.parse(row.application.data);
    return { ...presentApplicationRow(row), sessionName, startDate, endDate, people };
  });
  return { ...page, rows };
}

export function presentPlanParticipants(
  page: Page<DeclarationLine>,
): ResponseOf<typeof participantsContract> {
  return {
    ...page,
    rows: page.rows.map(({ _id, number, personId, personName, maskedIdNumber, ...rest }) => ({
      declarationId: _id,
      number,
      personId,
      personName,
      maskedIdNumber,
      isAccountant: rest.isAccountant,
      hours: rest.hours,
      status: rest.status,
      statusName: declarationStatusNames[rest.status],
    })),
  };
}
