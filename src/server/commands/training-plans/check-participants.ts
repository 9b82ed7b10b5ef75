import { DeclarationModel } from "../../../models/declaration.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import { AppError, type FieldProblem, invalidFields } from "../../../shared/app-error.ts";
import { isoDate } from "../../../shared/dates.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { departmentFilter } from "../../permissions/departments.ts";
import { assessDeclaration } from "../../queries/declarations/assess-declaration.ts";
import {
  requireEvidence,
  requireNoDuplicate,
  requireNoProblems,
  type ValidAssessment,
} from "../declarations/require-valid.ts";
import type { SessionContent } from "./plan-declaration.ts";
import { planUse, type PlanUse, requirePeopleWithin } from "./plan-use.ts";
import { planIdentity, type TrainingPlan } from "./training-plan.ts";

/** The learning form of plans in the conversion pack (dictionaries §5). */
export const planForm = "16";

/** One participant of a session, with the rules' word on his hours. */
export interface Participant {
  person: Person;
  assessment: ValidAssessment;
}

/**
 * Everything that a session must satisfy: own people, each once (PLN-10), hours by the rule pack within the plan's
 * (PLN-07), accountants as 公需课 (PLN-11), the evidence of the form (PLN-04), dates within the plan. `exceptId` is the
 * declaration that is being corrected. Errors: `person.not_found` (404), `declaration.invalid`,
 * `declaration.evidence_missing` (400), `declaration.duplicate`, `plan.people_exceeded` (409).
 */
export async function checkParticipants(
  ctx: CommandContext,
  plan: TrainingPlan,
  { session, exceptId }: { session: SessionContent; exceptId: string | null },
): Promise<Participant[]> {
  const people = await loadOwnPeople(ctx, plan.organizationId, session);
  requireWithinPlan(plan, session);
  requireProof(ctx, plan, session);
  const { rootId } = planIdentity(plan);
  const use = await planUse({ organizationId: plan.organizationId, rootId }, exceptId);
  requireHoursWithin(plan, session, { people, use });
  const returned = await declaredIn(exceptId);
  const participants = people.map((person) => ({
    person,
    assessment: assess(ctx, plan, { session, person, isCorrection: returned.has(person._id) }),
  }));
  await requireNoDuplicate(
    participants.map(({ person, assessment }) => ({ person, duplicateKeys: assessment.duplicateKeys })),
    null,
  );
  requirePeopleWithin(ctx, plan.data, { use, further: people.map(({ _id }) => _id) });
  return participants;
}

async function loadOwnPeople(
  ctx: CommandContext,
  organizationId: string,
  { participants }: SessionContent,
): Promise<Person[]> {
  const ids = participants.map(({ personId }) => personId);
  if (new Set(ids).size !== ids.length)
    throw invalidFields([{ path: "body.participants", message: "同一人员不能重复选择" }]);
  const limit = departmentFilter(requireActor(ctx));
  const own = { _id: { $in: ids }, organizationId, status: "active" as const, ...limit };
  const found = new Map((await PersonModel.find(own).lean<Person[]>()).map((person) => [person._id, person]));
  return ids.map((id) => {
    const person = found.get(id);
    if (person === undefined) throw new AppError("person.not_found");
    return person;
  });
}

function requireWithinPlan({ data }: TrainingPlan, { startDate, endDate }: SessionContent): void {
  const problems: FieldProblem[] = [];
  const message = `场次日期应在计划的起止日期（${data.startDate} 至 ${data.endDate}）内`;
  if (startDate < data.startDate) problems.push({ path: "body.startDate", message });
  if (endDate > data.endDate) problems.push({ path: "body.endDate", message });
  if (problems.length > 0) throw new AppError("declaration.invalid", { reason: message, problems });
}

/** A link with its checksum is as good as the video itself (PLN-12). */
function requireProof(
  ctx: CommandContext,
  { data }: TrainingPlan,
  { evidence, video }: SessionContent,
): void {
  const linked = video === undefined ? [] : [{ key: "video", fileId: "", name: video.url }];
  const declared = { form: planForm, year: data.year, facts: {}, origin: "employer" as const };
  requireEvidence(ctx.app.packs, declared, [...evidence, ...linked]);
}

/** What a person is declared for in all sessions together stays within the plan (PLN-07). */
function requireHoursWithin(
  { data }: TrainingPlan,
  { participants }: SessionContent,
  { people, use }: { people: readonly Person[]; use: PlanUse },
): void {
  const problems = participants.flatMap(({ personId, hours }, index): FieldProblem[] => {
    const before = use.get(personId) ?? 0;
    if (before === 0 || oneDecimal(before + hours) <= data.plannedHours) return [];
    const message = `${people[index]?.name ?? ""}在本计划已申报${before}学时，合计超过计划的${data.plannedHours}学时`;
    return [{ path: `body.participants.${index}.hours`, message }];
  });
  if (problems.length === 0) return;
  const reason = problems.map(({ message }) => message).join("；");
  throw new AppError("declaration.invalid", { reason, problems });
}

/** Whom a returned declaration was sent for: days of grace are theirs (PST-04). */
async function declaredIn(applicationId: string | null): Promise<ReadonlySet<string>> {
  if (applicationId === null) return new Set();
  return new Set(await DeclarationModel.distinct("personId", { applicationId }));
}

function assess(
  ctx: CommandContext,
  plan: TrainingPlan,
  { session, person, isCorrection }: { session: SessionContent; person: Person; isCorrection: boolean },
): ValidAssessment {
  const { year, subject, plannedHours } = plan.data;
  const { sessionName, startDate, endDate, participants } = session;
  const determinedHours = participants.find(({ personId }) => personId === person._id)?.hours ?? 0;
  const { planNumber } = planIdentity(plan);
  const facts = { determinedHours, plannedHours, planNumber, sessionName };
  const counted = person.isAccountant ? ("public" as const) : subject;
  const activity = { year, form: planForm, subject: counted, facts, startDate, endDate, isCorrection };
  const assessment = assessDeclaration(ctx.app.packs, isoDate(ctx.clock.now()), { activity, person });
  const valid = requireNoProblems(assessment, person.name);
  // A plan is declared session by session, so only the key that names the session counts (PLN-10).
  return { ...valid, duplicateKeys: valid.duplicateKeys.slice(0, 1) };
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}
