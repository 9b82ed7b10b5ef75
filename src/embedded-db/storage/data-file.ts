import { existsSync, fstatSync, readSync, statSync } from "node:fs";
import path from "node:path";
import { open } from "lmdb";
import { DatabaseError } from "../errors.ts";
import { checkRecords, type LogContent, logFile, readLog } from "./log.ts";
import { PAGE, PagedFile } from "./pages.ts";

export const dataFile = (folder: string): string => path.join(folder, "data.lmdb");

/**
 * LMDB's two header pages (64-bit layout of the lmdb package). Each names one state: where its trees begin, the last page
 * in use and the transaction that made it. Transactions write them in turns; the newest counts.
 */
const MAGIC = 0xbeefc0de;
const MAGIC_AT = 24;
const LAST_PAGE_AT = 144;
const TRANSACTION_AT = 152;
const HEADER_END = 168;

/** How LMDB opens the file, here and to serve it. It does not wait for the disk by itself. */
export const OPEN = { noSync: true, overlappingSync: false, maxDbs: 4, maxReaders: 4096 };

/** How many spare pages are made at once, and by how few left it is time to make more. */
const MADE = 512;
const FEW = 256;
/** A commit's own needs (roots, lists of free pages), and a change's: its leaf, a split of it, a branch above. */
const PAGES_PER_COMMIT = 32;
const PAGES_PER_CHANGE = 3;

const NO_ROOM = /ENOSPC|EDQUOT|EFBIG|MAP_FULL|No space/i;

const transactionOf = (header: Buffer): bigint => header.readBigUInt64LE(TRANSACTION_AT);
/** How many pages of the file a state uses, free ones among them included. */
const pagesOf = (header: Buffer): number => Number(header.readBigUInt64LE(LAST_PAGE_AT)) + 1;

const damaged = (folder: string, what: string): Error =>
  new Error(`the data file ${dataFile(folder)} is damaged (${what}); restore a backup`);

/** An error of LMDB on opening, as a sentence about the file; any other error as it is. */
export function damageOf(folder: string, error: unknown): unknown {
  const known = error instanceof Error && /^MDB_(CORRUPTED|PAGE_NOTFOUND|INVALID|PANIC)/.test(error.message);
  return known ? damaged(folder, error.message) : error;
}

/** The data file as a file, beside LMDB: its header, waiting for the disk, and spare pages. */
export class DataFile extends PagedFile {
  readonly #folder: string;
  #spare = 0;

  constructor(folder: string, flags: "r" | "r+") {
    super(dataFile(folder), flags);
    this.#folder = folder;
  }

