import type { ProcessDefinition } from "../runtime/definition.ts";
import { type PathEvent, type Position, ReplayError } from "../runtime/position.ts";
import { replay } from "../runtime/replay.ts";
import { safePath } from "../runtime/expressions.ts";

/** One reachable position, up to what guards can read. */
export interface ExploredState {
  readonly id: number;
  readonly routeLength: number;
  /** A shortest way to it. */
  readonly path: readonly PathEvent[];
  readonly position: Position;
}

/** What one event does at a state: where it leads, or why the diagram has no way on. */
export interface ExploredEdge {
  readonly from: number;
  readonly event: PathEvent;
  readonly to: number | null;
  readonly failure: string | null;
  /** Services that the event brought, in order. */
  readonly calls: readonly { name: string; elementId: string }[];
  /** Last outcome of each step on this very way: the state that it leads to may stand for several ways. */
  readonly outcomes: Readonly<Record<string, string>>;
}

/** The explored graph of a definition. */
export interface PositionGraph {
  readonly states: readonly ExploredState[];
  readonly edges: readonly ExploredEdge[];
  /** Ids of all elements and flows that some path passes. */
  readonly reached: ReadonlySet<string>;
  /** False when the bound was reached: nothing is proven then. */
  readonly complete: boolean;
}

/** Routes of one and of three organizations show every place that a loop index can have: only, first, between, last. */
const routeLengths = [1, 3] as const;
const statesMax = 500;
/** What leads from state to state; the largest shipped definition has some 40. */
const edgesMax = 1000;
/** The largest shipped definition takes one second; a chain or a bundle of a hundred tasks would take minutes. */
const workMsMax = 8_000;
/** So many decisions without a way are enough to refuse a definition. */
const failuresMax = 10;

/**
 * Explores every reachable position of a definition, breadth first, through the engine itself. Two positions are one
 * state when the same is open (with loop index) and guards read the same outcomes. Bounded to 500 states, 1000
 * events and 8 seconds of work, and to ten events that lead nowhere.
 */
export function explorePositions(definition: ProcessDefinition): PositionGraph {
  const known = explored.get(definition);
  if (known !== undefined) return known;
  const graph = exploreRoutes(definition);
  explored.set(definition, graph);
  return graph;
}

/** A check explores, and so does who shows its outcome. */
const explored = new WeakMap<ProcessDefinition, PositionGraph>();

function exploreRoutes(definition: ProcessDefinition): PositionGraph {
  const states: ExploredState[] = [];
  const edges: ExploredEdge[] = [];
  const reached = new Set<string>();
  for (const routeLength of definition.usesRoute ? routeLengths : [0]) {
    const complete = exploreRoute(definition, routeLength, { states, edges, reached });
    if (!complete) return { states, edges, reached, complete };
  }
  return { states, edges, reached, complete: true };
}

function exploreRoute(
  definition: ProcessDefinition,
  routeLength: number,
  { states, edges, reached }: { states: ExploredState[]; edges: ExploredEdge[]; reached: Set<string> },
): boolean {
  const known = new Map<string, number>();
  const guarded = guardedSteps(definition);
  const queue: ExploredState[] = [];
  const isOver = workLimit(workMsMax);
  const add = (path: readonly PathEvent[], position: Position): number => {
    for (const id of position.passed) reached.add(id);
    const signature = `${resumedFrom(definition, path)} ${signatureOf(position, guarded)}`;
    const existing = known.get(signature);
    if (existing !== undefined) return existing;
    const state = { id: states.length, routeLength, path, position };
    known.set(signature, state.id);
    states.push(state);
    queue.push(state);
    return state.id;
  };
  const start: PathEvent = { type: "started", routeLength };
  add([start], replay(definition, [start]));
  for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
    if (edges.filter(({ failure }) => failure !== null).length >= failuresMax) return true;
    for (const event of possibleEvents(state.position)) {
      if (states.length > statesMax || edges.length > edgesMax || isOver()) return false;
      edges.push(follow(definition, state, { event, add }));
    }
  }
  return true;
}

