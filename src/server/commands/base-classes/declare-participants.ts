import { type ClassParticipant, ClassParticipantModel } from "../../../models/class-participant.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import { isoDate, yearOf } from "../../../shared/dates.ts";
import type { CommandContext } from "../../command-context.ts";
import { assessDeclaration } from "../../queries/declarations/assess-declaration.ts";
import { planRoutes } from "../../queries/declarations/plan-route.ts";
import {
  requireNoDuplicate,
  requireNoProblems,
  type ValidAssessment,
} from "../declarations/require-valid.ts";
import { type DeclaredActivity, startDeclarations } from "../declarations/start-declarations.ts";
import { holdPeople } from "../people/hold-people.ts";
import { type BaseClass, classForm } from "./base-class.ts";

/**
 * Declares the hours of some participants of a confirmed class, in the base's name, along each person's own chain
 * (FLW-07), and marks them so in the same transaction. Rows that somebody has declared meanwhile are left out. Errors:
 * `person.not_found` for whoever is no longer there, `person.transfer_open`, `declaration.duplicate` (BAS-04),
 * `declaration.invalid`.
 */
export async function declareParticipants(
  ctx: CommandContext,
  application: BaseClass,
  rows: readonly ClassParticipant[],
): Promise<void> {
  const people = await peopleOf(await stillWaiting(rows));
  if (people.length === 0) return;
  await holdPeople(people);
  const assessed = people.map((person) => assessParticipant(ctx, application, person));
  const pairs = people.flatMap((person, index) => {
    const assessment = assessed[index];
    return assessment === undefined ? [] : [{ person, assessment, duplicateKeys: assessment.duplicateKeys }];
  });
  await requireNoDuplicate(pairs, null);
  const { applicantAccountId: accountId } = application;
  const routes = await planRoutes(ctx, { origin: "base", accountId }, people);
  const declarations = await startDeclarations(
    ctx,
    activityOf(application),
    pairs.map((pair, index) => ({ ...pair, route: routes[index] ?? [] })),
  );
  for (const { _id: declarationId, personId } of declarations) {
    await ClassParticipantModel.updateOne(
      { _id: `${application._id}-${personId}` },
      { $set: { status: "declared", problem: null, declarationId }, $inc: { version: 1 } },
    );
  }
}

/** Read in this transaction: what another node has declared is not waiting any more. */
async function stillWaiting(rows: readonly ClassParticipant[]): Promise<ClassParticipant[]> {
  const ids = rows.map(({ _id }) => _id);
  return await ClassParticipantModel.find({ _id: { $in: ids }, status: "waiting" })
    .sort({ row: 1 })
    .lean<ClassParticipant[]>();
}

async function peopleOf(rows: readonly ClassParticipant[]): Promise<Person[]> {
  const ids = rows.map(({ personId }) => personId);
  const found = await PersonModel.find({ _id: { $in: ids }, status: "active" }).lean<Person[]>();
  const byId = new Map(found.map((person) => [person._id, person]));
  return ids.map((id) => {
    const person = byId.get(id);
    if (person === undefined) throw new AppError("person.not_found");
    return person;
  });
}

/**
 * By the day on which the class was reported: its review may last into the next year (APR-08). A correction may have
 * moved the class's end to a later day.
 */
function assessParticipant(ctx: CommandContext, application: BaseClass, person: Person): ValidAssessment {
  const { data, organizationName: baseName, submittedAt } = application;
  const { startDate, endDate, subject, name, classNumber, hours, proposedHours } = data;
  const activity = {
    year: application.year ?? yearOf(submittedAt),
    form: classForm,
    subject: person.isAccountant ? ("public" as const) : subject,
    facts: {
      classHours: hours ?? proposedHours,
      baseName,
      className: name,
      classNumber,
      assessment: "passed",
    },
    startDate,
    endDate,
  };
  const reported = isoDate(submittedAt);
  const day = endDate > reported ? endDate : reported;
  const assessment = assessDeclaration(ctx.app.packs, day, { activity, person });
  return requireNoProblems(assessment, null);
}

function activityOf(application: BaseClass): DeclaredActivity {
  const { _id, number, title, data, organizationId, submittedAt } = application;
  return {
    declarant: {
      accountId: application.applicantAccountId,
      name: application.applicantName,
      organizationId,
    },
    origin: "base",
    batchNumber: number,
    applicationId: _id,
    year: application.year ?? yearOf(submittedAt),
    form: classForm,
    title,
    startDate: data.startDate,
    endDate: data.endDate,
    // What a base reports needs none (BAS-04); the class's own papers are with the class.
    evidence: [],
    remark: `继续教育基地上报的培训班（${number}），学时由审批部门核定`,
  };
}
