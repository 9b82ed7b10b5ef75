import { WorkflowTimer, type WorkflowTimerRecord } from "../../models/workflow-timer.ts";
import { WorkflowConflict } from "./conflict.ts";
import type { WorkflowContext } from "./context.ts";
import { advance, type AdvanceResult } from "./store.ts";

/** How long a node may take to fire what it has claimed. Longer than any transaction, shorter than anyone waits. */
export const timerLeaseMs = 60_000;

/**
 * Claims up to `limit` due timers for this node, oldest first: until the lease ends no other node gets them. What a
 * node claimed and then died with comes back after the lease. Call outside a transaction.
 */
export async function claimDueTimers(
  ctx: Pick<WorkflowContext, "clock">,
  { owner, limit }: { owner: string; limit: number },
): Promise<WorkflowTimerRecord[]> {
  const claimed: WorkflowTimerRecord[] = [];
  while (claimed.length < limit) {
    const timer = await claim(ctx, {}, owner);
    if (timer === null) break;
    claimed.push(timer);
  }
  return claimed;
}

/** Claims one due timer for whoever cannot wait for a node's turn; null when it is not due or somebody is firing it. */
export async function claimTimer(
  ctx: Pick<WorkflowContext, "clock">,
  { timerId, owner }: { timerId: string; owner: string },
): Promise<WorkflowTimerRecord | null> {
  return claim(ctx, { _id: timerId }, owner);
}

function claim(
  ctx: Pick<WorkflowContext, "clock">,
  which: { _id?: string },
  owner: string,
): Promise<WorkflowTimerRecord | null> {
  const now = ctx.clock.now();
  const free = { $or: [{ leaseUntil: null }, { leaseUntil: { $lte: now } }] };
  return WorkflowTimer.findOneAndUpdate(
    { ...which, status: "waiting", dueAt: { $lte: now }, ...free },
    {
      $set: { leaseOwner: owner, leaseUntil: new Date(now.getTime() + timerLeaseMs) },
      $inc: { attempts: 1 },
    },
    { sort: { dueAt: 1 }, returnDocument: "after" },
  )
    .lean<WorkflowTimerRecord>()
    .exec();
}

/**
 * Fires a claimed timer inside the caller's transaction: the row and the instance change together, so that it takes
 * effect once. Resolves with the step, or with null when there is nothing left to do: the lease was lost, or the
 * instance has moved on and no longer waits for this timer.
 */
export async function fireTimer(
  ctx: WorkflowContext,
  timer: WorkflowTimerRecord,
): Promise<AdvanceResult | null> {
  const mine = {
    _id: timer._id,
    status: "waiting" as const,
    leaseOwner: timer.leaseOwner,
    attempts: timer.attempts,
  };
  const fired = { $set: { status: "fired" as const, firedAt: ctx.clock.now() } };
  const taken = await WorkflowTimer.updateOne(mine, fired);
  if (taken.matchedCount === 0) return null;
  try {
    return await advance(ctx, timer.instanceId, { kind: "timer", key: timer.key, round: timer.round });
  } catch (error) {
    if (!(error instanceof WorkflowConflict) || error.reason !== "closed") throw error;
    await WorkflowTimer.updateOne({ _id: timer._id }, { $set: { status: "cancelled" } });
    return null;
  }
}
