import { fstatSync, writeSync } from "node:fs";
import { newestHeader, PAGE, pagesOf } from "./data-file.ts";

/** How many pages are made at once, and by how few left it is time to make more. */
const MADE = 512;
const FEW = 256;
/** A commit's own needs (roots, lists of free pages), and a change's: its leaf, a split of it, a branch above. */
const PAGES_PER_COMMIT = 32;
const PAGES_PER_CHANGE = 3;

/**
 * Pages at the end of the data file that are there already and that LMDB has not come to yet: what is owed to it can be
 * taken though the disk be full by then.
 */
export class SparePages {
  readonly #folder: string;
  readonly #file: number;
  #left = 0;
  #refused = false;

  constructor(folder: string, file: number) {
    this.#folder = folder;
    this.#file = file;
  }

  get areFew(): boolean {
    return this.#left < FEW;
  }

  /** Whether there are enough for so many changes, in a commit of their own or not; they are no longer spare then. */
  reserve(changes: number, bytes: number, ownCommit: boolean): boolean {
    const pages = (ownCommit ? PAGES_PER_COMMIT : 0) + changes * PAGES_PER_CHANGE + Math.ceil(bytes / PAGE);
    if (pages > this.#left) return false;
    this.#left -= pages;
    return true;
  }

  /** Counts them anew and makes more, as long as the disk allows it. Only while LMDB writes nothing and is owed nothing. */
  refill(): void {
    if (!this.areFew || this.#refused) return;
    const used = pagesOf(newestHeader(this.#folder, this.#file));
    const { size } = fstatSync(this.#file);
    this.#left = Math.floor(size / PAGE) - used;
    if (!this.areFew) return;
    try {
      const made = writeSync(this.#file, Buffer.alloc(MADE * PAGE), 0, MADE * PAGE, size);
      this.#left += Math.floor(made / PAGE);
    } catch {
      this.#refused = true;
    }
  }
}
