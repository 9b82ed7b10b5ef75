import { decodeDoc } from "../bson/decode.ts";
import { encodeDoc } from "../bson/encode.ts";
import { type Doc, docOf, integer, isDoc, toNumber, type Value } from "../bson/values.ts";
import type { WriteSet } from "../storage/write-set.ts";

/** What one executed statement answered. */
export type StatementResult = Doc;

/**
 * What a session did last, durable with the writes themselves: a retry of the same transaction number is
 * answered from here, also after a restart.
 */
export interface RetryRecord {
  txnNumber: bigint;
  committed: boolean;
  statements: Map<number, StatementResult>;
}

const PREFIX = "s:";

export function recordKey(sessionId: string): string {
  return PREFIX + sessionId;
}

const PLAIN: Doc = docOf({ n: integer(1) });

/** Runs of plain inserts and deletes are kept as `[first, last]`, so that a thousand of them stay small. */
function packStatements(statements: Map<number, StatementResult>): Value[] {
  const packed: Doc[] = [];
  let run: { from: number; to: number } | null = null;
  for (const [id, result] of statements) {
    const plain = result.size === 1 && toNumber(result.get("n")) === 1;
    if (plain && run && run.to === id - 1) {
      run.to = id;
      (packed.at(-1) as Doc).set("to", integer(id));
      continue;
    }
    run = plain ? { from: id, to: id } : null;
    packed.push(
      plain ? docOf({ from: integer(id), to: integer(id) }) : docOf({ id: integer(id), r: result }),
    );
  }
  return packed;
}

/** Adds the record to a write set. */
export function stageRecord(set: WriteSet, sessionId: string, record: RetryRecord): void {
  const doc = docOf({
    t: record.txnNumber,
    c: record.committed,
    s: packStatements(record.statements),
    at: new Date(),
  });
  set.put("meta", recordKey(sessionId), encodeDoc(doc));
}

export function readRecord(bytes: Buffer): RetryRecord {
  const doc = decodeDoc(bytes);
  const statements = new Map<number, StatementResult>();
  for (const item of doc.get("s") as Value[]) {
    if (!isDoc(item)) continue;
    const result = item.get("r");
    if (isDoc(result)) statements.set(toNumber(item.get("id")), result);
    else
      for (let id = toNumber(item.get("from")); id <= toNumber(item.get("to")); id++)
        statements.set(id, PLAIN);
  }
  return { txnNumber: doc.get("t") as bigint, committed: doc.get("c") === true, statements };
}

/** When a record was last written, for its expiry. */
export function recordDate(bytes: Buffer): Date {
  return decodeDoc(bytes).get("at") as Date;
}
