/**
 * What an approval through the API costs while many instances are open: its time with 1,000,000 open beside its time
 * with 10,000, on two servers with a database each, in turns, so that a busy machine slows both alike. An open instance
 * has its task and its audit event; they are spread over 300 units, and every hundredth waits for the unit that decides.
 * `open-instances.ts` measures the part that the store of the runtime has in it.
 * Run: npx tsx bench/workflow/open-decisions.ts [instances]
 */
import { type ChildProcess, fork } from "node:child_process";
import { on } from "node:events";
import { measureOverHttp, median, startBenchServer } from "../server/support.ts";
import { fillOpenInstances } from "./fill-open-instances.ts";
import { decideTask } from "../../src/shared/contracts/workflow.ts";
import { adminOf, buildWorld } from "../../test/support/world.ts";

const few = 10_000;
const many = Number(process.argv[2] ?? 1_000_000);
const rounds = 15;
const decisionsARound = 100;

/** One server with so many open instances, in a process of its own: answers each message with a round's times. */
async function serve(count: number): Promise<void> {
  const server = await startBenchServer();
  const world = await buildWorld(server.app);
  const deciding = (rounds + 1) * decisionsARound;
  const ids = await fillOpenInstances(server, world, { count, deciding });
  const { cookie } = await adminOf(server.app, server.url, world.authority);
  const body = JSON.stringify({ outcome: "approve" });
  process.send?.({ filled: ids.length });
  for await (const [message] of on(process, "message")) {
    if (message !== "round") break;
    const calls = Array.from({ length: decisionsARound }, () => {
      const [id] = ids.splice(Math.floor(Math.random() * ids.length), 1);
      if (id === undefined) throw new Error("no task left");
      return { path: `/api${decideTask.path.replace(":id", id)}`, cookie, body };
    });
    const { latencies } = await measureOverHttp(server.url, 1, calls);
    process.send?.({ latencies });
  }
  await server.close();
}

interface Stack {
  child: ChildProcess;
  count: number;
  times: number[];
}

async function start(count: number): Promise<Stack> {
  const child = fork(process.argv[1] ?? "", ["serve", String(count)]);
  await answerOf(child);
  return { child, count, times: [] };
}

function answerOf(child: ChildProcess): Promise<{ latencies?: number[] }> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error("a server of the bench ended"));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      resolve(message as { latencies?: number[] });
    });
  });
}

async function round({ child, times }: Stack, measured: boolean): Promise<void> {
  const answer = answerOf(child);
  child.send("round");
  const { latencies = [] } = await answer;
  if (measured) times.push(...latencies);
}

async function compare(): Promise<number> {
  const small = await start(few);
  const large = await start(many);
  // The first round of each warms its caches.
  for (let count = 0; count <= rounds; count += 1)
    for (const stack of [small, large]) await round(stack, count > 0);
  for (const { child, count, times } of [small, large]) {
    child.send("stop");
    console.log(`${count} open: median ${median(times).toFixed(2)} ms an approval through the API`);
  }
  const ratio = median(large.times) / median(small.times);
  console.log(`an approval with ${many} open / with ${few}: ${ratio.toFixed(2)} (wanted <= 1.3)`);
  return ratio;
}

if (process.argv[2] === "serve") {
  await serve(Number(process.argv[3]));
  process.disconnect();
} else process.exitCode = (await compare()) <= 1.3 ? 0 : 1;
