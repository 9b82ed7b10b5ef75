import "../models/all.ts";
import { createCollectionsAndIndexes } from "../models/collections-and-indexes.ts";
import { MigrationModel } from "../models/migration.ts";
import { migrations } from "../models/migrations/all.ts";
import type { Clock } from "../shared/clock.ts";

/**
 * Runs the migrations that have not run yet, in order, after collections and indexes have been brought to what models
 * say. Two nodes starting at once may both run one: each may. Returns the names of those that ran.
 */
export async function migrate(clock: Clock): Promise<string[]> {
  const done = new Set((await MigrationModel.find().lean()).map((migration) => migration._id));
  const pending = migrations.filter(({ name }) => !done.has(name));
  if (pending.length > 0) await createCollectionsAndIndexes();
  for (const { name, up } of pending) {
    await up?.();
    await MigrationModel.updateOne({ _id: name }, { $setOnInsert: { ranAt: clock.now() } }, { upsert: true });
  }
  return pending.map(({ name }) => name);
}
