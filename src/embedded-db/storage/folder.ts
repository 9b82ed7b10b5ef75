import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

const OPENED = " opened";
/** A lock that says nothing yet is being written, or a power cut took what it said. */
const WRITING_MS = 2000;

const lockFile = (folder: string): string => path.join(folder, "process.lock");

/** When a process started, in the kernel's ticks; tells a reused process id from the first owner. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
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
  const file = lockFile(folder);
  for (let tries = 0; tries < 2; tries++) {
    if (makeLock(folder)) {
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

/** Writes the lock file, in a new folder where there is none; false when there is a lock. */
function makeLock(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const text = `${process.pid} ${startOf(process.pid)}`;
    writeFileSync(lockFile(folder), text, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST") && statSync(folder).isDirectory()) return false;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the data folder ${folder} cannot be used (${reason})`, { cause: error });
  }
}

/** Who holds a data folder and is alive, and whether its files can be read already. */
export function holderOf(folder: string): { pid: string; opened: boolean } | null {
  try {
    const text = readFileSync(lockFile(folder), "utf8");
    const [, pid = "", start = "", opened] = /^(\d+) (\d*)( opened)?$/.exec(text) ?? [];
    const holds = pid
      ? isAlive(Number(pid)) && startOf(Number(pid)) === start
      : Math.abs(Date.now() - statSync(lockFile(folder)).mtimeMs) < WRITING_MS;
    return holds ? { pid: pid || "unknown", opened: opened !== undefined } : null;
  } catch {
    return null;
  }
}
