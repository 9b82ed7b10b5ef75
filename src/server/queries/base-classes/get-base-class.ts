import { type ClassParticipantStatus, ClassParticipantModel } from "../../../models/class-participant.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { getBaseClass as contract } from "../../../shared/contracts/base-classes.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../../command-context.ts";
import { getApplication } from "../applications/get-application.ts";
import type { ApplicationRow } from "../applications/list-applications.ts";

/** A class with how far its declarations are. */
export interface BaseClassDetail extends ApplicationRow {
  counts: Readonly<Record<ClassParticipantStatus, number>>;
}

/** One class for those whom it concerns; for all others it does not exist (`application.not_found`, 404). */
export async function getBaseClass(
  ctx: CommandContext,
  { id }: InputOf<typeof contract>,
): Promise<BaseClassDetail> {
  const row = await getApplication(ctx, { id });
  if (row.application.kind !== "base-class") throw new AppError("application.not_found");
  const counts = { "not-passed": 0, waiting: 0, declared: 0, failed: 0 };
  const groups = await ClassParticipantModel.aggregate<{ _id: ClassParticipantStatus; count: number }>([
    { $match: { applicationId: id } },
    { $group: { _id: "$status", count: { $sum: 1 } } },
  ]);
  for (const { _id: status, count } of groups) counts[status] = count;
  return { ...row, counts };
}
