import type { z } from "zod";
import type { Declaration, DeclarationLine } from "../../models/declaration.ts";
import type { WorkflowRouteStep } from "../../models/workflow-instance.ts";
import { isSameRank } from "../../rules/duplicate-key.ts";
import { findForm } from "../../rules/find-form.ts";
import type { FormDefinition, ShowWhen } from "../../rules/form-definition.ts";
import type { Decision, Field } from "../../rules/pack-schema.ts";
import { renderTrace } from "../../rules/render-trace.ts";
import { RuleError } from "../../rules/rule-error.ts";
import type { TraceStep } from "../../rules/trace.ts";
import {
  type calculateHours as calculateContract,
  type declarationRow,
  declarationStatusNames,
  type declarationView,
  type FormView,
  type listDeclarations as listContract,
  type listForms as formsContract,
  type previewRoute as routeContract,
  type submitDeclarations as submitContract,
} from "../../shared/contracts/declarations.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import { type Actor, type CommandContext, requireActor } from "../command-context.ts";
import type { Submitted } from "../commands/declarations/submit-declarations.ts";
import { isPlanItem } from "../commands/declarations/load-own-declaration.ts";
import { isDeclarant, mayObject } from "../permissions/declarations.ts";
import type { Assessment } from "../queries/declarations/assess-declaration.ts";
import type { DeclarationDetail } from "../queries/declarations/get-declaration.ts";
import { type DeclarationRow, declarationRows } from "../queries/declarations/list-declarations.ts";
import type { SameWork } from "../queries/declarations/same-work.ts";
import type { Page } from "../queries/page.ts";
import { stepNames } from "./instance.ts";

export const subjectNames = { public: "公需课", professional: "专业课" } as const;

type RowView = z.output<typeof declarationRow>;
type View = z.output<typeof declarationView>;

/** One line of the declaration records. */
export function presentDeclarationRow({ declaration, holderName }: DeclarationRow): RowView {
  const { _id, status, subject, submittedAt, decidedAt } = declaration;
  const { number, batchNumber, origin, year, form, formName, title } = declaration;
  const { personId, personName, organizationName, hours, reason, instanceId } = declaration;
  return {
    id: _id,
    number,
    batchNumber,
    origin,
    year,
    form,
    formName,
    subject,
    subjectName: subjectNames[subject],
    title,
    personId,
    personName,
    organizationName,
    hours,
    status,
    statusName: declarationStatusNames[status],
    submittedAt: submittedAt.toISOString(),
    decidedAt: decidedAt?.toISOString() ?? null,
    reason,
    instanceId,
    holderName,
    makeUp: (declaration.makeUpWindowId ?? null) !== null,
  } satisfies RowView;
}

export function presentDeclarations(page: Page<DeclarationRow>): ResponseOf<typeof listContract> {
  return { ...page, rows: page.rows.map(presentDeclarationRow) };
}

/** A declaration after a correction: as the list shows it, with its new holder. */
export async function presentCorrected(declaration: DeclarationLine, ctx: CommandContext): Promise<RowView> {
  const rows = await declarationRows(requireActor(ctx), [declaration]);
  return presentDeclarationRow(rows[0] ?? { declaration, holderName: null });
}

/** All that a reviewer or the declarant needs to see of one declaration (APR-10). */
export function presentDeclaration(row: DeclarationDetail, ctx: CommandContext): View {
  const { declaration } = row;
  const actor = requireActor(ctx);
  const isOwn =
    isDeclarant(actor, declaration) &&
    !isPlanItem(declaration) &&
    (actor.role === "professional" || actor.modules.has("declarations:submit"));
  const form = decisionOf(ctx, declaration);
  return {
    ...presentDeclarationRow(row),
    startDate: declaration.startDate,
    endDate: declaration.endDate,
    facts: shownFacts(form, declaration.facts),
    rawFacts: declaration.facts,
    computedHours: declaration.computedHours,
    trace: traceOf(declaration.trace as readonly TraceStep[], declaration.pack),
    citations: declaration.citations,
    evidence: declaration.evidence.map(({ key, fileId, name }) => ({
      key,
      title: form?.form?.evidence.find((kind) => kind.key === key)?.title ?? "其他材料",
      fileId,
      name,
    })),
    remark: declaration.remark,
    hoursChanges: declaration.hoursChanges.map((change) => ({ ...change, at: change.at.toISOString() })),
    sameWork: row.sameWork === null ? null : presentSameWork(row.sameWork, { declaration, form }),
    ...objectionPart(actor, declaration),
    canWithdraw: isOwn && (declaration.status === "pending" || declaration.status === "rejected"),
    canResubmit: isOwn && declaration.status === "rejected",
  } satisfies View;
}

