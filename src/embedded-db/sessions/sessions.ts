import { Binary, type Doc, isDoc } from "../bson/values.ts";
import { binaryBytes } from "../bson/compare.ts";
import { badValue, DatabaseError, TRANSIENT_TRANSACTION_ERROR } from "../errors.ts";
import { type Engine, Operation } from "../storage/operation.ts";
import { readRecord, recordKey, type RetryRecord, stageRecord } from "./retry-record.ts";

/** MongoDB's own limits. */
export const TRANSACTION_LIFETIME_MS = 60_000;
export const SESSION_LIFETIME_MS = 30 * 60_000;

export interface Session {
  id: string;
  txnNumber: bigint;
  /** The open transaction, if any. */
  operation: Operation | null;
  state: "none" | "open" | "committing" | "committed" | "aborted";
  record: RetryRecord | null;
  expiresAt: number;
  lastUsed: number;
  commit: Promise<void> | null;
  /** A command is running in it: its transaction must not expire under it. */
  busy: boolean;
  onEnd: (() => void)[];
}

/** Logical sessions: retryable writes and multi-document transactions. */
export class Sessions {
  readonly #engine: Engine;
  readonly #sessions = new Map<string, Session>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The session of a command, or null when it names none. */
  of(command: Doc): Session | null {
    const lsid = command.get("lsid");
    if (!isDoc(lsid)) return null;
    const id = lsid.get("id");
    if (!(id instanceof Binary)) throw badValue("lsid.id must be a UUID");
    return this.#get(Buffer.from(binaryBytes(id)).toString("hex"));
  }

  #get(id: string): Session {
    let session = this.#sessions.get(id);
    if (!session) {
      const stored = this.#engine.store.latest("meta", recordKey(id));
      const record = stored ? readRecord(stored) : null;
      session = {
        id,
        txnNumber: record?.txnNumber ?? -1n,
        operation: null,
        state: record?.committed ? "committed" : "none",
        record,
        expiresAt: 0,
        lastUsed: Date.now(),
        commit: null,
        busy: false,
        onEnd: [],
      };
      this.#sessions.set(id, session);
    }
    session.lastUsed = Date.now();
    return session;
  }

  /** Begins a transaction. Throws TransactionTooOld for a number of the past. */
  begin(session: Session, txnNumber: bigint): Operation {
    this.#advance(session, txnNumber);
    if (session.state !== "none") {
      throw new DatabaseError(
        117,
        `Cannot start transaction ${txnNumber} on a session where it was already started`,
      );
    }
    session.state = "open";
    session.expiresAt = Date.now() + TRANSACTION_LIFETIME_MS;
    session.operation = new Operation(this.#engine, true);
    return session.operation;
  }

  /** The open transaction with this number. Throws NoSuchTransaction (with the transient label) otherwise. */
  current(session: Session, txnNumber: bigint): Operation {
    if (session.txnNumber === txnNumber && session.state === "committed") {
      throw new DatabaseError("TransactionCommitted", `Transaction ${txnNumber} has been committed.`);
    }
    if (session.txnNumber > txnNumber) throw tooOld(txnNumber, session);
    if (session.txnNumber !== txnNumber || session.state !== "open" || !session.operation)
      throw noSuchTransaction(txnNumber);
    return session.operation;
  }

  /** Starts (or continues) a retryable write. Returns results of statements that were executed before. */
  retryable(session: Session, txnNumber: bigint): RetryRecord {
    this.#advance(session, txnNumber);
    if (session.state !== "none")
      throw new DatabaseError(217, "a retryable write cannot use the number of a transaction");
    if (session.record?.txnNumber !== txnNumber)
      session.record = { txnNumber, committed: false, statements: new Map() };
    return session.record;
  }

  #advance(session: Session, txnNumber: bigint): void {
    if (txnNumber < session.txnNumber) throw tooOld(txnNumber, session);
    if (txnNumber === session.txnNumber) return;
    if (session.state === "open") this.abort(session);
    session.txnNumber = txnNumber;
    session.state = "none";
  }

  /** Makes a transaction durable. A repeated commit is answered from the record. */
  async commit(session: Session, txnNumber: bigint): Promise<void> {
    if (session.txnNumber === txnNumber && session.state === "committed") return;
    if (session.txnNumber === txnNumber && session.state === "committing" && session.commit)
      return session.commit;
    const operation = this.current(session, txnNumber);
    session.state = "committing";
    session.commit = this.#commit(session, operation);
    try {
      await session.commit;
    } finally {
      session.commit = null;
    }
  }

  async #commit(session: Session, operation: Operation): Promise<void> {
    session.record = { txnNumber: session.txnNumber, committed: true, statements: new Map() };
    const { id, record } = session;
    operation.beforeCommit = (writes) => stageRecord(writes, id, record);
    try {
      await operation.commit();
      session.state = "committed";
    } catch (error) {
      session.state = "aborted";
      throw error;
    } finally {
      this.#finish(session);
    }
  }

  /** Undoes an open transaction. */
  abort(session: Session): void {
    if (session.state !== "open") return;
    session.operation?.end();
    session.state = "aborted";
    this.#finish(session);
  }

  #finish(session: Session): void {
    session.operation = null;
    for (const done of session.onEnd.splice(0)) done();
  }

  /** Ends a session of a client that will not come back. */
  end(command: Doc): void {
    const session = this.of(new Map([["lsid", command]]));
    if (session) this.abort(session);
  }

  abortAll(): void {
    for (const session of this.#sessions.values()) this.abort(session);
  }

  /** Aborts transactions that took too long and forgets sessions that nobody uses. */
  expire(now: number): void {
    for (const session of this.#sessions.values()) {
      if (session.state === "open" && !session.busy && session.expiresAt < now) this.abort(session);
      if (session.lastUsed + SESSION_LIFETIME_MS < now && session.state !== "open")
        this.#sessions.delete(session.id);
    }
  }

  get openTransactions(): number {
    return [...this.#sessions.values()].filter(({ state }) => state === "open").length;
  }
}

function tooOld(txnNumber: bigint, session: Session): DatabaseError {
  return new DatabaseError(
    "TransactionTooOld",
    `Cannot use txnNumber ${txnNumber}: the session has seen ${session.txnNumber}`,
  );
}

function noSuchTransaction(txnNumber: bigint): DatabaseError {
  const error = new DatabaseError(
    "NoSuchTransaction",
    `Given transaction number ${txnNumber} does not match any in-progress transactions.`,
  );
  error.labels = [TRANSIENT_TRANSACTION_ERROR];
  return error;
}
