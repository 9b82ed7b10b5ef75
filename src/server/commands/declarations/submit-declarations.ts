import { type Declaration, DeclarationModel } from "../../../models/declaration.ts";
import type { Person } from "../../../models/person.ts";
import type { WorkflowCandidate, WorkflowRouteStep } from "../../../models/workflow-instance.ts";
import { findForm } from "../../../rules/find-form.ts";
import { AppError, invalidFields } from "../../../shared/app-error.ts";
import type { submitDeclarations as contract } from "../../../shared/contracts/declarations.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { isoDate } from "../../../shared/dates.ts";
import { startInstance } from "../../../workflows/runtime/store.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { assessDeclaration } from "../../queries/declarations/assess-declaration.ts";
import { loadDeclaredPeople, type Origin } from "../../queries/declarations/load-declared-people.ts";
import { planRoutes } from "../../queries/declarations/plan-route.ts";
import { isDuplicateKey } from "../../run-command.ts";
import { workflowContext } from "../../workflow-runtime.ts";
import { nextNumber } from "../next-number.ts";
import { holdPeople } from "../people/hold-people.ts";
import { recordAudit } from "../record-audit.ts";
import { requireEvidence, requireNoDuplicate, requireValid, type ValidAssessment } from "./require-valid.ts";
import { tellPerson } from "./tell-person.ts";
import { useFiles } from "./use-files.ts";

type Input = InputOf<typeof contract>;

/** One person's part of a submission, checked and routed. */
interface Entry {
  person: Person;
  assessment: ValidAssessment;
  route: WorkflowRouteStep[];
}

interface Submission {
  actor: Actor;
  origin: Origin;
  input: Input;
  batchNumber: string;
}

/** What a submission made. */
export interface Submitted {
  batchNumber: string;
  declarations: Declaration[];
  /** the first person's route; others differ only where he himself would have been the reviewer */
  route: WorkflowRouteStep[];
}

/**
 * Declares an activity for oneself, or by a unit for one or many people: one declaration a person under one batch
 * number, all of them or none (DEC-01 – DEC-16, PST-01, FLW-01 – FLW-09). Errors: those of `loadDeclaredPeople`,
 * `requireValid`, `requireEvidence`, `requireNoDuplicate`, `holdPeople`, and `file.not_found` (404) for files that
 * are not the actor's.
 */
export async function submitDeclarations(ctx: CommandContext, input: Input): Promise<Submitted> {
  const actor = requireActor(ctx);
  const { origin, people } = await loadDeclaredPeople(
    ctx,
    input.people.map(({ personId }) => personId),
  );
  requireEachOnce(input.people.map(({ personId }) => personId));
  requireOwnForm(origin, input.form);
  const assessed = people.map((person) => assessPerson(ctx, input, { person, alone: people.length === 1 }));
  const facts = assessed[0]?.facts ?? input.facts;
  requireEvidence(ctx.app.packs, { form: input.form, year: input.year, facts, origin }, input.evidence);
  await requireNoDuplicate(pairs(people, assessed), null);
  await holdPeople(people);
  const routes = await planRoutes(ctx, origin, people);
  const batchNumber = await nextNumber(ctx.app, "PC");
  const submission: Submission = { actor, origin, input, batchNumber };
  const declarations: Declaration[] = [];
  for (const [index, { person, assessment }] of pairs(people, assessed).entries()) {
    const route = routes[index] ?? [];
    declarations.push(await startDeclaration(ctx, submission, { person, assessment, route }));
  }
  await insertDeclarations(declarations);
  await useFiles(
    ctx,
    input.evidence.map(({ fileId }) => fileId),
    { usedBy: batchNumber, scopeIds: declarations.flatMap(({ scopeIds }) => scopeIds) },
  );
  for (const [index, declaration] of declarations.entries())
    await recordSubmission(ctx, declaration, people[index]?.accountId ?? "");
  return { batchNumber, declarations, route: routes[0] ?? [] };
}

function pairs(people: readonly Person[], assessed: readonly ValidAssessment[]) {
  return people.flatMap((person, index) => {
    const assessment = assessed[index];
    return assessment === undefined ? [] : [{ person, assessment, duplicateKeys: assessment.duplicateKeys }];
  });
}

function requireEachOnce(personIds: readonly string[]): void {
  if (new Set(personIds).size === personIds.length) return;
  throw invalidFields([{ path: "body.people", message: "同一人员不能重复选择" }]);
}

/** A base reports its own classes, nothing else (BAS-01). */
function requireOwnForm(origin: Origin, form: string): void {
  if (origin !== "base" || form === "01") return;
  const message = "继续教育基地只能申报本基地举办的培训班";
  throw new AppError("declaration.invalid", { reason: message, problems: [{ path: "body.form", message }] });
}

