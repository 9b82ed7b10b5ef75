import { copyFileSync, existsSync, mkdirSync, statSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { expressionsWith } from "../expressions/table.ts";
import { compileFilter } from "../matcher/filter.ts";
import { Catalog } from "../storage/catalog.ts";
import { checkDataFile, damageOf, dataFile } from "../storage/data-file.ts";
import { holderOf, lockFolder } from "../storage/folder.ts";
import { logFile, readLog } from "../storage/log.ts";
import { Store } from "../storage/store.ts";

const LOOK_AGAIN_MS = 20;

/** A database opened to look at only, also while another process serves it. */
export interface Opened {
  store: Store;
  catalog: Catalog;
}

function openReadOnly(dataDir: string): Store {
  try {
    return new Store(dataDir, { readOnly: true });
  } catch (error) {
    throw damageOf(dataDir, error);
  }
}

/**
 * Waits until a data file can be read as it stands: until the process that starts on it has opened it, or, where none
 * does and the last one was killed, by taking over what its log holds.
 */
async function settle(dataDir: string): Promise<void> {
  for (;;) {
    const holder = holderOf(dataDir);
    if (!holder) break;
    if (holder.opened) return;
    await wait(LOOK_AGAIN_MS);
  }
  if (readLog(dataDir)?.checkpoint.clean !== false) return;
  const lock = lockFolder(dataDir);
  try {
    await new Store(dataDir).close();
  } finally {
    lock.release();
  }
}

/** Runs an action on a read-only database. Throws when there is none in the folder, or a damaged one. */
export async function withDatabase<T>(dataDir: string, action: (opened: Opened) => Promise<T>): Promise<T> {
  if (!existsSync(dataFile(dataDir))) throw new Error(`there is no database in ${dataDir}`);
  try {
    await settle(dataDir);
  } catch (error) {
    throw damageOf(dataDir, error);
  }
  checkDataFile(dataDir);
  const store = openReadOnly(dataDir);
  try {
    const catalog = new Catalog(store, (filter) => compileFilter(filter, expressionsWith(new Map())));
    return await action({ store, catalog });
  } catch (error) {
    throw damageOf(dataDir, error);
  } finally {
    await store.close();
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
