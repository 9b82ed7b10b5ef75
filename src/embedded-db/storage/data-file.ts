import { closeSync, fdatasyncSync, openSync, readSync, statSync, writeSync } from "node:fs";
import path from "node:path";

export const dataFile = (folder: string): string => path.join(folder, "data.lmdb");

/**
 * LMDB's two header pages (64-bit layout of the lmdb package). Each names one state: where its trees begin, the last page
 * in use and the transaction that made it. Transactions write them in turns; the newest counts.
 */
export const PAGE = 4096;
const MAGIC = 0xbeefc0de;
const MAGIC_AT = 24;
const LAST_PAGE_AT = 144;
const TRANSACTION_AT = 152;
const HEADER_END = 168;

const transactionOf = (header: Buffer): bigint => header.readBigUInt64LE(TRANSACTION_AT);

/** How many pages of the file a state uses, free ones among them included. */
export const pagesOf = (header: Buffer): number => Number(header.readBigUInt64LE(LAST_PAGE_AT)) + 1;

function damaged(folder: string, what: string): Error {
  return new Error(`the data file ${dataFile(folder)} is damaged (${what}); restore a backup`);
}

/** An error of LMDB on opening, as a sentence about the file; any other error as it is. */
export function damageOf(folder: string, error: unknown): unknown {
  if (!(error instanceof Error && /^MDB_(CORRUPTED|PAGE_NOTFOUND|INVALID|PANIC)/.test(error.message)))
    return error;
  return new Error(`the data file in ${folder} is damaged (${error.message}); restore a backup`, {
    cause: error,
  });
}

/** The header of the newest state of a data file, which is open. Throws when it is no LMDB file. */
export function newestHeader(folder: string, handle: number): Buffer {
  const head = Buffer.alloc(2 * PAGE);
  const read = readSync(handle, head, 0, head.length, 0);
  const headers = [head.subarray(0, HEADER_END), head.subarray(PAGE, PAGE + HEADER_END)];
  if (read < head.length || headers.some((one) => one.readUInt32LE(MAGIC_AT) !== MAGIC))
    throw damaged(folder, "no valid header");
  return headers.reduce((first, second) => (transactionOf(first) > transactionOf(second) ? first : second));
}

function newestIn(folder: string): Buffer {
  const handle = openSync(dataFile(folder), "r");
  try {
    return newestHeader(folder, handle);
  } finally {
    closeSync(handle);
  }
}

/** By how many transactions the newest state of a data file is later than this one; negative when it is older. */
export function transactionsSince(folder: string, header: Buffer): number {
  return Number(transactionOf(newestIn(folder)) - transactionOf(header));
}

/**
 * Throws when the data file is no LMDB file, or shorter than a state of it says (its newest one, if none is given):
 * mapping it would crash.
 */
export function checkDataFile(folder: string, state?: Buffer): void {
  const size = statSync(dataFile(folder), { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return;
  if (pagesOf(state ?? newestIn(folder)) * PAGE > size) throw damaged(folder, "cut short");
}

/**
 * Puts a data file back into an earlier state, whose pages must not have been used again: what a power cut left of
 * later ones is forgotten. Both header pages tell it, as two transactions of which the later one is its own.
 */
export function rollBack(folder: string, header: Buffer): void {
  const handle = openSync(dataFile(folder), "r+");
  try {
    const transaction = transactionOf(header);
    for (const told of [transaction, transaction - 1n]) {
      const state = Buffer.from(header);
      state.writeBigUInt64LE(told, TRANSACTION_AT);
      writeSync(handle, state, MAGIC_AT, HEADER_END - MAGIC_AT, Number(told % 2n) * PAGE + MAGIC_AT);
    }
    fdatasyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
