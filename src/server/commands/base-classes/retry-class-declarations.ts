import { ClassParticipantModel } from "../../../models/class-participant.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { retryClassDeclarations as contract } from "../../../shared/contracts/base-classes.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../../command-context.ts";
import { loadOwnApplication } from "../applications/load-own-application.ts";
import { enqueue } from "../enqueue.ts";
import { recordAudit } from "../record-audit.ts";
import { type BaseClassData, requireBase } from "./base-class.ts";

/**
 * Has those tried again whose hours could not be declared, once the reason is gone: a transfer has ended, a duplicate
 * was withdrawn. Errors: as `loadOwnApplication`; `class.nothing_to_retry` (409).
 */
export async function retryClassDeclarations(
  ctx: CommandContext,
  { id }: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  requireBase(ctx);
  const { status } = await loadOwnApplication<BaseClassData>(ctx, id, "base-class");
  if (status !== "approved") throw new AppError("class.nothing_to_retry");
  const retried = await ClassParticipantModel.updateMany(
    { applicationId: id, status: "failed" },
    { $set: { status: "waiting", problem: null }, $inc: { version: 1 } },
  );
  if (retried.modifiedCount === 0) throw new AppError("class.nothing_to_retry");
  await enqueue(ctx, "class.declare", { data: { applicationId: id } });
  const data = { people: retried.modifiedCount };
  await recordAudit(ctx, "class.declarations_retried", { subjectId: id, data });
  return { ok: true };
}
