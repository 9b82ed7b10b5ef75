import { setImmediate as otherTurn } from "node:timers/promises";
import { type Doc, RawDoc } from "../bson/values.ts";
import { checkDeadline } from "../deadline.ts";
import { DatabaseError } from "../errors.ts";
import { PAUSE, type Paused } from "../storage/view.ts";

/** A document on its way: in stored bytes until someone has to change it. */
export type StreamRow = Doc | RawDoc;

/** Rows of a pipeline. PAUSE asks whoever pulls to let others run first. */
export type Stream = Iterator<StreamRow | Paused, void, undefined> & Iterable<StreamRow | Paused>;

const SLICE_MS = 6;
let sliceEnd = 0;
let ticks = 0;

/** Starts a new slice of time: called whenever a pipeline goes on after others had their turn. */
export function startSlice(): void {
  sliceEnd = performance.now() + SLICE_MS;
}

/** True when a running pipeline should let others run. Looks at the clock every 64th time only. */
export function sliceOver(): boolean {
  return (++ticks & 63) === 0 && performance.now() > sliceEnd;
}

/** What stages that hold rows may hold at most, as MongoDB's limit without disk use. */
const MAX_HELD_BYTES = 100 * 1024 * 1024;

/** A running count of held bytes. Throws 292 when a stage would hold too much. */
export class Held {
  #bytes = 0;
  readonly #stage: string;

  constructor(stage: string) {
    this.#stage = stage;
  }

  add(row: StreamRow): void {
    this.addBytes(estimate(row));
  }

  addBytes(bytes: number): void {
    this.#bytes += bytes + 64;
    if (this.#bytes > MAX_HELD_BYTES)
      throw new DatabaseError(
        "QueryExceededMemoryLimitNoDiskUseAllowed",
        `${this.#stage} exceeded the memory limit of ${MAX_HELD_BYTES} bytes; the embedded database does not spill to disk`,
      );
  }
}

/** Rough size of a value in memory. */
export function estimate(value: unknown): number {
  if (value instanceof RawDoc) return value.bytes.length;
  if (typeof value === "string") return 16 + value.length;
  if (Array.isArray(value)) return value.reduce<number>((bytes, item) => bytes + estimate(item), 32);
  if (!(value instanceof Map)) return 24;
  let bytes = 64;
  for (const [name, item] of value) bytes += 24 + String(name).length + estimate(item);
  return bytes;
}

/**
 * Shows rows to `take` until it returns true, letting others run in between; resolves to whether the stream has ended.
 * Throws MaxTimeMSExpired (50) after `deadline` (epoch milliseconds; 0 for none).
 */
export async function pull<T>(
  stream: Iterator<T | Paused, void, undefined>,
  take: (row: T) => unknown,
  deadline: number,
): Promise<boolean> {
  startSlice();
  for (let next = stream.next(); !next.done; next = stream.next()) {
    if (next.value !== PAUSE) {
      if (take(next.value as T) === true) return false;
      continue;
    }
    await otherTurn();
    checkDeadline(deadline);
    startSlice();
  }
  return true;
}
