import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";

const LOCK_FILE = "process.lock";

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

/**
 * Makes this process the only one on a data folder; returns how to give it up. Throws when another holds it, or when
 * it cannot be written.
 */
export function lockFolder(folder: string): () => void {
  attempt(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  const file = path.join(folder, LOCK_FILE);
  for (let tries = 0; tries < 2; tries++) {
    if (attempt(folder, () => makeLock(file))) return () => rmSync(file, { force: true });
    const [pid, start] = readFileSync(file, "utf8").split(" ");
    if (isAlive(Number(pid)) && startOf(Number(pid)) === (start ?? "")) {
      throw new Error(`the data folder ${folder} is in use by process ${pid}`);
    }
    rmSync(file, { force: true });
  }
  throw new Error(`the data folder ${folder} is being opened by another process`);
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

const META_BYTES = 4096;
const MAGIC = 0xbeefc0de;

/** Places in LMDB's two meta pages (64-bit layout of the lmdb package). */
const MAGIC_AT = 24;
const LAST_PAGE_AT = 144;
const TRANSACTION_AT = 152;

const PROBE_BYTES = 1024 * 1024;

/**
 * Whether the data file could not grow, judged by a probe of the size it would have: LMDB calls a write that was cut
 * short by a full disk an input/output error.
 */
export function hasNoRoom(folder: string): boolean {
  const probe = path.join(folder, "probe.tmp");
  let handle: number | null = null;
  try {
    handle = openSync(probe, "w", 0o600);
    const { size } = statSync(path.join(folder, "data.lmdb"));
    return writeSync(handle, Buffer.alloc(PROBE_BYTES), 0, PROBE_BYTES, size) < PROBE_BYTES;
  } catch (error) {
    return error instanceof Error && "code" in error && NO_ROOM.has(String(error.code));
  } finally {
    if (handle !== null) closeSync(handle);
    rmSync(probe, { force: true });
  }
}

const NO_ROOM = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** An error of LMDB on opening, as a sentence about the file; any other error as it is. */
export function damageOf(folder: string, error: unknown): unknown {
  if (!(error instanceof Error && /^MDB_(CORRUPTED|PAGE_NOTFOUND|INVALID|PANIC)/.test(error.message)))
    return error;
  return new Error(`the data file in ${folder} is damaged (${error.message}); restore a backup`, {
    cause: error,
  });
}

/** Throws when the data file is no LMDB file or is shorter than its own header says: mapping it would crash. */
export function checkDataFile(folder: string): void {
  const file = path.join(folder, "data.lmdb");
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return;
  const head = Buffer.alloc(2 * META_BYTES);
  const handle = openSync(file, "r");
  const read = readSync(handle, head, 0, head.length, 0);
  closeSync(handle);
  const metas = [head.subarray(0, META_BYTES), head.subarray(META_BYTES)];
  if (read < head.length || metas.some((meta) => meta.readUInt32LE(MAGIC_AT) !== MAGIC)) {
    throw new Error(`the data file ${file} is damaged (no valid header); restore a backup`);
  }
  const [first, second] = metas as [Buffer, Buffer];
  const newest =
    first.readBigUInt64LE(TRANSACTION_AT) > second.readBigUInt64LE(TRANSACTION_AT) ? first : second;
  if ((Number(newest.readBigUInt64LE(LAST_PAGE_AT)) + 1) * META_BYTES > size) {
    throw new Error(`the data file ${file} is damaged (cut short); restore a backup`);
  }
}
