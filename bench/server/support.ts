import mongoose from "mongoose";
import { startTestServer, type TestServer } from "../../test/support/server.ts";

/** What a measured run gave: its rate and the latencies of its calls, in milliseconds. */
export interface Measured {
  count: number;
  seconds: number;
  perSecond: number;
  p50: number;
  p95: number;
  max: number;
}

/** Runs `work` over `items` with so many workers at once, and measures each call. */
export async function measure<Item>(
  items: readonly Item[],
  workers: number,
  work: (item: Item, worker: number) => Promise<void>,
): Promise<Measured> {
  const latencies: number[] = [];
  let next = 0;
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      for (let item = items[next++]; item !== undefined; item = items[next++]) {
        const start = performance.now();
        await work(item, worker);
        latencies.push(performance.now() - start);
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  const count = latencies.length;
  return { count, seconds, perSecond: count / seconds, p50: at(0.5), p95: at(0.95), max: at(1) };
}

/** The bare limit: transactions of two writes (an update and an insert) on the same database, straight through Mongoose. */
export async function bareTransactions(count: number, workers: number): Promise<Measured> {
  const { connection } = mongoose;
  const counters = connection.collection<{ _id: string; value: number }>("bench-counters");
  const lines = connection.collection<{ _id: string; at: Date }>("bench-lines");
  const ids = Array.from({ length: count }, (_, index) => `bench-${index}`);
  await counters.insertMany(ids.map((_id) => ({ _id, value: 0 })));
  const measured = await measure(ids, workers, async (_id) => {
    await connection.transaction(async (session) => {
      await counters.updateOne({ _id }, { $inc: { value: 1 } }, { session });
      await lines.insertOne({ _id, at: new Date() }, { session });
    });
  });
  await counters.drop();
  await lines.drop();
  return measured;
}

/** A line of the report: figure, target, and ratio to a baseline of the same run. */
export function report(
  name: string,
  measured: Measured,
  baseline?: { name: string; perSecond: number },
): void {
  const { count, perSecond, p50, p95, max } = measured;
  const ratio =
    baseline === undefined
      ? ""
      : `  ratio to ${baseline.name}: ${(perSecond / baseline.perSecond).toFixed(2)}`;
  process.stdout.write(
    `${name}: ${perSecond.toFixed(0)}/s over ${count}, p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, max ${max.toFixed(1)} ms${ratio}\n`,
  );
}

/** The platform on a throw-away embedded database, with logs off. */
export function startBenchServer(): Promise<TestServer> {
  return startTestServer({ env: { LOG_LEVEL: "fatal" } });
}
