import { copyFileSync, existsSync, mkdirSync, statSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { expressionsWith } from "../expressions/table.ts";
import { compileFilter } from "../matcher/filter.ts";
import { Catalog } from "../storage/catalog.ts";
import { checkDataFile, damageOf, dataFile } from "../storage/data-file.ts";
import { holderOf, lockFolder } from "../storage/folder.ts";
import { logFile, newestSequence, readLog } from "../storage/log.ts";
import { Store } from "../storage/store.ts";

const LOOK_AGAIN_MS = 20;
const PATIENCE_MS = 10_000;

/** A database opened to look at only, also while another process serves it. */
export interface Opened {
  store: Store;
  catalog: Catalog;
}

/**
 * Waits until a data file can be read as it stands: until the process that starts on it has opened it, or, where none
 * does and the last one was killed, by taking over what its log holds. True when it is being served.
 */
async function settle(dataDir: string): Promise<boolean> {
  for (;;) {
    const holder = holderOf(dataDir);
    if (!holder) break;
    if (holder.opened) return true;
    await wait(LOOK_AGAIN_MS);
  }
  if (readLog(dataDir)?.checkpoint.clean !== false) return false;
  const lock = lockFolder(dataDir);
  try {
    await new Store(dataDir).close();
    return false;
  } finally {
    lock.release();
  }
}

/**
 * Waits until a data file that is being served has all that was acknowledged before: it follows its log in a moment.
 * False when the process that serves it ends meanwhile.
 */
async function catchesUp(dataDir: string, store: Store): Promise<boolean> {
  const newest = newestSequence(dataDir);
  for (let waited = 0; !store.has(newest); waited += LOOK_AGAIN_MS) {
    if (!holderOf(dataDir)) return false;
    if (waited > PATIENCE_MS)
      throw new Error(`the data file in ${dataDir} lacks what its log has; restart the database there`);
    await wait(LOOK_AGAIN_MS);
  }
  return true;
}

/** A database with all that was acknowledged before this moment. */
async function openSettled(dataDir: string): Promise<Store> {
  for (;;) {
    const served = await settle(dataDir);
    checkDataFile(dataDir);
    const store = new Store(dataDir, { readOnly: true });
    let whole = !served;
    try {
      whole ||= await catchesUp(dataDir, store);
    } finally {
      if (!whole) await store.close();
    }
    if (whole) return store;
  }
}

/** Runs an action on a read-only database. Throws when there is none in the folder, or a damaged one. */
export async function withDatabase<T>(dataDir: string, action: (opened: Opened) => Promise<T>): Promise<T> {
  if (!existsSync(dataFile(dataDir))) throw new Error(`there is no database in ${dataDir}`);
  let store: Store | null = null;
  try {
    store = await openSettled(dataDir);
    const catalog = new Catalog(store, (filter) => compileFilter(filter, expressionsWith(new Map())));
    return await action({ store, catalog });
  } catch (error) {
    throw damageOf(dataDir, error);
  } finally {
    await store?.close();
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
export function restore(source: string, dataDir: string): Promise<void> {
  checkDataFile(source);
  if (!existsSync(dataFile(source))) return Promise.reject(new Error(`there is no backup in ${source}`));
  if (readLog(source)?.checkpoint.clean === false) {
    return Promise.reject(new Error(`${source} is the folder of a database at work; make a backup of it`));
  }
  const lock = lockFolder(dataDir);
  try {
    if (existsSync(dataFile(dataDir)) || existsSync(logFile(dataDir))) {
      throw new Error(`${dataDir} holds a database already; move it away first, nothing is overwritten`);
    }
    copyFileSync(dataFile(source), dataFile(dataDir));
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  } finally {
    lock.release();
  }
  return Promise.resolve();
}
