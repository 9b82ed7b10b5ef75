import { decodeDoc } from "../bson/decode.ts";
import { encodeDoc } from "../bson/encode.ts";
import { Binary, type Doc, docOf, isDoc, isTruthy } from "../bson/values.ts";
import { badValue, DatabaseError } from "../errors.ts";
import { type Engine, Operation } from "../storage/transactions.ts";
import { keyText, WriteSet } from "../storage/write-set.ts";

/** MongoDB's own limits. */
const TRANSACTION_LIFETIME_MS = 60_000;
export const SESSION_LIFETIME_MS = 30 * 60_000;

/** Told of the end of each transaction. */
type Ended = (transaction: Operation) => void;

/** A retryable write on its way. */
export interface Retry {
  /** What each executed statement answered, by its number: one that is there is not executed again. */
  answers: Doc;
  /** Puts the answers beside what was written, to become durable with it. */
  stage: (set: WriteSet) => void;
}

/** What a session did last, durable with the writes themselves: a retry is answered from it, also after a restart. */
interface RetryRecord {
  txnNumber: bigint;
  committed: boolean;
  answers: Doc;
}

/** A client's logical session: its transaction or its retryable writes, whose numbers only grow. */
export class Session {
  readonly id: string;
  lastUsed = 0;
  readonly #engine: Engine;
  readonly #ended: Ended;
  /** The newest number, and whether it is a transaction's. */
  #txnNumber = -1n;
  #isTransaction = false;
  /** The open transaction, and when it must have ended. */
  #operation: Operation | null = null;
  #expiresAt = 0;
  /** A command is running in the transaction, which must not expire under it. */
  #busy = false;
  /** Ends with the transaction's commit, which may be under way. */
  #committed: Promise<void> | null = null;
  /** What the statements of the newest retryable write answered. */
  #answers: Doc = new Map();
  /** Ends with the newest of its retryable writes; never rejects. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(id: string, engine: Engine, ended: Ended) {
    this.id = id;
    this.#engine = engine;
    this.#ended = ended;
    const record = this.#record();
    if (!record) return;
    this.#txnNumber = record.txnNumber;
    this.#answers = record.answers;
    this.#isTransaction = record.committed;
    if (record.committed) this.#committed = Promise.resolve();
  }

  /** Begins a transaction. Throws TransactionTooOld for a number of the past. */
  begin(txnNumber: bigint): Operation {
    this.#advance(txnNumber);
    if (this.#isTransaction)
      throw new DatabaseError(117, `Cannot start transaction ${txnNumber} on a session where it was started`);
    this.#isTransaction = true;
    this.#expiresAt = Date.now() + TRANSACTION_LIFETIME_MS;
    this.#operation = new Operation(this.#engine, true);
    return this.#operation;
  }

  /** The open transaction of this number. Throws when it has ended or was never begun. */
  current(txnNumber: bigint): Operation {
    this.#checkAge(txnNumber);
    if (txnNumber === this.#txnNumber) {
      if (this.#committed)
        throw new DatabaseError("TransactionCommitted", `Transaction ${txnNumber} has been committed.`);
      if (this.#operation) return this.#operation;
    }
    throw new DatabaseError(
      "NoSuchTransaction",
      `Given transaction number ${txnNumber} does not match any in-progress transactions.`,
    );
  }

  /** Runs a command in its transaction, which ends when the command fails, as in MongoDB. */
  async within(transaction: Operation, run: () => Promise<Doc> | Doc): Promise<Doc> {
    this.#busy = true;
    try {
      // A retryable write before it that nobody waits for any more still has its record to write.
      await this.#turn;
      const reply = await run();
      if (reply.has("writeErrors")) this.abort(transaction);
      return reply;
    } catch (error) {
      this.abort(transaction);
      throw error;
    } finally {
      this.#busy = false;
    }
  }

  /**
   * Runs a retryable write once all earlier ones have ended: one that is sent again while it runs gets the answers
   * of the first. After one that failed, what was done is what its record on the disk says.
   */
  retryable(txnNumber: bigint, write: (retry: Retry) => Promise<Doc> | Doc): Promise<Doc> {
    const result = this.#turn.then(async () => {
      this.#advance(txnNumber);
      if (this.#isTransaction)
        throw new DatabaseError(217, "a retryable write cannot use the number of a transaction");
      const answers = this.#answers;
      const stage = (set: WriteSet) => this.#stage(set, { txnNumber, committed: false, answers });
      try {
        return await write({ answers, stage });
      } catch (error) {
        const record = this.#record();
        this.#answers = record?.txnNumber === txnNumber ? record.answers : new Map();
        throw error;
      }
    });
    this.#turn = result.catch(() => {});
    return result;
  }

  /** Makes a transaction durable. A repeated commit has the outcome of the first one. */
  async commit(txnNumber: bigint): Promise<void> {
    if (txnNumber !== this.#txnNumber || !this.#committed) {
      const operation = this.current(txnNumber);
      operation.beforeCommit = (writes) =>
        this.#stage(writes, { txnNumber, committed: true, answers: new Map() });
      this.#committed = operation.commit().catch((error) => {
        if (this.#txnNumber === txnNumber) this.#committed = null;
        throw error;
      });
      this.#finish(operation);
    }
    await this.#committed;
  }

  /** Undoes the open transaction, or this one unless it has ended: the client may have gone on to another. */
  abort(transaction = this.#operation): void {
    if (!transaction || transaction !== this.#operation) return;
    transaction.end();
    this.#finish(transaction);
  }

  #finish(transaction: Operation): void {
    this.#operation = null;
    this.#ended(transaction);
  }

  /** Aborts a transaction that took too long; true when nobody uses the session any more. */
  expire(now: number): boolean {
    if (!this.#busy && this.#expiresAt < now) this.abort();
    return this.lastUsed + SESSION_LIFETIME_MS < now && !this.#operation;
  }

  #checkAge(txnNumber: bigint): void {
    if (txnNumber >= this.#txnNumber) return;
    const message = `Cannot use txnNumber ${txnNumber}: the session has seen ${this.#txnNumber}`;
    throw new DatabaseError("TransactionTooOld", message);
  }

  #advance(txnNumber: bigint): void {
    this.#checkAge(txnNumber);
    if (txnNumber === this.#txnNumber) return;
    this.abort();
    this.#txnNumber = txnNumber;
    this.#isTransaction = false;
    this.#committed = null;
    this.#answers = new Map();
  }

  #record(): RetryRecord | null {
    const bytes = this.#engine.store.get("meta", recordKey(this.id));
    const record: Doc = bytes ? decodeDoc(bytes) : new Map();
    const answers = record.get("results");
    // One of a former version has no results: its client has gone with its server.
    if (!isDoc(answers)) return null;
    return {
      txnNumber: record.get("txnNumber") as bigint,
      committed: isTruthy(record.get("committed")),
      answers,
    };
  }

  #stage(set: WriteSet, { txnNumber, committed, answers }: RetryRecord): void {
    const record = docOf({ txnNumber, committed, results: answers, at: new Date() });
    set.put("meta", recordKey(this.id), encodeDoc(record));
  }
}

