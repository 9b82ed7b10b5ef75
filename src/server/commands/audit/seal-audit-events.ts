import { createHash } from "node:crypto";
import { type AuditEvent, AuditEventModel, AuditSealModel } from "../../../models/audit-event.ts";
import type { CommandContext } from "../../command-context.ts";

const chainId = "audit-chain";
/** Events of one sealing transaction. */
export const sealBatchSize = 500;
/** Hash before the first event. */
export const genesisHash = "0".repeat(64);

/**
 * Chains committed, unsealed events: each gets the next sequence number and the hash of itself and its
 * predecessor. One transaction moves the head, so of two nodes sealing at once one wins and the other retries.
 * Returns how many were sealed.
 */
export async function sealAuditEvents(ctx: CommandContext): Promise<number> {
  const head = await AuditSealModel.findById(chainId);
  const events = await AuditEventModel.find({ sealed: false }).sort({ _id: 1 }).limit(sealBatchSize).lean();
  if (events.length === 0) return 0;
  let sequence = head?.sequence ?? 0;
  let hash = head?.hash ?? genesisHash;
  const writes = events.map((event) => {
    sequence += 1;
    hash = hashEvent(hash, sequence, event);
    return { updateOne: { filter: { _id: event._id }, update: { $set: { sequence, hash, sealed: true } } } };
  });
  await AuditEventModel.bulkWrite(writes);
  if (head === null)
    await AuditSealModel.create([{ _id: chainId, sequence, hash, sealedAt: ctx.clock.now() }]);
  else {
    head.set({ sequence, hash, sealedAt: ctx.clock.now() });
    await head.save();
  }
  return events.length;
}

/** SHA-256 over the predecessor's hash, the sequence number and everything that was recorded, keys in order. */
export function hashEvent(previous: string, sequence: number, event: AuditEvent): string {
  const { sequence: _sequence, hash: _hash, sealed: _sealed, version: _version, ...recorded } = event;
  return createHash("sha256")
    .update(`${previous}\n${sequence}\n${canonical(recorded)}`)
    .digest("hex");
}

/** JSON with sorted keys: the same event gives the same text whatever order a database returns its fields in. */
function canonical(value: unknown): string {
  if (value instanceof Date) return JSON.stringify(value.toISOString());
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
    const parts = entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`);
    return `{${parts.join(",")}}`;
  }
  return JSON.stringify(value ?? null);
}
