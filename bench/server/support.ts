import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import path from "node:path";
import mongoose from "mongoose";
import { projectRoot } from "../../src/shared/project-root.ts";
import { startTestServer, type TestServer } from "../../test/support/server.ts";
import { runCompiled } from "../compiled.ts";

runCompiled();

/** What a measured run gave: its rate and the latencies of its calls, in milliseconds. */
export interface Measured {
  /** CPU seconds: on a busy machine they say more than the clock */
  cpu: Cpu;
  count: number;
  seconds: number;
  perSecond: number;
  p50: number;
  p95: number;
  max: number;
  /** of each call, ascending */
  latencies: readonly number[];
}

/** CPU seconds of this process (the server), of its children (the database, tsx) and of clients outside of it. */
interface Cpu {
  own: number;
  children: number;
  /** null: the clients are in this process */
  clients: number | null;
}

/** Runs `work` over `items` with so many workers at once, and measures each call. */
export async function measure<Item>(
  items: readonly Item[],
  workers: number,
  work: (item: Item, worker: number) => Promise<void>,
): Promise<Measured> {
  const latencies: number[] = [];
  let next = 0;
  const before = cpuSeconds();
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
  return measured((performance.now() - begun) / 1000, latencies, cpuSince(before));
}

function measured(seconds: number, unsorted: readonly number[], cpu: Cpu): Measured {
  const latencies = unsorted.toSorted((a, b) => a - b);
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  const count = latencies.length;
  const perSecond = count / seconds;
  return { cpu, count, seconds, perSecond, p50: at(0.5), p95: at(0.95), max: at(1), latencies };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function cpuSince(before: Cpu, clients: number | null = null): Cpu {
  const after = cpuSeconds();
  return { own: after.own - before.own, children: after.children - before.children, clients };
}

/** One request of a client that runs outside the server's process. */
export interface HttpCall {
  path: string;
  cookie: string;
  body: string;
}

/** Like `measure`, with the clients in a process of their own: a server's users do not share its thread. */
export async function measureOverHttp(
  url: string,
  workers: number,
  calls: readonly HttpCall[],
): Promise<Measured> {
  const program = path.join(projectRoot(), "bench/server/http-clients.mjs");
  const before = cpuSeconds();
  const child = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify({ url, workers, calls }));
  // Once it has ended it is no child any more: what it used is its own word.
  const [written] = await Promise.all([text(child.stdout), once(child, "exit")]);
  const { seconds, cpu, latencies, failures } = JSON.parse(written) as {
    seconds: number;
    cpu: number;
    latencies: number[];
    failures: string[];
  };
  if (failures.length > 0) throw new Error(`${failures.length} calls failed: ${failures[0]}`);
  return measured(seconds, latencies, cpuSince(before, cpu));
}

/** CPU time so far. Children only where /proc is. */
function cpuSeconds(): Cpu {
  const { user, system } = process.cpuUsage();
  const own = (user + system) / 1e6;
  try {
    const pids = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8")
      .trim()
      .split(/\s+/);
    return { own, children: pids.reduce((sum, pid) => sum + childSeconds(pid), 0), clients: null };
  } catch {
    return { own, children: 0, clients: null };
  }
}

function childSeconds(pid: string): number {
  // After the name in brackets: state is field 3, user and system ticks are fields 14 and 15; 100 ticks a second.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
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
  const { count, perSecond, p50, p95, max, cpu } = measured;
  const each = (seconds: number) => ((seconds / count) * 1000).toFixed(1);
  const clients = cpu.clients === null ? "" : ` + clients ${each(cpu.clients)}`;
  const own = cpu.clients === null ? "server and clients" : "server";
  const cost = `CPU ms each: ${own} ${each(cpu.own)} + database ${each(cpu.children)}${clients}`;
  const ratio =
    baseline === undefined
      ? ""
      : `  ratio to ${baseline.name}: ${(perSecond / baseline.perSecond).toFixed(2)}`;
  process.stdout.write(
    `${name}: ${perSecond.toFixed(0)}/s over ${count}, p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, max ${max.toFixed(1)} ms${ratio}  ${cost}\n`,
  );
}

/** The platform on a throw-away embedded database, with logs off. */
export function startBenchServer(): Promise<TestServer> {
  return startTestServer({ env: { LOG_LEVEL: "fatal" } });
}
