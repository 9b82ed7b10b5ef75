import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { DatabaseError } from "../errors.ts";
import { dataFile } from "./data-file.ts";

const LOCK_FILE = "process.lock";
const OPENED = " opened";

/** When a process started, in the kernel's ticks; tells a reused process id from the first owner. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Runs a step of taking a folder; its error says which folder and why. */
function attempt<T>(folder: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the data folder ${folder} cannot be used (${reason})`, { cause: error });
  }
}

/** This process's hold on a data folder. */
export interface FolderLock {
  /** Says that the files stand as they are served: others may read them now. */
  opened(): void;
  release(): void;
}

/**
 * Makes this process the only one on a data folder. Throws when another holds it, or when it cannot be written.
 */
export function lockFolder(folder: string): FolderLock {
  attempt(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  const file = path.join(folder, LOCK_FILE);
  for (let tries = 0; tries < 2; tries++) {
    if (attempt(folder, () => makeLock(file))) {
      return {
        opened: () => appendFileSync(file, OPENED),
        release: () => rmSync(file, { force: true }),
      };
    }
    const holder = holderOf(folder);
    if (holder) throw new Error(`the data folder ${folder} is in use by process ${holder.pid}`);
    rmSync(file, { force: true });
  }
  throw new Error(`the data folder ${folder} is being opened by another process`);
}

/** Who holds a data folder and is alive, and whether its files can be read already. */
export function holderOf(folder: string): { pid: number; opened: boolean } | null {
  let lock: string;
  try {
    lock = readFileSync(path.join(folder, LOCK_FILE), "utf8");
  } catch {
    return null;
  }
  const opened = lock.endsWith(OPENED);
  const [pid, start] = (opened ? lock.slice(0, -OPENED.length) : lock).split(" ");
  const alive = isAlive(Number(pid)) && startOf(Number(pid)) === (start ?? "");
  return alive ? { pid: Number(pid), opened } : null;
}

/** Writes the lock file; false when there is one. */
function makeLock(file: string): boolean {
  let handle: number;
  try {
    handle = openSync(file, "wx", 0o600);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
  try {
    writeFileSync(handle, `${process.pid} ${startOf(process.pid)}`);
    return true;
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}

const PROBE_BYTES = 1024 * 1024;

/**
 * Whether the data file could not grow, judged by a probe of the size it would have: LMDB calls a write that was cut
 * short by a full disk an input/output error.
 */
function hasNoRoom(folder: string): boolean {
  const probe = path.join(folder, "probe.tmp");
  let handle: number | null = null;
  try {
    handle = openSync(probe, "w", 0o600);
    const { size } = statSync(dataFile(folder));
    return writeSync(handle, Buffer.alloc(PROBE_BYTES), 0, PROBE_BYTES, size) < PROBE_BYTES;
  } catch (error) {
    return error instanceof Error && "code" in error && NO_ROOM.has(String(error.code));
  } finally {
    if (handle !== null) closeSync(handle);
    rmSync(probe, { force: true });
  }
}

const NO_ROOM = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** What the clients are told when the disk refused something. */
export function diskError(folder: string, error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  const full = hasNoRoom(folder) || /MAP_FULL|No space|ENOSPC/i.test(cause.message);
  const [what, todo] = full ? ["is full", "free space"] : ["refused a write", "check it"];
  return new DatabaseError(
    full ? "OutOfDiskSpace" : "InternalError",
    `the disk ${what} (${cause.message}); ${todo} and restart the database`,
  );
}
