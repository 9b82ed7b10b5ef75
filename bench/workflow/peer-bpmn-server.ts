/**
 * Lives of three approvals, 32 in flight: ours with tasks, events, history and audit written durably to the embedded
 * database, beside npm `bpmn-server` with its store stubbed (nothing is written or copied anywhere). It is measured as
 * it comes, where each step restores its instance, which is what several nodes on one database need; what it does with
 * live instances kept in one node's memory is printed too. Then ours warm in process, without a database.
 * Run: npm ci --prefix bench/peers --ignore-scripts && npx tsx bench/workflow/peer-bpmn-server.ts
 */
import { runCommand, systemCaller } from "../../src/server/run-command.ts";
import { recordAudit } from "../../src/server/commands/record-audit.ts";
import { workflowContext } from "../../src/server/workflow-runtime.ts";
import { loadShippedDefinitions } from "../../src/workflows/runtime/definitions.ts";
import { PositionMemo } from "../../src/workflows/runtime/memo.ts";
import type { PathEvent } from "../../src/workflows/runtime/position.ts";
import { advance, startInstance } from "../../src/workflows/runtime/store.ts";
import { startTestServer } from "../../test/support/server.ts";
import { reviewer, startInput } from "../../test/workflows/database.ts";
import { howToInstall, loadPeer } from "../peers/load-peer.ts";
import { type Peer, peerLives } from "./peer-lives.ts";

const inFlight = 32;
const seconds = Number(process.argv[2] ?? 15);

/** How often `work` completes in a second with 32 of it in flight. */
async function rate(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (performance.now() - began < seconds * 1000) {
        await work();
        done += 1;
      }
    }),
  );
  return done / ((performance.now() - began) / 1000);
}

async function ourRate(): Promise<number> {
  const server = await startTestServer();
  const { app } = server;
  const caller = systemCaller("bench");
  const life = async () => {
    const started = await runCommand(app, caller, async (ctx) => {
      const { instance } = await startInstance(
        workflowContext(ctx),
        startInput("declaration", { facts: { accountant: false, origin: "person" } }),
      );
      const { _id: instanceId, organizationId } = instance;
      const data = { kind: "declaration", number: "", instanceId, organizationId };
      await recordAudit(ctx, "application.submitted", { subjectId: instanceId, data });
      return instance;
    });
    for (let index = 0; index < 3; index += 1) {
      await runCommand(app, caller, async (ctx) => {
        const decision = { kind: "decide", taskKey: `review:${index}`, outcome: "approve" } as const;
        const step = await advance(workflowContext(ctx), started._id, { ...decision, actor: reviewer });
        const taskId = step.closedTasks[0]?._id ?? "";
        const decided = { taskId, instanceId: started._id, outcome: "approve", comment: "", attachments: [] };
        const data = { ...decided, role: "bureau", hours: null, rules: [] };
        await recordAudit(ctx, "task.decided", { subjectId: started._id, data });
        if (index === 2 && step.instance.status !== "ended") throw new Error("our life did not end");
      });
    }
  };
  for (let warm = 0; warm < 20; warm += 1) await life();
  const lives = await rate(life);
  await server.close();
  return lives;
}

/** Every step of a life asks the memo for the position before and after it, as the store does. */
async function warmRate(): Promise<number> {
  const definition = (await loadShippedDefinitions()).find(({ key }) => key === "declaration");
  if (definition === undefined) throw new Error("no declaration process");
  const decided = [0, 1, 2].map(
    (index): PathEvent => ({ type: "decided", key: `review:${index}`, outcome: "approve" }),
  );
  const life: PathEvent[] = [
    { type: "started", routeLength: 3 },
    { type: "ruled", elementId: "route", outcome: "full" },
    ...decided,
  ];
  const memo = new PositionMemo();
  const prefixes = life.map((_, index) => life.slice(0, index + 1));
  const began = performance.now();
  let lives = 0;
  for (; performance.now() - began < 2_000; lives += 1) {
    for (const [index, prefix] of prefixes.entries()) {
      memo.position(definition, prefixes[index - 1] ?? prefix);
      memo.position(definition, prefix);
    }
  }
  return lives / ((performance.now() - began) / 1000);
}

const ours = await ourRate();
const warm = await warmRate();
const peer = loadPeer("bpmn-server") as Peer | null;
if (peer === null) {
  console.log(`ours, durable: ${ours.toFixed(1)} lives/s; bpmn-server is not installed: ${howToInstall}`);
  process.exit(1);
}
const theirs = await rate(await peerLives(peer, { keepLive: false }));
const live = await rate(await peerLives(peer, { keepLive: true }));
const ratio = ours / theirs;
console.log(
  `ours, durable with audit: ${ours.toFixed(1)} lives/s; bpmn-server, stubbed store: ${theirs.toFixed(1)} lives/s (${live.toFixed(1)} with instances live in one node)`,
);
console.log(`durable ours / stubbed bpmn-server = ${ratio.toFixed(2)} (wanted >= 2)`);
console.log(
  `warm in process: ${Math.round(warm)} lives/s; / bpmn-server = ${Math.round(warm / theirs)} (wanted >= 1000)`,
);
process.exit(ratio >= 2 && warm / theirs >= 1000 ? 0 : 1);
