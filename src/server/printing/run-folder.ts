import { mkdtemp, readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

const prefix = "run-";

/**
 * A new private folder for one run of a browser, inside the cache. Folders that processes of this host left
 * behind when they were killed are removed first; those of other hosts that share the cache are not ours.
 */
export async function newRunFolder(cacheFolder: string): Promise<string> {
  await removeAbandoned(cacheFolder);
  return mkdtemp(join(cacheFolder, `${prefix}${hostMark()}-${process.pid}-`));
}

/** Removes a run's folder; what a dying browser still holds open is left for the next start. Never throws. */
export async function removeRunFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

async function removeAbandoned(cacheFolder: string): Promise<void> {
  const mine = `${prefix}${hostMark()}-`;
  for (const name of await readdir(cacheFolder)) {
    if (!name.startsWith(mine)) continue;
    const processId = Number(name.slice(mine.length).split("-", 1)[0]);
    if (!isAlive(processId)) await removeRunFolder(join(cacheFolder, name));
  }
}

function hostMark(): string {
  return hostname()
    .replaceAll(/[^A-Za-z0-9]/g, "")
    .slice(0, 40);
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive too: only "no such process" is a dead one.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