function assessPerson(
  ctx: CommandContext,
  input: Input,
  { person, alone }: { person: Person; alone: boolean },
): ValidAssessment {
  const own = input.people.find(({ personId }) => personId === person._id)?.facts;
  const { year, form, subject, startDate, endDate, hours } = input;
  const facts = { ...input.facts, ...own };
  const activity = { year, form, subject, facts, startDate, endDate, hours };
  const today = isoDate(ctx.clock.now());
  const assessment = assessDeclaration(ctx.app.packs, today, { activity, person });
  return requireValid(assessment, form, alone ? null : person.name);
}

async function startDeclaration(
  ctx: CommandContext,
  submission: Submission,
  entry: Entry,
): Promise<Declaration> {
  const { actor, origin, input, batchNumber } = submission;
  const { person, assessment, route } = entry;
  const declarationId = ctx.newId();
  const number = await nextNumber(ctx.app, "SB");
  const { instance } = await startInstance(workflowContext(ctx), {
    processKey: "declaration",
    businessKey: { kind: "declaration", id: declarationId },
    organizationId: person.organizationId,
    startedBy: { accountId: actor.accountId, name: actor.name },
    route,
    parties: partiesOf(submission, person),
    facts: { accountant: person.isAccountant, origin },
    subject: {
      applicantName: person.name,
      title: input.title,
      year: input.year,
      form: input.form,
      hours: assessment.hours,
      organizationName: person.organizationName,
      number,
      origin,
      batchId: batchNumber,
    },
  });
  return declarationOf(ctx, submission, { ...entry, declarationId, number, instanceId: instance._id });
}

/** Who applies, and whose hours they are when another declares them: nobody reviews his own (AUD-10). */
function partiesOf({ actor, origin }: Submission, { _id }: Person): Record<string, WorkflowCandidate> {
  const person: WorkflowCandidate = { kind: "person", id: _id };
  if (origin === "person") return { applicant: person };
  return { applicant: { kind: "organization", id: actor.organizationId }, person };
}

function declarationOf(
  ctx: CommandContext,
  { actor, origin, input, batchNumber }: Submission,
  entry: Entry & { declarationId: string; number: string; instanceId: string },
): Declaration {
  const { person, assessment, route } = entry;
  return {
    _id: entry.declarationId,
    number: entry.number,
    batchNumber,
    origin,
    declaredByOrganizationId: origin === "person" ? null : actor.organizationId,
    declaredByAccountId: actor.accountId,
    personId: person._id,
    personName: person.name,
    maskedIdNumber: person.maskedIdNumber,
    isAccountant: person.isAccountant,
    organizationId: person.organizationId,
    organizationName: person.organizationName,
    scopeIds: [...new Set([...person.scopeIds, ...route.map((step) => step.organizationId)])],
    year: input.year,
    form: input.form,
    formName: findForm(ctx.app.packs, { form: input.form, year: input.year, facts: assessment.facts })
      .decision.title,
    title: input.title,
    startDate: input.startDate,
    endDate: input.endDate,
    ...ruledPart(assessment),
    hoursChanges: [],
    evidence: input.evidence,
    remark: input.remark,
    status: "pending",
    reason: null,
    instanceId: entry.instanceId,
    submittedAt: ctx.clock.now(),
    decidedAt: null,
    version: 0,
  };
}

/** The fields of a declaration that the rules gave: the same when it is corrected. */
export function ruledPart(assessment: ValidAssessment) {
  const { answer, subject, facts, hours, duplicateKeys } = assessment;
  return {
    subject,
    facts,
    computedHours: { public: answer.hours.public, professional: answer.hours.professional },
    hours,
    trace: answer.trace,
    citations: answer.citations.map(({ title }) => title),
    pack: { id: answer.pack.id, version: answer.pack.version },
    duplicateKey: duplicateKeys[0] ?? null,
    duplicateKeys,
  };
}

async function insertDeclarations(declarations: readonly Declaration[]): Promise<void> {
  try {
    await DeclarationModel.insertMany([...declarations], { lean: true });
  } catch (error) {
    if (!isDuplicateKey(error, "one_live_declaration_of_an_activity")) throw error;
    // Two submissions of the same activity at the same moment: the index lets one through.
    throw new AppError("declaration.duplicate", { person: declarations[0]?.personName ?? null });
  }
}

async function recordSubmission(
  ctx: CommandContext,
  declaration: Declaration,
  accountId: string,
): Promise<void> {
  const { number, form, year, personId, instanceId } = declaration;
  await recordAudit(ctx, "declaration.submitted", {
    subjectId: declaration._id,
    data: { number, form, year, personId, instanceId },
  });
  if (declaration.origin !== "person") await tellPerson(ctx, { accountId, declaration }, "declared");
}
