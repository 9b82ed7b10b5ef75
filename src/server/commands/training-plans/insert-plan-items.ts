import { type Declaration, DeclarationModel } from "../../../models/declaration.ts";
import { findForm } from "../../../rules/find-form.ts";
import { AppError } from "../../../shared/app-error.ts";
import { yearOf } from "../../../shared/dates.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { isDuplicateKey } from "../../run-command.ts";
import { personPart, ruledPart } from "../declarations/start-declarations.ts";
import { tellPerson } from "../declarations/tell-person.ts";
import { nextNumber } from "../next-number.ts";
import { recordAudit } from "../record-audit.ts";
import { type Participant, planForm } from "./check-participants.ts";
import type { PlanDeclaration } from "./plan-declaration.ts";

/**
 * One declaration for each participant, all under the application's one instance: records, duplicates, revocation and
 * certificates see them like any other (DEC-12, DEC-13, APR-13). Each participant is told (DEC-15).
 */
export async function insertPlanItems(
  ctx: CommandContext,
  application: PlanDeclaration,
  participants: readonly Participant[],
): Promise<void> {
  const rows: Declaration[] = [];
  for (const participant of participants) rows.push(await itemOf(ctx, application, participant));
  try {
    await DeclarationModel.insertMany(rows, { lean: true });
  } catch (error) {
    if (!isDuplicateKey(error, "one_live_declaration_of_an_activity")) throw error;
    throw new AppError("declaration.duplicate", { person: null });
  }
  for (const [index, row] of rows.entries()) {
    const accountId = participants[index]?.person.accountId ?? "";
    await tellPerson(ctx, { accountId, declaration: row }, "declared");
    const { number, form, year, personId, instanceId, hours } = row;
    const pack = `${row.pack.id}@${row.pack.version}`;
    const data = { number, form, year, personId, instanceId, hours, pack };
    await recordAudit(ctx, "declaration.submitted", { subjectId: row._id, data });
  }
}

async function itemOf(
  ctx: CommandContext,
  application: PlanDeclaration,
  { person, assessment }: Participant,
): Promise<Declaration> {
  const { data } = application;
  const year = application.year ?? yearOf(application.submittedAt);
  return {
    _id: ctx.newId(),
    number: await nextNumber(ctx.app, "SB"),
    batchNumber: data.batchNumber,
    origin: "employer",
    declaredByOrganizationId: application.organizationId,
    declaredByAccountId: requireActor(ctx).accountId,
    ...personPart(person),
    scopeIds: [...new Set([...person.scopeIds, ...application.scopeIds])],
    year,
    form: planForm,
    formName: findForm(ctx.app.packs, { form: planForm, year, facts: assessment.facts }).decision.title,
    title: application.title,
    startDate: data.startDate,
    endDate: data.endDate,
    ...ruledPart(assessment),
    hoursChanges: [],
    evidence: [...application.attachments],
    remark: data.remark,
    status: "pending",
    reason: null,
    objection: null,
    instanceId: application.instanceId,
    applicationId: application._id,
    submittedAt: ctx.clock.now(),
    decidedAt: null,
    version: 0,
  };
}
