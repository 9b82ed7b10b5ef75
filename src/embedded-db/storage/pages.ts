import { closeSync, fdatasync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { promisify } from "node:util";

/** Size of a page of LMDB; records of the log begin on one, so that a torn write touches no earlier record. */
export const PAGE = 4096;

const syncLater = promisify(fdatasync);

/** A file that is written in place, and on the disk when one waits for it. */
export class PagedFile {
  protected readonly handle: number;

  constructor(file: string, flags: "r" | "r+") {
    this.handle = openSync(file, flags);
  }

  write(bytes: Buffer, at: number): void {
    if (writeSync(this.handle, bytes, 0, bytes.length, at) !== bytes.length)
      throw new Error("ENOSPC: the file took only a part of what was written");
  }

  /** Waits for the disk, and keeps all others waiting. */
  syncNow(): void {
    fdatasyncSync(this.handle);
  }

  /** Waits for the disk on another thread. */
  sync(): Promise<void> {
    return syncLater(this.handle);
  }

  close(): void {
    closeSync(this.handle);
  }
}
