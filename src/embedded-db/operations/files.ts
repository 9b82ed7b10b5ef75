import { copyFileSync, existsSync, mkdirSync, statSync } from "node:fs";
import path from "node:path";
import { expressionsWith } from "../expressions/table.ts";
import { compileFilter } from "../matcher/filter.ts";
import { Catalog } from "../storage/catalog.ts";
import { checkDataFile, damageOf, lockFolder } from "../storage/folder.ts";
import { Store } from "../storage/store.ts";

const FILE = "data.lmdb";

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

/** Runs an action on a read-only database. Throws when there is none in the folder, or a damaged one. */
export async function withDatabase<T>(dataDir: string, action: (opened: Opened) => Promise<T>): Promise<T> {
  if (!existsSync(path.join(dataDir, FILE))) throw new Error(`there is no database in ${dataDir}`);
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
  const file = path.join(target, FILE);
  if (existsSync(file)) throw new Error(`${target} holds a database already; choose an empty folder`);
  await withDatabase(dataDir, ({ store }) => store.backup(target));
  return statSync(file).size;
}

/** Puts a backup into a data folder that holds no database yet and that no process serves. */
export function restore(source: string, dataDir: string): Promise<void> {
  checkDataFile(source);
  if (!existsSync(path.join(source, FILE)))
    return Promise.reject(new Error(`there is no backup in ${source}`));
  const unlock = lockFolder(dataDir);
  try {
    if (existsSync(path.join(dataDir, FILE))) {
      throw new Error(`${dataDir} holds a database already; move it away first, nothing is overwritten`);
    }
    copyFileSync(path.join(source, FILE), path.join(dataDir, FILE));
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  } finally {
    unlock();
  }
  return Promise.resolve();
}
