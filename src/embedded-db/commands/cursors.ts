import { encodeStored, MAX_DOCUMENT_BYTES } from "../bson/encode.ts";
import { type Doc, docOf, RawDoc, type Value } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import { pull, type StreamRow } from "../query/stream.ts";
import { SESSION_LIFETIME_MS } from "../sessions/sessions.ts";
import type { Operation } from "../storage/transactions.ts";
import type { Paused } from "../storage/view.ts";

/** What a cursor is opened on. */
export interface OpenSpec {
  namespace: string;
  rows: Iterator<StreamRow | Paused, void, undefined>;
  close: () => void;
  sessionId: string | null;
  /** It ends with its transaction. */
  transaction: Operation | null;
  /** Rows of the first batch; null for the usual number. */
  batchSize: number | null;
  /** Rows that will come at most. */
  limit: number;
  /** It ends with its first batch. */
  single: boolean;
  /** Nobody need ask for it until its session ends. */
  patient: boolean;
  /** When all time that it may take is over; 0 for never. The time between batches does not count. */
  deadline: number;
}

/** A result that is handed out in batches: it holds its place, never its rows. */
interface OpenCursor extends OpenSpec {
  id: bigint;
  lastUsed: number;
  busy: boolean;
  /** Its collection was dropped. */
  dropped: boolean;
  /** The row that did not fit into the last batch. */
  waiting: RawDoc | null;
}

const IDLE_MS = 10 * 60_000;
const FIRST_BATCH = 101;

/** The open cursors of all clients. */
export class Cursors {
  readonly #open = new Map<bigint, OpenCursor>();
  /** No later run gives the same numbers. */
  #lastId = BigInt(Date.now()) * 1_000_000n;

  /** Runs a stream to its first batch and keeps the rest as a cursor. */
  first(spec: OpenSpec): Promise<Doc> {
    const cursor: OpenCursor = {
      ...spec,
      id: ++this.#lastId,
      lastUsed: Date.now(),
      busy: false,
      dropped: false,
      waiting: null,
    };
    this.#open.set(cursor.id, cursor);
    return this.#answer(cursor, "firstBatch", spec.batchSize ?? FIRST_BATCH);
  }

  /** The next batch, for whom the cursor was opened. Throws CursorNotFound (43). */
  next(
    id: bigint,
    asks: Pick<OpenSpec, "namespace" | "sessionId" | "transaction">,
    size: number,
  ): Promise<Doc> {
    const cursor = this.#open.get(id);
    if (!cursor) throw new DatabaseError("CursorNotFound", `cursor id ${id} not found`);
    if (cursor.namespace !== asks.namespace)
      throw new DatabaseError("Unauthorized", `the cursor ${id} belongs to ${cursor.namespace}`);
    if (cursor.sessionId !== asks.sessionId)
      throw new DatabaseError(50738, `the cursor ${id} was created in another session`);
    if (cursor.transaction !== asks.transaction)
      throw new DatabaseError(50741, `the cursor ${id} was created in another transaction, or in none`);
    if (cursor.busy) throw new DatabaseError(12051, `cursor id ${id} is already in use`);
    if (cursor.dropped) {
      this.#close(cursor);
      throw new DatabaseError("QueryPlanKilled", `collection ${cursor.namespace} was dropped`);
    }
    return this.#answer(cursor, "nextBatch", size === 0 ? Number.POSITIVE_INFINITY : size);
  }

  async #answer(cursor: OpenCursor, name: string, size: number): Promise<Doc> {
    let done = true;
    cursor.busy = true;
    if (cursor.deadline > 0) cursor.deadline += Date.now() - cursor.lastUsed;
    try {
      const { batch, ended } = await batchOf(cursor, size);
      // Ended meanwhile: these need not be all the rows.
      if (!this.#open.has(cursor.id))
        throw new DatabaseError("CursorKilled", `cursor ${cursor.id} was closed`);
      cursor.limit -= batch.length;
      done = ended || cursor.single || cursor.limit === 0;
      const id = done ? 0n : cursor.id;
      return docOf({ cursor: docOf({ [name]: batch, id, ns: cursor.namespace }) });
    } finally {
      cursor.busy = false;
      cursor.lastUsed = Date.now();
      if (done) this.#close(cursor);
    }
  }

  #close(cursor: OpenCursor): void {
    this.#open.delete(cursor.id);
    cursor.rows.return?.();
    cursor.close();
  }

  /** After a drop nobody gets more of what was there. */
  drop(namespace: string): void {
    for (const cursor of this.#open.values()) cursor.dropped ||= cursor.namespace === namespace;
  }

  /** Closes a cursor; false when there is none. */
  kill(id: bigint): boolean {
    const cursor = this.#open.get(id);
    if (cursor) this.#close(cursor);
    return cursor !== undefined;
  }

  #closeThose(which: (cursor: OpenCursor) => boolean): void {
    for (const cursor of this.#open.values()) if (which(cursor)) this.#close(cursor);
  }

  closeOf(transaction: Operation): void {
    this.#closeThose((cursor) => cursor.transaction === transaction);
  }

  expire(now: number): void {
    const idle = (patient: boolean) => (patient ? SESSION_LIFETIME_MS : IDLE_MS);
    this.#closeThose(({ busy, lastUsed, patient }) => !busy && lastUsed + idle(patient) < now);
  }

  closeAll(): void {
    this.#closeThose(() => true);
  }
}

/** The next rows: at most `size`, and together no larger than a document may be. */
async function batchOf(cursor: OpenCursor, size: number): Promise<{ batch: RawDoc[]; ended: boolean }> {
  const batch: RawDoc[] = [];
  let bytes = 0;
  const take = (row: StreamRow) => {
    const raw = row instanceof RawDoc ? row : new RawDoc(encodeStored(row));
    bytes += raw.bytes.length;
    const fits = batch.length === 0 || bytes <= MAX_DOCUMENT_BYTES;
    if (fits) batch.push(raw);
    cursor.waiting = fits ? null : raw;
    return !fits || batch.length >= size;
  };
  const full = size === 0 || (cursor.waiting !== null && take(cursor.waiting));
  return { batch, ended: !full && (await pull(cursor.rows, take, cursor.deadline)) };
}

/** A cursor over rows that are all there already. */
export function listCursor(namespace: string, rows: Value[]): Doc {
  return docOf({ cursor: docOf({ id: 0n, ns: namespace, firstBatch: rows }) });
}
