import type { Declaration, DeclarationLine } from "../../../models/declaration.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type resubmitDeclaration as contract } from "../../../shared/contracts/declaration-changes.ts";
import { declarationStatusNames } from "../../../shared/contracts/declarations.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { isoDate } from "../../../shared/dates.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { assessDeclaration } from "../../queries/declarations/assess-declaration.ts";
import { correctionTerms } from "../../queries/declarations/correction-terms.ts";
import { isDuplicateKey } from "../../run-command.ts";
import { classForm } from "../base-classes/base-class.ts";
import { recordAudit } from "../record-audit.ts";
import { deciderOf } from "../workflow/decide-task.ts";
import { stepInstance } from "../workflow/step-instance.ts";
import { loadOwnDeclaration } from "./load-own-declaration.ts";
import { moveDeclaration } from "./move-declaration.ts";
import { requireClass } from "./require-class.ts";
import {
  requireEvidence,
  requireFullPeriods,
  requireNoDuplicate,
  requireValid,
  type ValidAssessment,
} from "./require-valid.ts";
import { makeUpPart, markedTitle, ruledPart } from "./start-declarations.ts";
import { useFiles } from "./use-files.ts";
import { correctionTask } from "./withdraw-declaration.ts";

type Input = InputOf<typeof contract>;

/**
 * A rejected declaration, corrected: checked like a new one, then reviewed from the first step of its route again
 * (APR-11, AMB-38). Form, year and person stay. Errors: as `loadOwnDeclaration` and `submitDeclarations`;
 * `declaration.not_correctable` (409) unless it is rejected.
 */
export async function resubmitDeclaration(ctx: CommandContext, input: Input): Promise<DeclarationLine> {
  const declaration = await loadOwnDeclaration(ctx, input.id);
  const { _id, status, form, year, origin, instanceId } = declaration;
  if (status !== "rejected")
    throw new AppError("declaration.not_correctable", { status: declarationStatusNames[status] });
  requireClassFacts(declaration, input);
  const { assessment, person, makeUpWindowId } = await assessCorrection(ctx, declaration, input);
  if (origin !== "base") await requireClass(form, { person, assessment }, null);
  const { facts, duplicateKeys } = assessment;
  requireEvidence(ctx.app.packs, { form, year, facts, origin }, input.evidence);
  await requireNoDuplicate([{ person, duplicateKeys }], _id);
  await requireFullPeriods(ctx.app.packs, { form, year, exceptId: _id }, [{ person, assessment }]);
  const corrected = await writeCorrection(declaration, input, { assessment, makeUpWindowId });
  await useFiles(
    ctx,
    input.evidence.map(({ fileId }) => fileId),
    {
      usedBy: declaration.batchNumber,
      scopeIds: declaration.scopeIds,
      alreadyUsed: declaration.evidence.map(({ fileId }) => fileId),
    },
  );
  await stepInstance(ctx, instanceId, {
    input: {
      kind: "decide",
      taskKey: await correctionTask(instanceId),
      outcome: "resubmit",
      actor: deciderOf(requireActor(ctx)),
      subject: { title: markedTitle(corrected), hours: corrected.hours, ...makeUpPart(corrected) },
    },
    comment: "",
  });
  const { hours, pack } = corrected;
  const data = { instanceId, hours, pack: `${pack.id}@${pack.version}` };
  await recordAudit(ctx, "declaration.resubmitted", { subjectId: _id, data });
  return corrected;
}

/**
 * What follows from a class stays as its granting bureau set it (CNV-01): the base corrects the words around it and adds
 * papers, not hours, subject or class. `declaration.invalid` (400) otherwise.
 */
function requireClassFacts({ form, applicationId, facts, subject }: Declaration, input: Input): void {
  if (form !== classForm || typeof applicationId !== "string") return;
  const names = new Set([...Object.keys(facts), ...Object.keys(input.facts)]);
  const changed = [...names].filter((name) => facts[name] !== input.facts[name]);
  if (input.subject !== undefined && input.subject !== subject) changed.push("subject");
  if (changed.length === 0) return;
  const message = "培训班的学时、科目和班次由审批部门核定，不能修改";
  const problems = changed.map((name) => ({ path: `body.facts.${name}`, message }));
  throw new AppError("declaration.invalid", { reason: message, problems });
}

async function assessCorrection(
  ctx: CommandContext,
  declaration: Declaration,
  input: Input,
): Promise<Checked & { person: Person }> {
  const person = await PersonModel.findById(declaration.personId).lean<Person>();
  if (person === null || person.status !== "active") throw new AppError("person.not_found");
  const { year, form } = declaration;
  const { subject, facts, startDate, endDate, hours } = input;
  const { makeUpWindowId, ...terms } = await correctionTerms(ctx, declaration, person);
  const activity = { year, form, subject, facts, startDate, endDate, hours, ...terms };
  const today = isoDate(ctx.clock.now());
  const assessment = assessDeclaration(ctx.app.packs, today, { activity, person });
  return { assessment: requireValid(assessment, form, null), person, makeUpWindowId };
}

/** A correction as the rules take it, and the window that it is declared in. */
interface Checked {
  assessment: ValidAssessment;
  makeUpWindowId: string | null;
}

async function writeCorrection(
  declaration: Declaration,
  input: Input,
  { assessment, makeUpWindowId }: Checked,
): Promise<DeclarationLine> {
  const { title, startDate, endDate, evidence, remark } = input;
  try {
    return await moveDeclaration(declaration._id, "pending", {
      ...ruledPart(assessment),
      makeUpWindowId,
      title,
      startDate,
      endDate,
      evidence,
      remark,
      reason: null,
      decidedAt: null,
    });
  } catch (error) {
    if (!isDuplicateKey(error, "one_live_declaration_of_an_activity")) throw error;
    throw new AppError("declaration.duplicate", { person: declaration.personName });
  }
}
