import { ApplicationModel } from "../../../models/application.ts";
import { AppError } from "../../../shared/app-error.ts";
import { applicationStatusNames } from "../../../shared/contracts/applications.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { objectToTransfer as contract } from "../../../shared/contracts/transfers.ts";
import { isoDate } from "../../../shared/dates.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { maySeeApplication } from "../../permissions/applications.ts";
import { tellAdministrators } from "../applications/tell-administrators.ts";
import { recordAudit } from "../record-audit.ts";
import type { Transfer } from "./transfer-data.ts";

/**
 * A person objects to a transfer that his unit asked for (TRF-14): once, until the day that he was told, also when the
 * new unit has confirmed meanwhile. Both units are told; whether the transfer can still be completed is the policy's
 * word of the day on which he was told. Errors: `application.not_found` (404), `permission.denied` (403) for one that
 * he asked for himself, `transfer.not_disputable` (409).
 */
export async function objectToTransfer(
  ctx: CommandContext,
  { id, reason }: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  const actor = requireActor(ctx);
  const transfer = await ApplicationModel.findById(id).lean<Transfer>();
  if (transfer === null || transfer.kind !== "transfer" || !maySeeApplication(actor, { ...transfer }))
    throw new AppError("application.not_found");
  if (actor.role !== "professional" || transfer.data.way !== "employer")
    throw new AppError("permission.denied");
  await mark(ctx, transfer, reason);
  await tellUnits(ctx, transfer);
  await recordAudit(ctx, "transfer.objected", { subjectId: id, data: { reason } });
  return { ok: true };
}

/** Guarded: whoever completes the transfer at the same moment writes the same document. */
async function mark(ctx: CommandContext, transfer: Transfer, reason: string): Promise<void> {
  const now = ctx.clock.now();
  const disputable = {
    _id: transfer._id,
    status: { $in: ["pending", "approved"] as const },
    "data.objection.at": null,
    "data.objection.until": { $gte: isoDate(now) },
  };
  const objection = { "data.objection.at": now.toISOString(), "data.objection.reason": reason };
  const marked = await ApplicationModel.updateOne(disputable, { $set: objection, $inc: { version: 1 } });
  if (marked.matchedCount === 0)
    throw new AppError("transfer.not_disputable", { reason: whyNot(transfer, isoDate(now)) });
}

function whyNot({ status, data: { objection } }: Transfer, today: string): string {
  if (objection === null || objection === undefined) return "没有异议期";
  if (objection.at !== null) return "您已提出异议";
  return objection.until < today ? `异议期已于${objection.until}结束` : applicationStatusNames[status];
}

async function tellUnits(ctx: CommandContext, transfer: Transfer): Promise<void> {
  const { _id, number, title, personName, organizationId, counterpartId } = transfer;
  const text = `${personName}对「${title}」（${number}）提出异议，请核实处理。`;
  const message = { kind: "transfer.objected", title: "人员调转有异议", text, subjectId: _id };
  for (const unitId of new Set([organizationId, counterpartId ?? organizationId]))
    await tellAdministrators(
      ctx,
      { organizationId: unitId, module: "transfers:manage", item: transfer },
      message,
    );
}
