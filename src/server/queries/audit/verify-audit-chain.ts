import { type AuditEvent, AuditEventModel, AuditSealModel } from "../../../models/audit-event.ts";
import { genesisHash, hashEvent } from "../../commands/audit/seal-audit-events.ts";

export interface AuditVerification {
  holds: boolean;
  sealed: number;
  /** committed within the last seconds and not yet chained */
  unsealed: number;
  /** the first thing that is wrong, in words */
  problem: string | null;
}

/**
 * Walks the whole chain from the first event: an edited event breaks its hash, a removed one leaves a gap, a cut
 * tail disagrees with the head. Streams; memory does not grow with the number of events.
 */
export async function verifyAuditChain(): Promise<AuditVerification> {
  const head = await AuditSealModel.findById("audit-chain").lean();
  const unsealed = await AuditEventModel.countDocuments({ sealed: false });
  const walked = await walk();
  const problem = walked.problem ?? headProblem(head, walked);
  return { holds: problem === null, sealed: walked.sequence, unsealed, problem };
}

interface Walked {
  sequence: number;
  hash: string;
  problem: string | null;
}

async function walk(): Promise<Walked> {
  let sequence = 0;
  let hash = genesisHash;
  const events: AsyncIterable<AuditEvent> = AuditEventModel.find({ sealed: true })
    .sort({ sequence: 1 })
    .lean<AuditEvent>()
    .cursor();
  for await (const event of events) {
    const expected = sequence + 1;
    if (event.sequence !== expected) return { sequence, hash, problem: `event ${expected} is missing` };
    const computed = hashEvent(hash, expected, event);
    if (computed !== event.hash)
      return { sequence, hash, problem: `event ${expected} (${event._id}) was changed` };
    sequence = expected;
    hash = computed;
  }
  return { sequence, hash, problem: null };
}

function headProblem(head: { sequence: number; hash: string } | null, walked: Walked): string | null {
  if (head === null) return walked.sequence === 0 ? null : "the head of the chain is missing";
  if (head.sequence > walked.sequence) return `events ${walked.sequence + 1} to ${head.sequence} are missing`;
  return head.hash === walked.hash ? null : "the head of the chain was changed";
}
