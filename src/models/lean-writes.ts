import type { AsyncLocalStorage } from "node:async_hooks";
import mongoose, { type ClientSession, type Model } from "mongoose";

/**
 * Writes of documents that are whole and typed by their models. They go to the driver as they are: Mongoose's casting
 * costs two thirds of what sending an update costs, and the steps of a process do several a decision.
 */

/** Where Mongoose keeps a transaction's session for its own queries (`transactionAsyncLocalStorage`). */
type WithSessions = { transactionAsyncLocalStorage?: AsyncLocalStorage<{ session: ClientSession }> };

function joined(): { session?: ClientSession } {
  const session = (mongoose as WithSessions).transactionAsyncLocalStorage?.getStore()?.session;
  return session === undefined ? {} : { session };
}

/** A field-by-field change of one document; operators as MongoDB has them. */
export interface LeanUpdate<Document> {
  filter: { [Field in keyof Document]?: unknown };
  update: {
    $set?: Partial<Document>;
    $inc?: { [Field in keyof Document]?: number };
    $push?: { [Field in keyof Document]?: { $each: unknown[] } };
  };
}

/** Changes one document within the caller's transaction; returns how many matched. `upsert` makes it when none does. */
export async function updateLean<Document extends object>(
  model: Model<Document>,
  { filter, update }: LeanUpdate<Document>,
  options: { upsert?: boolean } = {},
): Promise<number> {
  const { matchedCount } = await driver(model).updateOne(filter, update, { ...options, ...joined() });
  return matchedCount;
}

/** Inserts documents within the caller's transaction, in their order. */
export async function insertLean<Document extends object>(
  model: Model<Document>,
  documents: readonly Document[],
): Promise<void> {
  await driver(model).insertMany([...documents], { ordered: true, ...joined() });
}

/**
 * Changes one document and inserts others of the same collection, within the caller's transaction, in one round trip;
 * returns how many the change matched. An insert is an upsert of its new id, for one command holds no two kinds.
 */
export async function updateAndInsertLean<Document extends { _id: string }>(
  model: Model<Document>,
  change: LeanUpdate<Document>,
  documents: readonly Document[],
): Promise<number> {
  const inserts = documents.map(({ _id, ...rest }) => ({
    updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true },
  }));
  const operations = [{ updateOne: change }, ...inserts];
  const { matchedCount } = await driver(model).bulkWrite(operations, { ordered: true, ...joined() });
  return matchedCount;
}

/** The part of the driver's collection that is used. Filters and changes are typed above, by field. */
interface Driver {
  updateOne(filter: object, update: object, options: object): Promise<{ matchedCount: number }>;
  insertMany(documents: object[], options: object): Promise<unknown>;
  bulkWrite(operations: object[], options: object): Promise<{ matchedCount: number }>;
}

function driver({ collection }: { collection: unknown }): Driver {
  return collection as Driver;
}
