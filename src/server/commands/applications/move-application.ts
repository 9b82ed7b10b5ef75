import {
  type Application,
  ApplicationModel,
  type ApplicationKind,
  type ApplicationStatus,
} from "../../../models/application.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";
import { tellApplicant } from "./tell-applicant.ts";

/** Kinds that a rejection sends back for correction; a rejection ends the others. */
export const returnedForCorrection: ReadonlySet<ApplicationKind> = new Set([
  "adjustment",
  "training-plan",
  "plan-declaration",
  "base-class",
]);

/** Which states an application may come from: the whole life of an application in one table. */
const comesFrom: Readonly<Record<ApplicationStatus, readonly ApplicationStatus[]>> = {
  scheduled: [],
  pending: ["rejected", "scheduled"],
  approved: ["pending"],
  rejected: ["pending"],
  withdrawn: ["pending", "scheduled"],
  cancelled: ["rejected", "scheduled"],
  revoked: ["approved"],
};

/** Where an application goes, and what else changes with it. */
interface Move {
  status: Exclude<ApplicationStatus, "scheduled">;
  reason?: string;
  change?: Partial<Application>;
}

/**
 * The one place that changes an application's state: guarded by the state it comes from, so that of two writers one
 * wins and the other gets `request.conflict` (409). Records the move, frees the key of an application that ended, and
 * tells the applicant of an approval or rejection (NOT-01). `reason` is the reviewer's comment.
 */
export async function moveApplication<Data extends object>(
  ctx: CommandContext,
  applicationId: string,
  move: Move,
): Promise<Application<Data>> {
  const { status } = move;
  const before = await ApplicationModel.findById(applicationId, { kind: 1, status: 1 }).lean();
  if (before === null) throw new AppError("application.not_found");
  const moved = await ApplicationModel.findOneAndUpdate(
    { _id: applicationId, status: { $in: [...comesFrom[status]] } },
    { $set: changesOf(ctx, before.kind, move), $inc: { version: 1 } },
    { returnDocument: "after" },
  ).lean<Application<Data>>();
  if (moved === null) throw new AppError("request.conflict");
  const data = { kind: moved.kind, reason: moved.reason };
  await recordAudit(ctx, `application.${eventOf(before.status, status)}`, { subjectId: applicationId, data });
  if (status === "approved" || status === "rejected") await tellApplicant(ctx, moved, status);
  return moved;
}

/** What the audit event calls a move. */
function eventOf(before: ApplicationStatus, after: Move["status"]) {
  if (after !== "pending") return after;
  return before === "scheduled" ? "started" : "resubmitted";
}

function changesOf(
  ctx: CommandContext,
  kind: ApplicationKind,
  { status, reason = "", change }: Move,
): Partial<Application> {
  const isOpen = status === "pending" || (status === "rejected" && returnedForCorrection.has(kind));
  return {
    ...change,
    status,
    reason: reason === "" ? null : reason,
    decidedAt: status === "pending" ? null : ctx.clock.now(),
    ...(isOpen ? {} : { openKey: null }),
  };
}