const RECORDS = "s:";
const recordKey = (sessionId: string): string => RECORDS + sessionId;

/** The sessions of all clients. */
export class Sessions {
  readonly #engine: Engine;
  readonly #ended: Ended;
  readonly #sessions = new Map<string, Session>();

  constructor(engine: Engine, ended: Ended) {
    this.#engine = engine;
    this.#ended = ended;
  }

  /** The session that an `lsid` names. */
  of(lsid: Doc): Session {
    const uuid = lsid.get("id");
    if (!(uuid instanceof Binary)) throw badValue("lsid.id must be a UUID");
    const id = uuid.toString("hex");
    const session = this.#sessions.get(id) ?? new Session(id, this.#engine, this.#ended);
    this.#sessions.set(id, session);
    session.lastUsed = Date.now();
    return session;
  }

  abortAll(): void {
    for (const session of this.#sessions.values()) session.abort();
  }

  /** Aborts transactions that took too long and forgets sessions that nobody uses. */
  expire(now: number): void {
    for (const [id, session] of this.#sessions) if (session.expire(now)) this.#sessions.delete(id);
  }

  /** Deletes the records of sessions that no client can ask for any more. */
  async removeRecords(now: number): Promise<void> {
    const { store } = this.#engine;
    const snapshot = store.snapshot();
    const set = new WriteSet();
    const range = {
      space: "meta" as const,
      low: Buffer.from(RECORDS),
      high: Buffer.from("s;"),
      reverse: false,
    };
    for (const { key, value } of store.read(range, 10_000, snapshot)) {
      const written = decodeDoc(value).get("at") as Date;
      if (written.getTime() + SESSION_LIFETIME_MS < now) set.put("meta", keyText(key), null);
    }
    store.release(snapshot);
    await store.commit(set);
  }
}
