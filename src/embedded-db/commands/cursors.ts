import { randomBytes } from "node:crypto";
import { encodeDoc, MAX_DOCUMENT_BYTES, tooLarge } from "../bson/encode.ts";
import { type Doc, docOf, RawDoc, type Value } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import { SESSION_LIFETIME_MS } from "../sessions/sessions.ts";
import { pull, type Stream, type StreamRow } from "../query/stream.ts";
import type { Paused } from "../storage/view.ts";

/** A result that is handed out in batches. */
export interface OpenCursor {
  id: bigint;
  namespace: string;
  rows: Iterator<StreamRow | Paused, void, undefined>;
  /** When its running batch must give up; 0 for never. */
  deadline: number;
  /** Row that did not fit into the last batch. */
  waiting: RawDoc | null;
  close: () => void;
  sessionId: string | null;
  /** How long nobody may ask for it. */
  idleMs: number;
  lastUsed: number;
  busy: boolean;
}

const IDLE_MS = 10 * 60_000;
const FIRST_BATCH = 101;

export interface Batch {
  rows: Value[];
  done: boolean;
}

export interface OpenSpec {
  namespace: string;
  rows: Stream | Iterator<StreamRow | Paused, void, undefined>;
  close: () => void;
  sessionId: string | null;
}

/** Open cursors; each holds only its place, never its rows. */
export class Cursors {
  readonly #open = new Map<bigint, OpenCursor>();

  get count(): number {
    return this.#open.size;
  }

  /** Runs a stream to its first batch and keeps the rest as a cursor. */
  async first(
    { namespace, rows, close, sessionId }: OpenSpec,
    options: { batchSize: number | null; single: boolean; deadline: number; patient?: boolean },
  ): Promise<Doc> {
    const cursor: OpenCursor = {
      deadline: options.deadline,
      id: 0n,
      namespace,
      rows,
      waiting: null,
      close,
      sessionId,
      // With `noCursorTimeout` a cursor still ends with its session.
      idleMs: options.patient ? SESSION_LIFETIME_MS : IDLE_MS,
      lastUsed: Date.now(),
      busy: true,
    };
    try {
      const size = options.batchSize ?? FIRST_BATCH;
      const batch = await this.#batch(cursor, size);
      if (batch.done || options.single) this.#close(cursor);
      else this.#keep(cursor);
      return reply(cursor, "firstBatch", batch);
    } catch (error) {
      this.#close(cursor);
      throw error;
    }
  }

  #keep(cursor: OpenCursor): void {
    cursor.id = (randomBytes(8).readBigUInt64LE() >> 2n) + 1n;
    cursor.busy = false;
    cursor.deadline = 0;
    this.#open.set(cursor.id, cursor);
  }

  /** The next batch. Throws CursorNotFound (43). */
  async next(
    id: bigint,
    { namespace, batchSize, sessionId }: { namespace: string; batchSize: number; sessionId: string | null },
  ): Promise<Doc> {
    const cursor = this.#open.get(id);
    if (!cursor) throw new DatabaseError("CursorNotFound", `cursor id ${id} not found`);
    if (cursor.namespace !== namespace) {
      throw new DatabaseError(
        "Unauthorized",
        `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
      );
    }
    if (cursor.sessionId !== sessionId)
      throw new DatabaseError(
        50738,
        `Cannot run getMore on cursor ${id}, which was created in another session`,
      );
    if (cursor.busy) throw new DatabaseError(12051, `cursor id ${id} is already in use`);
    cursor.busy = true;
    cursor.lastUsed = Date.now();
    try {
      const batch = await this.#batch(cursor, batchSize === 0 ? Number.POSITIVE_INFINITY : batchSize);
      cursor.busy = false;
      const closed = batch.done;
      if (closed) this.#close(cursor);
      return reply(closed ? { ...cursor, id: 0n } : cursor, "nextBatch", batch);
    } catch (error) {
      this.#close(cursor);
      throw error;
    }
  }

  async #batch(cursor: OpenCursor, size: number): Promise<Batch> {
    const rows: Value[] = [];
    let bytes = 0;
    const take = (row: StreamRow): boolean => {
      const raw = row instanceof RawDoc ? row : new RawDoc(checked(encodeDoc(row)));
      if (rows.length > 0 && bytes + raw.bytes.length > MAX_DOCUMENT_BYTES) {
        cursor.waiting = raw;
        return false;
      }
      bytes += raw.bytes.length + 16;
      rows.push(raw);
      return true;
    };
    if (cursor.waiting && size > 0) {
      const raw = cursor.waiting;
      cursor.waiting = null;
      take(raw);
    }
    if (rows.length >= size) return { rows, done: false };
    let full = false;
    const { done } = await pull<StreamRow>(
      cursor.rows,
      (pulled) => {
        const row = pulled.pop();
        if (row) full = !take(row);
        return full || rows.length >= size;
      },
      cursor.deadline,
    );
    return { rows, done: done && !cursor.waiting };
  }

  #close(cursor: OpenCursor): void {
    this.#open.delete(cursor.id);
    cursor.rows.return?.();
    cursor.close();
  }

  /** Closes a cursor; false when there is none. */
  kill(id: bigint): boolean {
    const cursor = this.#open.get(id);
    if (cursor) this.#close(cursor);
    return cursor !== undefined;
  }

  closeSession(sessionId: string): void {
    for (const cursor of this.#open.values()) if (cursor.sessionId === sessionId) this.#close(cursor);
  }

  closeNamespace(matches: (namespace: string) => boolean): void {
    for (const cursor of this.#open.values()) if (matches(cursor.namespace)) this.#close(cursor);
  }

  expire(now: number): void {
    for (const cursor of this.#open.values())
      if (!cursor.busy && cursor.lastUsed + cursor.idleMs < now) this.#close(cursor);
  }

  closeAll(): void {
    for (const cursor of this.#open.values()) this.#close(cursor);
  }
}

function checked(bytes: Buffer): Buffer {
  if (bytes.length > MAX_DOCUMENT_BYTES) throw tooLarge(bytes.length);
  return bytes;
}

function reply(cursor: OpenCursor, name: "firstBatch" | "nextBatch", { rows, done }: Batch): Doc {
  return docOf({ cursor: docOf({ [name]: rows, id: done ? 0n : cursor.id, ns: cursor.namespace }) });
}

/** A cursor over rows that are all there already. */
export function listCursor(namespace: string, rows: Value[]): Doc {
  return docOf({ cursor: docOf({ id: 0n, ns: namespace, firstBatch: rows }) });
}
