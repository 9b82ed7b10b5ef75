import { type Declaration, DeclarationModel } from "../../../models/declaration.ts";
import type { Person } from "../../../models/person.ts";
import type { WorkflowCandidate, WorkflowRouteStep } from "../../../models/workflow-instance.ts";
import { workKeys } from "../../../rules/duplicate-key.ts";
import { findForm } from "../../../rules/find-form.ts";
import { AppError } from "../../../shared/app-error.ts";
import { startInstance } from "../../../workflows/runtime/store.ts";
import type { CommandContext } from "../../command-context.ts";
import type { Origin } from "../../queries/declarations/load-declared-people.ts";
import { isDuplicateKey } from "../../run-command.ts";
import { workflowContext } from "../../workflow-runtime.ts";
import { departmentPart } from "../departments/department-part.ts";
import { nextNumber } from "../next-number.ts";
import { recordAudit } from "../record-audit.ts";
import type { ValidAssessment } from "./require-valid.ts";
import { tellPerson } from "./tell-person.ts";

/** Who declares: a signed-in actor, or whoever reported the class that the declarations follow from. */
export interface Declarant {
  accountId: string;
  name: string;
  organizationId: string;
}

/** What the declarations of one submission have in common. */
export interface DeclaredActivity
  extends Pick<Declaration, "year" | "form" | "title" | "startDate" | "endDate" | "evidence" | "remark"> {
  declarant: Declarant;
  origin: Origin;
  batchNumber: string;
  /** the class that they follow from; null for what somebody declares himself */
  applicationId: string | null;
}

/** One person's part of a submission, checked and routed. */
export interface DeclarationEntry {
  person: Person;
  assessment: ValidAssessment;
  route: WorkflowRouteStep[];
  /** the window that opened a past year for it (PST-02) */
  makeUpWindowId?: string | null;
}

/**
 * Writes one declaration a person and starts its process; whoever did not declare it himself is told (DEC-12, DEC-15).
 * Errors: `declaration.duplicate` (409) when the same activity is declared at the same moment.
 */
export async function startDeclarations(
  ctx: CommandContext,
  activity: DeclaredActivity,
  entries: readonly DeclarationEntry[],
): Promise<Declaration[]> {
  const declarations: Declaration[] = [];
  for (const entry of entries) declarations.push(await startDeclaration(ctx, activity, entry));
  await insertDeclarations(declarations);
  for (const [index, declaration] of declarations.entries())
    await recordSubmission(ctx, declaration, entries[index]?.person.accountId ?? "");
  return declarations;
}

async function startDeclaration(
  ctx: CommandContext,
  activity: DeclaredActivity,
  entry: DeclarationEntry,
): Promise<Declaration> {
  const { declarant, origin, title, year, form, batchNumber } = activity;
  const { person, assessment, route } = entry;
  const declarationId = ctx.newId();
  const number = await nextNumber(ctx.app, "SB");
  const { instance } = await startInstance(workflowContext(ctx), {
    processKey: "declaration",
    businessKey: { kind: "declaration", id: declarationId },
    organizationId: person.organizationId,
    startedBy: { accountId: declarant.accountId, name: declarant.name },
    route,
    parties: partiesOf(activity, person),
    facts: { accountant: person.isAccountant, origin },
    subject: {
      applicantName: person.name,
      title: markedTitle({ title, makeUpWindowId: entry.makeUpWindowId ?? null }),
      year,
      form,
      hours: assessment.hours,
      organizationName: person.organizationName,
      number,
      origin,
      batchId: batchNumber,
      ...departmentPart(person),
      ...makeUpPart({ makeUpWindowId: entry.makeUpWindowId ?? null }),
    },
  });
  return declarationOf(ctx, activity, { ...entry, declarationId, number, instanceId: instance._id });
}

/** What reviewers see: a past year that was opened again is marked (PST-02). */
export function markedTitle({
  title,
  makeUpWindowId,
}: Pick<Declaration, "title" | "makeUpWindowId">): string {
  return (makeUpWindowId ?? null) === null ? title : `【补报】${title}`;
}

/** The same for programs: the last day of approvals does not bind it (PST-04). */
export function makeUpPart({ makeUpWindowId }: Pick<Declaration, "makeUpWindowId">): { makeUp?: true } {
  return (makeUpWindowId ?? null) === null ? {} : { makeUp: true };
}

/** Who applies, and whose hours they are when another declares them: nobody reviews his own (AUD-10). */
function partiesOf(
  { declarant, origin }: DeclaredActivity,
  { _id }: Person,
): Record<string, WorkflowCandidate> {
  const person: WorkflowCandidate = { kind: "person", id: _id };
  if (origin === "person") return { applicant: person };
  return { applicant: { kind: "organization", id: declarant.organizationId }, person };
}

function declarationOf(
  ctx: CommandContext,
  activity: DeclaredActivity,
  entry: DeclarationEntry & { declarationId: string; number: string; instanceId: string },
): Declaration {
  const { person, assessment, route } = entry;
  const { declarant, origin, year, form, title, startDate, endDate, evidence, remark } = activity;
  return {
    _id: entry.declarationId,
    number: entry.number,
    batchNumber: activity.batchNumber,
    origin,
    declaredByOrganizationId: origin === "person" ? null : declarant.organizationId,
    declaredByAccountId: declarant.accountId,
    ...personPart(person),
    scopeIds: [...new Set([...person.scopeIds, ...route.map((step) => step.organizationId)])],
    year,
    form,
    formName: findForm(ctx.app.packs, { form, year, facts: assessment.facts }).decision.title,
    title,
    startDate,
    endDate,
    ...ruledPart(assessment),
    hoursChanges: [],
    evidence,
    remark,
    status: "pending",
    reason: null,
    objection: null,
    instanceId: entry.instanceId,
    applicationId: activity.applicationId,
    makeUpWindowId: entry.makeUpWindowId ?? null,
    submittedAt: ctx.clock.now(),
    decidedAt: null,
    version: 0,
  };
}

/** What a declaration keeps of its person as he was. */
export function personPart(person: Person) {
  const { _id, name, maskedIdNumber, isAccountant, organizationId, organizationName } = person;
  const known = { personName: name, maskedIdNumber, isAccountant, organizationId, organizationName };
  return { personId: _id, ...known, ...departmentPart(person) };
}

/** The fields of a declaration that the rules gave: the same when it is corrected. */
export function ruledPart(assessment: ValidAssessment) {
  const { answer, subject, facts, hours, duplicateKeys } = assessment;
  const works = workKeys(duplicateKeys, facts);
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
    ...(works.length === 0 ? {} : { workKeys: works }),
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
  const { number, form, year, personId, instanceId, hours, pack } = declaration;
  await recordAudit(ctx, "declaration.submitted", {
    subjectId: declaration._id,
    data: { number, form, year, personId, instanceId, hours, pack: `${pack.id}@${pack.version}` },
  });
  const { origin } = declaration;
  if (origin === "person") return;
  await tellPerson(ctx, { accountId, declaration }, origin === "base" ? "reported" : "declared");
}
