import { type Sweep, SweepModel } from "../../models/sweep.ts";
import type { App } from "../command-context.ts";

const leaseMs = 120_000;

/** Takes one turn of a walk for this node; null while another node has it, or while it rests after a round. */
export async function takeSweep(app: App, sweepId: string): Promise<Sweep | null> {
  const now = app.clock.now();
  await SweepModel.updateOne(
    { _id: sweepId },
    { $setOnInsert: { cursor: null, leaseOwner: null, leaseUntil: null, restUntil: null, version: 0 } },
    { upsert: true },
  );
  const free = { $or: [{ leaseUntil: null }, { leaseUntil: { $lte: now } }] };
  const rested = { $or: [{ restUntil: null }, { restUntil: { $lte: now } }] };
  return await SweepModel.findOneAndUpdate(
    { _id: sweepId, $and: [free, rested] },
    { $set: { leaseOwner: app.nodeId, leaseUntil: new Date(now.getTime() + leaseMs) } },
    { returnDocument: "after" },
  ).lean<Sweep>();
}

/** Ends the turn: where the next one goes on, and for how long nobody needs to (0: at once). */
export async function releaseSweep(
  app: App,
  sweepId: string,
  { cursor, restMs }: { cursor: Sweep["cursor"]; restMs: number },
): Promise<void> {
  const restUntil = restMs === 0 ? null : new Date(app.clock.now().getTime() + restMs);
  await SweepModel.updateOne(
    { _id: sweepId, leaseOwner: app.nodeId },
    { $set: { cursor, restUntil, leaseOwner: null, leaseUntil: null } },
  );
}
