import "../models/all.ts";
import { MigrationModel } from "../models/migration.ts";
import { migrations } from "../models/migrations/all.ts";
import type { Clock } from "../shared/clock.ts";

/** Runs the migrations that have not run yet, in order. Two nodes starting at once may both run one: each may. */
export async function migrate(clock: Clock): Promise<string[]> {
  const done = new Set((await MigrationModel.find().lean()).map((migration) => migration._id));
  const ran: string[] = [];
  for (const { name, up } of migrations) {
    if (done.has(name)) continue;
    await up();
    await MigrationModel.updateOne({ _id: name }, { $setOnInsert: { ranAt: clock.now() } }, { upsert: true });
    ran.push(name);
  }
  return ran;
}