  get #size(): number {
    return fstatSync(this.handle).size;
  }

  /** The header of the newest state. Throws when it is no LMDB file. */
  get header(): Buffer {
    const head = Buffer.alloc(2 * PAGE);
    const read = readSync(this.handle, head, 0, head.length, 0);
    const headers = [head.subarray(0, HEADER_END), head.subarray(PAGE, PAGE + HEADER_END)];
    if (read < head.length || headers.some((one) => one.readUInt32LE(MAGIC_AT) !== MAGIC))
      throw damaged(this.#folder, "no valid header");
    return headers.reduce((one, other) => (transactionOf(one) > transactionOf(other) ? one : other));
  }

  /** Throws when the file is shorter than a state of it says: mapping it would crash. */
  check(state: Buffer): void {
    if (pagesOf(state) * PAGE > this.#size) throw damaged(this.#folder, "cut short");
  }

  /**
   * Whether pages at its end that are there already, and that LMDB has not come to yet, suffice for so many changes, in a
   * commit of their own or not: then they can be taken though the disk be full by then. They are no longer spare.
   */
  reserve(changes: number, bytes: number, ownCommit: boolean): boolean {
    const pages = (ownCommit ? PAGES_PER_COMMIT : 0) + changes * PAGES_PER_CHANGE + Math.ceil(bytes / PAGE);
    if (pages > this.#spare) return false;
    this.#spare -= pages;
    return true;
  }

  /** Counts the spare pages and makes more, as long as the disk allows it. Only while LMDB writes nothing and is owed nothing. */
  makeSpare(): void {
    if (this.#spare >= FEW) return;
    this.#spare = Math.floor(this.#size / PAGE) - pagesOf(this.header);
    if (this.#spare >= FEW) return;
    try {
      this.#grow();
      this.#spare += MADE;
    } catch {
      // Then they stay few: LMDB takes a group before it is acknowledged, or refuses it.
    }
  }

  #grow(): void {
    this.write(Buffer.alloc(MADE * PAGE), this.#size);
  }

  /**
   * What the clients are told when the disk refused something. LMDB calls a write that was cut short by a full disk an
   * input/output error: whether the file can grow says more.
   */
  errorOf(error: unknown): DatabaseError {
    if (error instanceof DatabaseError) return error;
    const reason = error instanceof Error ? error.message : String(error);
    let full = NO_ROOM.test(reason);
    try {
      this.#grow();
    } catch (refusal) {
      full ||= NO_ROOM.test(String(refusal));
    }
    const [what, todo] = full ? ["is full", "free space"] : ["refused a write", "check it"];
    return new DatabaseError(
      full ? "OutOfDiskSpace" : "InternalError",
      `the disk ${what} (${reason}); ${todo} and restart the database`,
    );
  }

  /**
   * Puts the file back into an earlier state, whose pages must not have been used again: what a power cut left of later
   * ones is forgotten. Both header pages tell it, as two transactions of which the later one is its own.
   */
  rollBack(header: Buffer): void {
    const transaction = transactionOf(header);
    for (const told of [transaction, transaction - 1n]) {
      const state = Buffer.from(header);
      state.writeBigUInt64LE(told, TRANSACTION_AT);
      this.write(state.subarray(MAGIC_AT), Number(told % 2n) * PAGE + MAGIC_AT);
    }
    this.syncNow();
  }
}

function withFile<T>(folder: string, flags: "r" | "r+", action: (file: DataFile) => T): T {
  const file = new DataFile(folder, flags);
  try {
    return action(file);
  } finally {
    file.close();
  }
}

/** Throws when a data file, if there is one, is no LMDB file or cut short. */
export function checkDataFile(folder: string): void {
  const size = statSync(dataFile(folder), { throwIfNoEntry: false })?.size ?? 0;
  if (size > 0) withFile(folder, "r", (file) => file.check(file.header));
}

/**
 * Reads the log and, after a process or the machine died, puts the data file back to the log's checkpoint: a power cut
 * may have left any mixture of later pages. Returns what the log holds since then. Throws, changing nothing, when one of
 * the files is damaged.
 */
export function recover(folder: string): LogContent | null {
  const content = readLog(folder);
  if (content && !existsSync(dataFile(folder)))
    throw new Error(`there is a log file ${logFile(folder)}, but its data file is missing; restore a backup`);
  if (!content || content.checkpoint.clean) {
    checkDataFile(folder);
    return content;
  }
  checkRecords(folder, content);
  const header = content.checkpoint.body;
  withFile(folder, "r+", (file) => {
    const since = transactionOf(file.header) - transactionOf(header);
    if (since < 0n)
      throw new Error(`the log file ${logFile(folder)} belongs to another data file; move it away`);
    file.check(header);
    if (since > 0n && !isBeingRead(folder)) file.rollBack(header);
  });
  return content;
}

/** A line of LMDB's list of readers with the number of a snapshot: process, thread, transaction. */
const READING = /^\s*\d+ [0-9a-f]+ \d+$/m;

/**
 * Whether another process (a backup, say) has a snapshot of the file. It shows that the machine went on running, so that
 * the file is whole as it is; and what it reads must not be written over.
 */
function isBeingRead(folder: string): boolean {
  const root = open({ path: dataFile(folder), ...OPEN });
  try {
    return READING.test(root.readerList());
  } finally {
    void root.close();
  }
}