function presentSameWork(
  { claims, hasMore }: SameWork,
  { declaration, form }: { declaration: Declaration; form: Decision | null },
): View["sameWork"] {
  return {
    claims: claims.map(({ isVisible, facts, ...claim }) => ({
      declarationId: isVisible ? claim._id : null,
      number: isVisible ? claim.number : null,
      personName: isVisible ? claim.personName : maskedName(claim.personName),
      organizationName: claim.organizationName,
      year: claim.year,
      rank: Number(facts["rank"]),
      group: facts["group"] === undefined ? null : shownValue(form?.facts["group"], facts["group"]),
      statusName: declarationStatusNames[claim.status],
      sameRank: isSameRank(facts, declaration.facts),
    })),
    hasMore,
  };
}

function maskedName(name: string): string {
  const [first = "", ...rest] = name;
  return `${first}${"*".repeat(Math.max(1, rest.length))}`;
}

/** What the person has against it, and whether he may still say so (DEC-15). */
function objectionPart(actor: Actor, declaration: Declaration): Pick<View, "objection" | "canObject"> {
  const { objection, status } = declaration;
  const hasOne = objection !== undefined && objection !== null;
  return {
    objection: hasOne ? { reason: objection.reason, at: objection.at.toISOString() } : null,
    canObject: mayObject(actor, declaration) && !hasOne && (status === "pending" || status === "approved"),
  };
}

/** The form as its year had it; null when a later pack no longer knows it. */
function decisionOf(ctx: CommandContext, { form, year, facts }: Declaration): Decision | null {
  try {
    return findForm(ctx.app.packs, { form, year, facts }).decision;
  } catch (error) {
    if (error instanceof RuleError) return null;
    throw error;
  }
}

function shownFacts(decision: Decision | null, facts: Declaration["facts"]): View["facts"] {
  const fields: Record<string, Field> = { ...decision?.form?.details, ...decision?.facts };
  return Object.entries(facts).map(([name, value]) => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return { name, title: field?.title ?? name, value: shownValue(field, value) };
  });
}

function shownValue(field: Field | undefined, value: string | number | boolean): string {
  if (typeof value === "boolean") return value ? "是" : "否";
  const option = field?.options?.find((one) => one.value === value);
  return `${option?.title ?? value}${field?.unit ?? ""}`;
}

function traceOf(steps: readonly TraceStep[], pack: { id: string; version: string }): View["trace"] {
  return { text: renderTrace(steps), steps: [...steps], pack: { id: pack.id, version: pack.version } };
}

export function presentAssessment(assessment: Assessment | null): ResponseOf<typeof calculateContract> {
  const answer = assessment?.answer ?? null;
  return {
    hours: answer === null ? null : { ...answer.hours },
    trace: answer === null ? null : traceOf(answer.trace, answer.pack),
    citations: answer === null ? [] : answer.citations.map(({ title }) => title),
    problems: (assessment?.problems ?? []).map(({ code, fact, message }) => ({
      code,
      fact: fact ?? null,
      message,
    })),
  };
}

function presentRoute(route: readonly WorkflowRouteStep[]) {
  return route.map(({ organizationId, organizationName, stepKind, notice }) => ({
    organizationId,
    organizationName,
    stepName: stepNames[stepKind],
    notice: notice ?? null,
  }));
}

/** 「将依次由…审核」 (FLW-09). */
export function presentRoutePreview(route: readonly WorkflowRouteStep[]): ResponseOf<typeof routeContract> {
  const names = route.map(({ organizationName }) => organizationName).join(" → ");
  return { steps: presentRoute(route), text: `将依次由 ${names} 审核` };
}

export function presentSubmitted(submitted: Submitted): ResponseOf<typeof submitContract> {
  return {
    batchNumber: submitted.batchNumber,
    declarations: submitted.declarations.map(({ _id, number, personName, hours, instanceId }) => ({
      id: _id,
      number,
      personName,
      hours,
      instanceId,
    })),
    route: presentRoute(submitted.route),
  };
}

export function presentForms(result: {
  year: number;
  forms: readonly FormDefinition[];
}): ResponseOf<typeof formsContract> {
  return { year: result.year, forms: result.forms.map(presentForm) };
}

function presentForm(form: FormDefinition): FormView {
  const { id, title, description, subjects, evidence, hoursAreTyped, determiner, citation } = form;
  return {
    id,
    title,
    description,
    fields: form.fields.map(presentField),
    subjects: [...subjects],
    evidence: evidence.map(({ showWhen, ...kind }) => ({ ...kind, ...presentShowWhen(showWhen) })),
    hoursAreTyped,
    determiner,
    citation: citation.title,
  };
}

function presentField(field: FormDefinition["fields"][number]): FormView["fields"][number] {
  const { options, showWhen, calculates: _calculates, step: _step, default: _default, ...rest } = field;
  return {
    ...rest,
    ...(options === undefined ? {} : { options: options.map((option) => ({ ...option })) }),
    ...presentShowWhen(showWhen),
  };
}

function presentShowWhen(showWhen: ShowWhen | undefined): Pick<FormView["fields"][number], "showWhen"> {
  return showWhen === undefined ? {} : { showWhen: { field: showWhen.fact, equals: showWhen.equal } };
}
