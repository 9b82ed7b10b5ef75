import { decodeDoc } from "../bson/decode.ts";
import { encodeDoc } from "../bson/encode.ts";
import { Binary, type Doc, docOf, integer, isDoc, toNumber } from "../bson/values.ts";
import { badValue, DatabaseError } from "../errors.ts";
import { type Engine, Operation } from "../storage/transactions.ts";
import type { WriteSet } from "../storage/write-set.ts";

/** MongoDB's own limits. */
const TRANSACTION_LIFETIME_MS = 60_000;
export const SESSION_LIFETIME_MS = 30 * 60_000;

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

export interface Session {
  readonly id: string;
  /** The newest number of a transaction or retryable write, and what became of it. */
  txnNumber: bigint;
  state: "none" | "open" | "committed" | "aborted";
  /** The open transaction, and when it must have ended. */
  operation: Operation | null;
  expiresAt: number;
  /** A command is running in the transaction, which must not expire under it. */
  busy: boolean;
  /** Ends with the commit, which may be under way. */
  committed: Promise<void> | null;
  record: RetryRecord | null;
  /** Ends with the newest of its retryable writes; never rejects. */
  turn: Promise<void>;
  lastUsed: number;
}

/** Logical sessions: retryable writes and multi-document transactions. */
export class Sessions {
  readonly #engine: Engine;
  /** Told of the end of each transaction, by its session. */
  readonly #ended: (sessionId: string) => void;
  readonly #sessions = new Map<string, Session>();

  constructor(engine: Engine, ended: (sessionId: string) => void) {
    this.#engine = engine;
    this.#ended = ended;
  }

  /** The session of a command, or null when it names none. */
  of(command: Doc): Session | null {
    const lsid = command.get("lsid");
    if (!isDoc(lsid)) return null;
    const uuid = lsid.get("id");
    if (!(uuid instanceof Binary)) throw badValue("lsid.id must be a UUID");
    const id = Buffer.from(uuid.value()).toString("hex");
    const session = this.#sessions.get(id) ?? this.#load(id);
    session.lastUsed = Date.now();
    return session;
  }

  /** After a write that failed: what was done is what its record on the disk says. */
  forget(session: Session): void {
    session.record = this.#stored(session.id);
  }

  #stored(id: string): RetryRecord | null {
    const stored = this.#engine.store.get("meta", recordKey(id));
    return stored ? readRecord(stored) : null;
  }

  #load(id: string): Session {
    const record = this.#stored(id);
    const session: Session = {
      id,
      txnNumber: record?.txnNumber ?? -1n,
      state: record?.committed ? "committed" : "none",
      operation: null,
      expiresAt: 0,
      busy: false,
      committed: null,
      record,
      turn: Promise.resolve(),
      lastUsed: 0,
    };
    this.#sessions.set(id, session);
    return session;
  }

  /** Begins a transaction. Throws TransactionTooOld for a number of the past. */
  begin(session: Session, txnNumber: bigint): Operation {
    this.#advance(session, txnNumber);
    if (session.state !== "none")
      throw new DatabaseError(117, `Cannot start transaction ${txnNumber} on a session where it was started`);
    session.state = "open";
    session.expiresAt = Date.now() + TRANSACTION_LIFETIME_MS;
    session.operation = new Operation(this.#engine, true);
    return session.operation;
  }

  /** The open transaction of this number. Throws when it has ended or was never begun. */
  current(session: Session, txnNumber: bigint): Operation {
    if (txnNumber < session.txnNumber) throw tooOld(txnNumber, session);
    if (txnNumber === session.txnNumber) {
      if (session.state === "committed")
        throw new DatabaseError("TransactionCommitted", `Transaction ${txnNumber} has been committed.`);
      if (session.operation) return session.operation;
    }
    throw new DatabaseError(
      "NoSuchTransaction",
      `Given transaction number ${txnNumber} does not match any in-progress transactions.`,
    );
  }

  /** Starts (or continues) a retryable write: the record has the answers of statements that were executed before. */
  retryable(session: Session, txnNumber: bigint): RetryRecord {
    this.#advance(session, txnNumber);
    if (session.state !== "none")
      throw new DatabaseError(217, "a retryable write cannot use the number of a transaction");
    if (session.record?.txnNumber !== txnNumber)
      session.record = { txnNumber, committed: false, statements: new Map() };
    return session.record;
  }

  /** Runs a session's retryable writes one by one: one that is sent again while it runs gets the answers of the first. */
  inTurn<T>(session: Session, write: () => Promise<T> | T): Promise<T> {
    const result = session.turn.then(write);
    const ended = () => {};
    session.turn = result.then(ended, ended);
    return result;
  }

  #advance(session: Session, txnNumber: bigint): void {
    if (txnNumber < session.txnNumber) throw tooOld(txnNumber, session);
    if (txnNumber === session.txnNumber) return;
    this.abort(session);
    session.txnNumber = txnNumber;
    session.state = "none";
    session.operation = null;
  }

  /** Makes a transaction durable. A repeated commit has the outcome of the first one. */
  async commit(session: Session, txnNumber: bigint): Promise<void> {
    if (session.txnNumber !== txnNumber || session.state !== "committed") {
      const operation = this.current(session, txnNumber);
      session.state = "committed";
      session.committed = this.#commit(session, operation);
    }
    await session.committed;
  }

  async #commit(session: Session, operation: Operation): Promise<void> {
    const { id, txnNumber } = session;
    operation.beforeCommit = (writes) =>
      stageRecord(writes, id, { txnNumber, committed: true, statements: new Map() });
    try {
      await operation.commit();
    } catch (error) {
      if (session.txnNumber === txnNumber) session.state = "aborted";
      throw error;
    } finally {
      this.#finish(session, operation);
    }
  }

  /** Undoes an open transaction, if there is one. */
  abort(session: Session): void {
    if (session.state !== "open" || !session.operation) return;
    session.state = "aborted";
    session.operation.end();
    this.#finish(session, session.operation);
  }

  /** Unless the client has gone on to another transaction before this one's commit was done. */
  #finish(session: Session, operation: Operation): void {
    if (session.operation !== operation) return;
    session.operation = null;
    this.#ended(session.id);
  }

  /** Ends a session (its `lsid`) of a client that will not come back. */
  end(lsid: Doc): void {
    const session = this.of(new Map([["lsid", lsid]]));
    if (session) this.abort(session);
  }

  abortAll(): void {
    for (const session of this.#sessions.values()) this.abort(session);
  }

  /** Aborts transactions that took too long and forgets sessions that nobody uses. */
  expire(now: number): void {
    for (const session of this.#sessions.values()) {
      if (!session.busy && session.expiresAt < now) this.abort(session);
      if (session.lastUsed + SESSION_LIFETIME_MS < now && session.state !== "open")
        this.#sessions.delete(session.id);
    }
  }
}

function tooOld(txnNumber: bigint, { txnNumber: newest }: Session): DatabaseError {
  return new DatabaseError(
    "TransactionTooOld",
    `Cannot use txnNumber ${txnNumber}: the session has seen ${newest}`,
  );
}

const recordKey = (sessionId: string): string => `s:${sessionId}`;

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
function readRecord(bytes: Buffer): RetryRecord | null {
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
