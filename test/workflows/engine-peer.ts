import { EventEmitter } from "node:events";
import { Engine } from "bpmn-engine";
import { explorePositions, pathText } from "../../src/workflows/check/explore.ts";
import type { ProcessDefinition } from "../../src/workflows/runtime/definition.ts";
import { extendTypes, unarmedTimers } from "../../src/workflows/runtime/engine-types.ts";
import { moddleExtensions } from "../../src/workflows/runtime/moddle.ts";
import { outcomesExtension } from "../../src/workflows/runtime/outcomes-extension.ts";
import { type PathEvent, taskKey } from "../../src/workflows/runtime/position.ts";
import { replay } from "../../src/workflows/runtime/replay.ts";

/** What the two sides are compared by. */
export interface PeerPosition {
  open: string[];
  calls: string[];
  ended: boolean;
}

interface MovedPosition extends PeerPosition {
  path: string;
}

interface WaitingApi {
  id: string;
  type: string;
  executionId: string;
  content: { index?: number };
}

/**
 * Runs a path through bpmn-engine's own `Engine`, from XML, with its own parser, expressions and execution object:
 * an independent way to the same position. Only our three declared differences are passed in (timers that never
 * arm, rule tasks that wait, outcomes as variables).
 */
export async function runInEngine(
  definition: ProcessDefinition,
  events: readonly PathEvent[],
): Promise<PeerPosition> {
  const [first, ...rest] = events;
  if (first?.type !== "started") throw new Error("a path starts with started");
  let calls: string[] = [];
  const waiting = new Map<string, WaitingApi>();
  const listener = new EventEmitter();
  listener.on("activity.wait", (api: WaitingApi) => {
    if (definition.steps.has(api.id)) waiting.set(taskKey(api.id, api.content.index ?? 0), api);
  });
  listener.on("activity.leave", (api: WaitingApi) => {
    for (const [key, wait] of waiting) if (wait.id === api.id) waiting.delete(key);
  });
  const engine = new Engine({
    name: "peer",
    source: definition.xml,
    moddleOptions: moddleExtensions,
    typeResolver: extendTypes,
    extensions: { outcomes: outcomesExtension },
    timers: unarmedTimers,
    services: Object.fromEntries(
      [...new Set(definition.services.values())].map((name) => [
        name,
        (_scope: unknown, done: (error: null) => void) => {
          calls.push(name);
          done(null);
        },
      ]),
    ),
  } as unknown as ConstructorParameters<typeof Engine>[0]);
  const execution = await engine.execute({
    listener,
    variables: { route: Array.from({ length: first.routeLength }, (_, index) => index) },
  } as unknown as Parameters<typeof engine.execute>[0]);
  const running = execution.definitions[0];
  if (running === undefined) throw new Error("the engine started nothing");
  const signal = (key: string, outcome: string) => {
    const wait = waiting.get(key);
    waiting.delete(key);
    running.signal({ id: wait?.id, executionId: wait?.executionId, [outcome]: true });
  };
  for (const event of rest) {
    calls = [];
    if (event.type === "decided") signal(event.key, event.outcome);
    else if (event.type === "ruled") signal(taskKey(event.elementId, 0), event.outcome);
    else if (event.type === "message") running.sendMessage({ id: `Message_${event.name}` });
    else if (event.type === "timer") running.cancelActivity({ id: event.key });
  }
  const result = { open: [...waiting.keys()].toSorted(), calls, ended: !running.isRunning };
  if (running.isRunning) await execution.stop();
  return result;
}

/** Where the platform and the engine stand after each move of a definition's explored graph, in the same order. */
export async function positionsOnEveryMove(
  definition: ProcessDefinition,
): Promise<{ ours: MovedPosition[]; engines: MovedPosition[] }> {
  const { states, edges } = explorePositions(definition);
  const ours: MovedPosition[] = [];
  const engines: MovedPosition[] = [];
  for (const edge of edges) {
    const events = [...(states[edge.from]?.path ?? []), edge.event];
    const path = pathText(events);
    const { openTasks, openRules, serviceCalls, ended } = replay(definition, events);
    const open = [...openTasks.map(({ key }) => key), ...openRules.map(({ elementId }) => `${elementId}:0`)];
    ours.push({ path, open: open.toSorted(), calls: serviceCalls.map(({ name }) => name), ended });
    engines.push({ path, ...(await runInEngine(definition, events)) });
  }
  return { ours, engines };
}
