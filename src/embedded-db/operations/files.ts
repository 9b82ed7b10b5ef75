import { existsSync, mkdirSync, statSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { filterOf } from "../query/find.ts";
import { Catalog } from "../storage/catalog.ts";
import { checkDataFile, damageOf, dataFile } from "../storage/data-file.ts";
import { holderOf, lockFolder } from "../storage/folder.ts";
import { logFile, newestSequence, readLog } from "../storage/log.ts";
import { Store } from "../storage/store.ts";
import { View } from "../storage/view.ts";

const LOOK_AGAIN_MS = 20;
const PATIENCE_MS = 10_000;

/** A database opened to look at only, all of it in one state. */
interface Opened {
  store: Store;
  view: View;
  catalog: Catalog;
}

const isUnclean = (folder: string): boolean => readLog(folder)?.checkpoint.clean === false;

/** Takes over what the log of a killed server holds. */
async function takeOver(dataDir: string): Promise<void> {
  const lock = lockFolder(dataDir);
  try {
    await new Store(dataDir).close();
  } finally {
    lock.release();
  }
}

/**
 * Opens a data file once it has all that was acknowledged before this moment: a process that starts on it must have
 * opened it, and while it is served it follows its log in a moment.
 */
async function openSettled(dataDir: string): Promise<Store> {
  const newest = newestSequence(dataDir);
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_AGAIN_MS) {
    const holder = holderOf(dataDir);
    if (!holder && isUnclean(dataDir)) await takeOver(dataDir);
    if (!holder || holder.opened) {
      checkDataFile(dataDir);
      const store = new Store(dataDir, { readOnly: true });
      if (store.sequence >= newest) return store;
      await store.close();
    }
    await wait(LOOK_AGAIN_MS);
  }
  throw new Error(`the data file in ${dataDir} lacks what its log has; restart the database there`);
}

/** Runs an action on a read-only database. Throws when there is none in the folder, or a damaged one. */
export async function withDatabase<T>(
  dataDir: string,
  action: (opened: Opened) => T | Promise<T>,
): Promise<T> {
  if (!existsSync(dataFile(dataDir))) throw new Error(`there is no database in ${dataDir}`);
  try {
    const store = await openSettled(dataDir);
    const view = new View(store);
    try {
      const catalog = new Catalog(store, (filter) => filterOf(filter, new Map()));
      return await action({ store, view, catalog });
    } finally {
      view.close();
      await store.close();
    }
  } catch (error) {
    throw damageOf(dataDir, error);
  }
}

/**
 * Copies a database as it is at this moment into an empty folder; writers go on meanwhile.
 * Returns the size of the copy in bytes.
 */
export async function backup(dataDir: string, target: string): Promise<number> {
  mkdirSync(target, { recursive: true, mode: 0o700 });
  const file = dataFile(target);
  if (existsSync(file)) throw new Error(`${target} holds a database already; choose an empty folder`);
  await withDatabase(dataDir, ({ store }) => store.backup(target));
  return statSync(file).size;
}

/** Puts a backup into a data folder that holds no database yet and that no process serves. */
export async function restore(source: string, dataDir: string): Promise<void> {
  checkDataFile(source);
  if (!existsSync(dataFile(source))) throw new Error(`there is no backup in ${source}`);
  if (isUnclean(source))
    throw new Error(`${source} is the folder of a database at work; make a backup of it`);
  const lock = lockFolder(dataDir);
  try {
    if (existsSync(dataFile(dataDir)) || existsSync(logFile(dataDir)))
      throw new Error(`${dataDir} holds a database already; move it away first, nothing is overwritten`);
    await copyFile(dataFile(source), dataFile(dataDir));
  } finally {
    lock.release();
  }
}
