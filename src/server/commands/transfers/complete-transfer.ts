import { ApplicationModel } from "../../../models/application.ts";
import { DepartmentModel } from "../../../models/department.ts";
import type { Organization } from "../../../models/organization.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import { isoDate } from "../../../shared/dates.ts";
import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { moveApplication } from "../applications/move-application.ts";
import { tellAdministrators } from "../applications/tell-administrators.ts";
import { requireOpenOrganization } from "../closures/require-open-organization.ts";
import { closePerson } from "../people/close-person.ts";
import { keepPastYears, redetermineYear } from "../people/redetermine-years.ts";
import { recordAudit } from "../record-audit.ts";
import type { Transfer } from "./transfer-data.ts";

/**
 * Behind 「完成调转」: the person joins the new unit; hours, history and certificates go along (TRF-10, PER-17), past
 * years stay with the old unit, and the running one follows the new one (TRF-13). Out of the province the record is
 * closed instead (TRF-16). Errors: `organization.not_found` (404), `organization.closing` (409) when the new unit is
 * no longer open, `transfer.objected` (409), `request.conflict` (409).
 */
export async function completeTransfer(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const transfer = await ApplicationModel.findById(call.businessId).lean<Transfer>();
  if (transfer === null) throw new AppError("application.not_found");
  requireNoObjection(transfer);
  const before = await PersonModel.findOne({
    _id: transfer.personId ?? "",
    openTransferId: transfer._id,
  }).lean<Person>();
  if (before === null) throw new AppError("request.conflict");
  await keepPastYears(ctx, before);
  if (transfer.data.outsidePlace === null) await joinUnit(ctx, transfer, before);
  else await closePerson(ctx, before, { closing: "left-province", applicationId: transfer._id });
  await moveApplication(ctx, transfer._id, { status: "approved", reason: call.comment });
  await tellUnits(ctx, transfer);
}

/** Where policy says so, a transfer against the person's word is not completed: the units settle it first (TRF-14). */
function requireNoObjection({ personName, data: { objection } }: Transfer): void {
  // Transfers of earlier days have no such right.
  if (objection === null || objection === undefined) return;
  if (objection.blocks && objection.at !== null)
    throw new AppError("transfer.objected", { person: personName });
}

async function joinUnit(ctx: CommandContext, transfer: Transfer, before: Person): Promise<void> {
  const unit = await requireOpenOrganization(transfer.counterpartId ?? "");
  const place = { ...placeIn(unit), ...(await departmentOf(transfer, unit)), openTransferId: null };
  const moved = await PersonModel.findOneAndUpdate(
    { _id: before._id, openTransferId: transfer._id },
    { $set: place, $push: { formerUnits: formerUnit(ctx, before) }, $inc: { version: 1 } },
    { returnDocument: "after" },
  ).lean<Person>();
  if (moved === null) throw new AppError("request.conflict");
  await redetermineYear(ctx, moved);
  await recordAudit(ctx, "person.transferred", {
    subjectId: before._id,
    data: { applicationId: transfer._id, from: before.organizationId, to: unit._id },
  });
}

function placeIn(unit: Organization) {
  return {
    organizationId: unit._id,
    organizationName: unit.name,
    regionCode: unit.regionCode,
    industry: unit.industry,
    scopeIds: [unit._id, ...unit.ancestorIds],
  };
}

/** The chosen department, unless it has gone meanwhile: then the unit assigns one later. */
async function departmentOf({ data }: Transfer, unit: Organization) {
  const chosen = { _id: data.departmentId ?? "", organizationId: unit._id, available: true };
  const department = await DepartmentModel.findOne(chosen, { name: 1 }).lean();
  return { departmentId: department?._id ?? null, departmentName: department?.name ?? null };
}

function formerUnit(ctx: CommandContext, person: Person): Person["formerUnits"][number] {
  const { organizationId, organizationName, scopeIds, registeredAt, formerUnits } = person;
  const from = formerUnits?.at(-1)?.to ?? isoDate(registeredAt);
  return { organizationId, organizationName, scopeIds, from, to: isoDate(ctx.clock.now()) };
}

async function tellUnits(ctx: CommandContext, transfer: Transfer): Promise<void> {
  const { _id, number, title, organizationId, counterpartId, data } = transfer;
  const closed = data.outsidePlace === null ? "" : "人员记录已关闭，可导出其学习档案。";
  const text = `「${title}」（${number}）已完成调转。${closed}`;
  const message = { kind: "transfer.completed", title: "人员调转已完成", text, subjectId: _id };
  for (const unitId of [organizationId, counterpartId ?? ""])
    await tellAdministrators(
      ctx,
      { organizationId: unitId, module: "transfers:manage", item: transfer },
      message,
    );
}
