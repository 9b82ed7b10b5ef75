import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
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

/** Makes this process the only one on a data folder; returns how to give it up. Throws when another holds it. */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, LOCK_FILE);
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(file, `${process.pid} ${startOf(process.pid)}`, { flag: "wx", mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      const [pid, start] = readFileSync(file, "utf8").split(" ");
      if (isAlive(Number(pid)) && startOf(Number(pid)) === (start ?? "")) {
        throw new Error(`the data folder ${folder} is in use by process ${pid}`);
      }
      rmSync(file, { force: true });
    }
  }
  throw new Error(`the data folder ${folder} is being opened by another process`);
}

const META_BYTES = 4096;
const MAGIC = 0xbeefc0de;

/** Throws when the data file is no LMDB file or is shorter than its own header says: reading it could crash. */
export function checkDataFile(folder: string): void {
  const file = path.join(folder, "data.lmdb");
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return;
  const head = readFileSync(file).subarray(0, 2 * META_BYTES);
  if (head.length < 2 * META_BYTES || head.readUInt32LE(16) !== MAGIC) {
    throw new Error(`the data file ${file} is damaged (no valid header); restore a backup`);
  }
}
