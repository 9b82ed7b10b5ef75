import { decodeDoc } from "../bson/decode.ts";
import { encodeDoc } from "../bson/encode.ts";
import { type Doc, docOf, integer, isDoc, toNumber } from "../bson/values.ts";
import type { WriteSet } from "../storage/write-set.ts";

/**
 * What a session did last, durable with the writes themselves: a retry of the same transaction number is
 * answered from here, also after a restart.
 */
export interface RetryRecord {
  txnNumber: bigint;
  committed: boolean;
  /** What each executed statement answered, by its number. */
  statements: Map<number, Doc>;
}

export const recordKey = (sessionId: string): string => `s:${sessionId}`;

const ONE: Doc = docOf({ n: integer(1) });

/** Adds the record to a write set. Plain inserts and deletes, of which there may be thousands, are kept as `true`. */
export function stageRecord(set: WriteSet, sessionId: string, record: RetryRecord): void {
  const answers: Doc = new Map();
  for (const [id, answer] of record.statements) {
    const plain = answer.size === 1 && toNumber(answer.get("n")) === 1;
    answers.set(String(id), plain || answer);
  }
  const { txnNumber, committed } = record;
  set.put("meta", recordKey(sessionId), encodeDoc(docOf({ txnNumber, committed, answers, at: new Date() })));
}

/** A record as it was staged; null for one of a former version, whose client has gone with its server. */
export function readRecord(bytes: Buffer): RetryRecord | null {
  const stored = decodeDoc(bytes);
  const answers = stored.get("answers");
  if (!isDoc(answers)) return null;
  return {
    txnNumber: stored.get("txnNumber") as bigint,
    committed: stored.get("committed") === true,
    statements: new Map([...answers].map(([id, answer]) => [Number(id), isDoc(answer) ? answer : ONE])),
  };
}

/** When a record was last written, for its expiry. */
export function recordDate(bytes: Buffer): Date {
  return decodeDoc(bytes).get("at") as Date;
}
