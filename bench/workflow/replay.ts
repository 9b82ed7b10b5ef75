/**
 * Replay of the declaration process with three approvals: cold (through bpmn-elements) and warm (from the memo).
 * Baseline of the same run: the same life through bpmn-engine's own `Engine` with a parsed context, as its manual
 * has it. Run: npx tsx bench/workflow/replay.ts
 */
import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Engine } from "bpmn-engine";
import { projectRoot } from "../../src/shared/project-root.ts";
import { explorePositions } from "../../src/workflows/check/explore.ts";
import { loadDefinition, type ProcessDefinition } from "../../src/workflows/runtime/definition.ts";
import { extendTypes, unarmedTimers } from "../../src/workflows/runtime/engine-types.ts";
import { PositionMemo } from "../../src/workflows/runtime/memo.ts";
import { outcomesExtension } from "../../src/workflows/runtime/outcomes-extension.ts";
import type { PathEvent } from "../../src/workflows/runtime/position.ts";
import { replay } from "../../src/workflows/runtime/replay.ts";

const life: PathEvent[] = [
  { type: "started", routeLength: 3 },
  { type: "ruled", elementId: "route", outcome: "full" },
  { type: "decided", key: "review:0", outcome: "approve" },
  { type: "decided", key: "review:1", outcome: "approve" },
  { type: "decided", key: "review:2", outcome: "approve" },
];

function quantile(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? Number.NaN;
}

interface Times {
  wallMs: number[];
  cpuMs: number[];
}

/** Takes turns, so that a busy machine slows both alike; CPU time beside wall time, because machines are shared. */
async function measureInTurns(runs: readonly (() => unknown)[]): Promise<Times[]> {
  const times = runs.map((): Times => ({ wallMs: [], cpuMs: [] }));
  for (let round = 0; round < 200; round += 1) {
    for (const [index, run] of runs.entries()) {
      const cpu = process.cpuUsage();
      const began = performance.now();
      await run();
      if (round < 50) continue;
      const { user, system } = process.cpuUsage(cpu);
      times[index]?.wallMs.push(performance.now() - began);
      times[index]?.cpuMs.push((user + system) / 1000);
    }
  }
  return times;
}

async function engineLife(definition: ProcessDefinition): Promise<void> {
  const noop = (_scope: unknown, done: (error: null) => void) => done(null);
  const engine = new Engine({
    sourceContext: definition.context,
    typeResolver: extendTypes,
    extensions: { outcomes: outcomesExtension },
    timers: unarmedTimers,
    services: Object.fromEntries([...definition.services.values()].map((name) => [name, noop])),
  } as unknown as ConstructorParameters<typeof Engine>[0]);
  const waiting: { id: string; executionId: string }[] = [];
  const listener = new EventEmitter();
  listener.on("activity.wait", ({ id, executionId }: { id: string; executionId: string }) =>
    waiting.push({ id, executionId }),
  );
  const execution = await engine.execute({
    listener,
    variables: { route: [0, 1, 2] },
  } as unknown as Parameters<typeof engine.execute>[0]);
  for (const outcome of ["full", "approve", "approve", "approve"]) {
    const step = waiting.findLast(({ id }) => id === (outcome === "full" ? "route" : "review"));
    if (step === undefined) throw new Error(`nothing waits for ${outcome}`);
    execution.signal({ ...step, [outcome]: true });
  }
  if (execution.state !== "idle") throw new Error(`the engine's life did not end: ${execution.state}`);
}

/** Every step of a life asks the memo for the position before and after it, as the store does. */
function warmLives(memo: PositionMemo, definition: ProcessDefinition, seconds: number): number {
  const prefixes = life.map((_, index) => life.slice(0, index + 1));
  for (const prefix of prefixes) memo.position(definition, prefix);
  const began = performance.now();
  let lives = 0;
  while (performance.now() - began < seconds * 1000) {
    for (let repeat = 0; repeat < 1000; repeat += 1) {
      for (let index = 1; index < prefixes.length; index += 1) {
        memo.position(definition, prefixes[index - 1] ?? life);
        memo.position(definition, prefixes[index] ?? life);
      }
    }
    lives += 1000;
  }
  return lives / ((performance.now() - began) / 1000);
}

/** A life that comes back again and again along a route of its own: a new position at each of its events. */
function longLife(routeLength: number): PathEvent[] {
  const events: PathEvent[] = [{ type: "started", routeLength }, ...life.slice(1, 2)];
  while (events.length < 120) {
    for (let index = 0; index < 20; index += 1)
      events.push({ type: "decided", key: `review:${index}`, outcome: "approve" });
    events.push({ type: "decided", key: "review:20", outcome: "reject" });
    events.push({ type: "decided", key: "resubmit:0", outcome: "resubmit" });
  }
  return events;
}

/** Fills the memo of a server until it has forgotten; prints what it says and what the heap says. */
function bound(definition: ProcessDefinition): void {
  globalThis.gc?.();
  const heapBefore = process.memoryUsage().heapUsed;
  const memo = new PositionMemo();
  let largest = 0;
  for (let length = 21; memo.statistics().bytes >= largest; length += 1) {
    largest = memo.statistics().bytes;
    memo.position(definition, longLife(length));
  }
  globalThis.gc?.();
  const mb = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  const { bytes, limitBytes } = memo.statistics();
  const heap = mb(process.memoryUsage().heapUsed - heapBefore);
  console.log(
    `memo bound ${mb(limitBytes)}: largest estimate ${mb(largest)}, after forgetting ${mb(bytes)} estimated, ${heap} of heap (${globalThis.gc === undefined ? "without" : "after"} collection)`,
  );
}

const definition = await loadDefinition(
  readFileSync(join(projectRoot(), "bpmn", "declaration.bpmn"), "utf8"),
);
const [cold, engine] = await measureInTurns([() => replay(definition, life), () => engineLife(definition)]);
if (cold === undefined || engine === undefined) throw new Error("nothing was measured");
const coldMs = quantile(cold.cpuMs, 0.5);
const engineMs = quantile(engine.cpuMs, 0.5);
console.log(
  `cold replay of three approvals: p95 ${quantile(cold.wallMs, 0.95).toFixed(1)} ms (target <= 40), CPU median ${coldMs.toFixed(1)} ms`,
);
console.log(
  `bpmn-engine Engine, same life: CPU median ${engineMs.toFixed(1)} ms; ours / Engine = ${(coldMs / engineMs).toFixed(2)}`,
);
const warm = warmLives(new PositionMemo(), definition, 2);
console.log(
  `warm lives: ${Math.round(warm)} /s (target >= 100000); ratio to cold ${Math.round((warm * coldMs) / 1000)} x`,
);
bound(definition);
const began = performance.now();
const { states, edges } = explorePositions(definition);
console.log(
  `exploration of ${definition.key}: ${states.length} positions, ${edges.length} moves in ${((performance.now() - began) / 1000).toFixed(2)} s (target <= 5)`,
);