/** By processor time of this process, its other threads included: a busy machine alone makes no definition too large. */
function workLimit(ms: number): () => boolean {
  const before = process.cpuUsage();
  return () => process.cpuUsage(before).user / 1000 > ms;
}

function follow(
  definition: ProcessDefinition,
  state: ExploredState,
  { event, add }: { event: PathEvent; add: (path: readonly PathEvent[], position: Position) => number },
): ExploredEdge {
  const path = [...state.path, event];
  try {
    const position = replay(definition, path);
    const calls = position.serviceCalls.map(({ name, args }) => ({ name, elementId: args.elementId }));
    return {
      from: state.id,
      event,
      to: add(path, position),
      failure: null,
      calls,
      outcomes: position.outcomes,
    };
  } catch (error) {
    if (!(error instanceof ReplayError)) throw error;
    return { from: state.id, event, to: null, failure: error.message, calls: [], outcomes: {} };
  }
}

/** Everything that can happen next at a position: each outcome of each step, each message, each timer. */
export function possibleEvents(position: Position): PathEvent[] {
  return [
    ...position.openTasks.flatMap(({ key, outcomes }) =>
      outcomes.map((outcome): PathEvent => ({ type: "decided", key, outcome })),
    ),
    ...position.openRules.flatMap(({ elementId, outcomes }) =>
      outcomes.map((outcome): PathEvent => ({ type: "ruled", elementId, outcome })),
    ),
    ...position.messages.map((name): PathEvent => ({ type: "message", name })),
    ...position.dueTimers.map(({ key }): PathEvent => ({ type: "timer", key })),
  ];
}

/** `review:0=approve` as people write it on a command line and read it in a finding. */
export function eventText(event: PathEvent): string {
  switch (event.type) {
    case "started":
      return event.routeLength === 0 ? "start" : `start(${event.routeLength})`;
    case "decided":
      return `${event.key}=${event.outcome}`;
    case "ruled":
      return `${event.elementId}=${event.outcome}`;
    case "message":
      return `!${event.name}`;
    case "timer":
      return `@${event.key}`;
  }
}

/** A whole path in one line. */
export function pathText(path: readonly PathEvent[]): string {
  return path.map(eventText).join(" → ");
}

/** The steps whose outcomes a condition of the diagram reads. What no guard reads cannot change where a path leads. */
function guardedSteps({ context }: ProcessDefinition): ReadonlySet<string> {
  const conditions = context.getSequenceFlows().flatMap(({ behaviour }) => {
    const text: unknown = (behaviour?.["conditionExpression"] as { body?: unknown } | undefined)?.body;
    return typeof text === "string" ? [safePath(text)?.[2] ?? ""] : [];
  });
  return new Set(conditions);
}

/** Where on the route the next round would begin: as little to be seen at a position as an outcome is. */
function resumedFrom({ resumes, steps }: ProcessDefinition, path: readonly PathEvent[]): string {
  if (!resumes) return "";
  const returned = path.findLast(
    (event) =>
      event.type === "decided" &&
      event.outcome === "reject" &&
      steps.get(event.key.slice(0, event.key.lastIndexOf(":")))?.looped === true,
  );
  return returned?.type === "decided" ? returned.key : "";
}

function signatureOf(position: Position, guarded: ReadonlySet<string>): string {
  if (position.ended) return JSON.stringify(["ended", position.ends.at(-1) ?? null]);
  return JSON.stringify([
    position.openTasks.map((task) => task.key).toSorted(),
    position.openRules.map((rule) => rule.elementId).toSorted(),
    position.messages.toSorted(),
    position.dueTimers.map((timer) => timer.key).toSorted(),
    Object.entries(position.outcomes)
      .filter(([step]) => guarded.has(step))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ]);
}
