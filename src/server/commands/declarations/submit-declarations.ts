import type { Declaration } from "../../../models/declaration.ts";
import type { Person } from "../../../models/person.ts";
import type { WorkflowRouteStep } from "../../../models/workflow-instance.ts";
import { invalidFields } from "../../../shared/app-error.ts";
import type { submitDeclarations as contract } from "../../../shared/contracts/declarations.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { isoDate } from "../../../shared/dates.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { assessDeclaration } from "../../queries/declarations/assess-declaration.ts";
import { loadDeclaredPeople } from "../../queries/declarations/load-declared-people.ts";
import { openWindows } from "../../queries/make-up-windows/open-windows.ts";
import { planRoutes } from "../../queries/declarations/plan-route.ts";
import { consumeDraft } from "../drafts/consume-draft.ts";
import { nextNumber } from "../next-number.ts";
import { holdPeople } from "../people/hold-people.ts";
import { requireClass } from "./require-class.ts";
import {
  requireEvidence,
  requireFullPeriods,
  requireNoDuplicate,
  requireValid,
  type ValidAssessment,
} from "./require-valid.ts";
import { startDeclarations } from "./start-declarations.ts";
import { useFiles } from "./use-files.ts";

type Input = InputOf<typeof contract>;

/** What a submission made. */
export interface Submitted {
  batchNumber: string;
  declarations: Declaration[];
  /** the first person's route; others differ only where he himself would have been the reviewer */
  route: WorkflowRouteStep[];
}

/**
 * Declares an activity for oneself, or by a unit for one or many people: one declaration a person under one batch
 * number, all of them or none (DEC-01 – DEC-16, PST-01, PST-02, FLW-01 – FLW-09). Errors: those of `loadDeclaredPeople`,
 * `requireValid`, `requireClass`, `requireEvidence`, `requireNoDuplicate`, `requireFullPeriods`, `holdPeople`, and
 * `file.not_found` (404) for files that are not the actor's, `draft.not_found` (404).
 */
export async function submitDeclarations(ctx: CommandContext, input: Input): Promise<Submitted> {
  const actor = requireActor(ctx);
  const { origin, people } = await loadDeclaredPeople(
    ctx,
    input.people.map(({ personId }) => personId),
  );
  requireEachOnce(input.people.map(({ personId }) => personId));
  const windows = await openWindows(ctx, people, input.year);
  const alone = people.length === 1;
  const assessed = people.map((person) =>
    assessPerson(ctx, input, { person, alone, makeUpWindow: windows.has(person._id) }),
  );
  for (const pair of pairs(people, assessed))
    await requireClass(input.form, pair, alone ? null : pair.person.name);
  const facts = assessed[0]?.facts ?? input.facts;
  requireEvidence(ctx.app.packs, { form: input.form, year: input.year, facts, origin }, input.evidence);
  await requireNoDuplicate(pairs(people, assessed), null);
  const { form, year } = input;
  await requireFullPeriods(ctx.app.packs, { form, year, exceptId: null }, pairs(people, assessed));
  await holdPeople(people);
  const routes = await planRoutes(ctx, { origin, accountId: actor.accountId }, people);
  const batchNumber = await nextNumber(ctx.app, "PC");
  const declarations = await startDeclarations(
    ctx,
    { ...commonPart(input), declarant: actor, origin, batchNumber, applicationId: null },
    pairs(people, assessed).map((pair, index) => ({
      ...pair,
      route: routes[index] ?? [],
      makeUpWindowId: windows.get(pair.person._id) ?? null,
    })),
  );
  await useFiles(
    ctx,
    input.evidence.map(({ fileId }) => fileId),
    { usedBy: batchNumber, scopeIds: declarations.flatMap(({ scopeIds }) => scopeIds) },
  );
  await consumeDraft(ctx, input.draftId, "declaration");
  return { batchNumber, declarations, route: routes[0] ?? [] };
}

function commonPart({ year, form, title, startDate, endDate, evidence, remark }: Input) {
  return { year, form, title, startDate, endDate, evidence, remark };
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

function assessPerson(
  ctx: CommandContext,
  input: Input,
  { person, alone, makeUpWindow }: { person: Person; alone: boolean; makeUpWindow: boolean },
): ValidAssessment {
  const own = input.people.find(({ personId }) => personId === person._id)?.facts;
  const { year, form, subject, startDate, endDate, hours } = input;
  const facts = { ...input.facts, ...own };
  const activity = { year, form, subject, facts, startDate, endDate, hours, makeUpWindow };
  const today = isoDate(ctx.clock.now());
  const assessment = assessDeclaration(ctx.app.packs, today, { activity, person });
  return requireValid(assessment, form, alone ? null : person.name);
}
