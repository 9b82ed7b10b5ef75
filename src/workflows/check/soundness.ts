import { type Approval, serviceEntry } from "../catalogue.ts";
import type { ProcessDefinition } from "../runtime/definition.ts";
import type { PathEvent, Position } from "../runtime/position.ts";
import { type ExploredEdge, type ExploredState, type PositionGraph, pathText } from "./explore.ts";
import { type Finding, finding } from "./findings.ts";
import type { CheckedModel } from "./model.ts";

type Steps = ProcessDefinition["steps"];

/**
 * What is wrong with the process as a whole, from its explored graph: elements never reached, positions that cannot
 * end, decisions without a way or without effect, services after the wrong event, rejections and ends that nobody is
 * told of, positions that an applicant cannot withdraw from.
 */
export function checkSoundness(model: CheckedModel, graph: PositionGraph, steps: Steps): Finding[] {
  if (!graph.complete) return [finding("too-many-positions", null, String(graph.states.length))];
  return distinct([
    ...unreachable(model, graph),
    ...deadEnds(graph),
    ...cannotEnd(graph),
    ...withoutEffect(graph),
    ...circles(graph),
    ...graph.edges.flatMap((edge) => checkEdge(graph, edge, steps)),
    ...graph.states.flatMap((state) => [...checkWithdrawal(state), ...checkStart(state)]),
  ]);
}

/** One finding of a kind at an element is enough: longer paths only repeat it. */
function distinct(findings: Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, elementId }) => {
    const key = `${code} ${elementId}`;
    return !seen.has(key) && seen.add(key);
  });
}

function unreachable(model: CheckedModel, graph: PositionGraph): Finding[] {
  const reached = new Set(graph.reached);
  // What only ever waits, and is interrupted each time, is not passed but was reached.
  for (const { position } of graph.states)
    for (const { elementId } of position.openTasks) reached.add(elementId);
  return model.elements.flatMap(({ id }) =>
    id !== undefined && !reached.has(id) ? [finding("unreachable", id)] : [],
  );
}

function deadEnds({ states, edges }: PositionGraph): Finding[] {
  return edges.flatMap((edge) => {
    if (edge.failure === null) return [];
    return [
      finding("no-way", elementOf(edge.event), pathText([...(states[edge.from]?.path ?? []), edge.event])),
    ];
  });
}

function cannotEnd({ states, edges }: PositionGraph): Finding[] {
  const ending = new Set(states.filter((state) => state.position.ended).map((state) => state.id));
  for (let before = -1; before !== ending.size; ) {
    before = ending.size;
    for (const edge of edges) if (edge.to !== null && ending.has(edge.to)) ending.add(edge.from);
  }
  return states.flatMap((state) =>
    ending.has(state.id) ? [] : [finding("cannot-end", openElement(state), pathText(state.path))],
  );
}

const negative = new Set(["reject", "cancel"]);

/**
 * Whoever is asked agrees, and still it goes round: what remains after all states are taken away from which agreeing
 * leads on to a state already taken away, an end first.
 */
function circles({ states, edges }: PositionGraph): Finding[] {
  const agreeing = edges.filter(
    ({ event }) => event.type === "ruled" || (event.type === "decided" && !negative.has(event.outcome)),
  );
  const concluded = new Set<number>();
  for (let before = -1; before !== concluded.size; ) {
    before = concluded.size;
    for (const { id } of states) {
      const ways = agreeing.filter(({ from }) => from === id);
      if (ways.every(({ to }) => to === null || concluded.has(to))) concluded.add(id);
    }
  }
  return states.flatMap((state) =>
    concluded.has(state.id) ? [] : [finding("no-progress", openElement(state), pathText(state.path))],
  );
}

/** A user task whose outcomes all lead to the same position and the same services decides nothing. */
function withoutEffect({ states, edges }: PositionGraph): Finding[] {
  return states.flatMap((state) =>
    state.position.openTasks.flatMap((task) => {
      if (task.outcomes.length < 2) return [];
      const ways = edges.filter(
        (edge) => edge.from === state.id && edge.event.type === "decided" && edge.event.key === task.key,
      );
      const effects = new Set(ways.map((way) => effectOf(states, way)));
      return effects.size < 2 ? [finding("no-effect", task.elementId)] : [];
    }),
  );
}

/** Where an edge leads, apart from the outcome itself, which is of course different. */
function effectOf(states: readonly ExploredState[], edge: ExploredEdge): string {
  const to = edge.to === null ? undefined : states[edge.to]?.position;
  return JSON.stringify([
    edge.calls,
    to?.openTasks.map(({ key }) => key),
    to?.ended,
    to?.ended ? to.ends.at(-1) : null,
    edge.failure,
  ]);
}

function checkEdge({ states }: PositionGraph, edge: ExploredEdge, steps: Steps): Finding[] {
  const from = states[edge.from];
  const to = edge.to === null ? undefined : states[edge.to]?.position;
  if (from === undefined || to === undefined) return [];
  const way = pathText([...from.path, edge.event]);
  if (edge.calls.length === 0) return checkSilence(edge.event, { to, way });
  return edge.calls.flatMap((call) => {
    const entry = serviceEntry(call.name);
    if (entry === null) return [];
    if (!entry.after.includes(trigger(edge.event))) return [finding("wrong-order", call.elementId, way)];
    if (entry.wholeRoute === true && !endsRoute(from, edge.event))
      return [finding("route-incomplete", call.elementId, way)];
    return (entry.approvals ?? []).flatMap((approval) => {
      const surplus = approvalsOf(approval, { edge, steps }) - (isNeeded(approval, { edge, steps }) ? 1 : 0);
      const detail = `${approval.of.join("/")}: ${way}`;
      if (surplus === 0) return [];
      return [finding(surplus < 0 ? "approval-missing" : "approval-needless", call.elementId, detail)];
    });
  });
}

interface Decided {
  readonly edge: ExploredEdge;
  readonly steps: Steps;
}

function isNeeded({ when }: Approval, { edge, steps }: Decided): boolean {
  if (when === undefined) return true;
  return [...steps.values()].some(
    ({ elementId, rule }) => rule === when.rule && edge.outcomes[elementId] === when.outcome,
  );
}

/** How many of the holders that an approval names have approved on the way to an edge. */
function approvalsOf({ of }: Approval, { edge, steps }: Decided): number {
  const asked = [...steps.values()].filter(({ candidates }) => of.includes(candidates ?? ""));
  return asked.filter(({ elementId }) => edge.outcomes[elementId] === "approve").length;
}

/** Some events must reach a service, because somebody has to be told or something has to be done. */
function checkSilence(event: PathEvent, { to, way }: { to: Position; way: string }): Finding[] {
  if (to.ended) return [finding("silent-end", to.ends.at(-1), way)];
  if (event.type === "message") return [finding("silent-end", null, way)];
  if (event.type === "decided" && event.outcome === "reject")
    return [finding("silent-rejection", elementOf(event), way)];
  const returned = to.openTasks.find(({ candidateRule }) => candidateRule === "applicant");
  return returned === undefined ? [] : [finding("silent-return", returned.elementId, way)];
}

function trigger(event: PathEvent): string {
  switch (event.type) {
    case "decided":
    case "ruled":
      return event.outcome;
    case "message":
      return `!${event.name}`;
    case "timer":
      return "@";
    case "started":
      return "start";
  }
}

/** Whether an event is the decision of the route's last organization. */
function endsRoute(from: ExploredState, event: PathEvent): boolean {
  const task =
    event.type === "decided" ? from.position.openTasks.find(({ key }) => key === event.key) : undefined;
  return task?.candidateRule === "routeStep" && task.loopIndex === from.routeLength - 1;
}

/** Starting an instance asks somebody or a rule; the command that starts it does the rest. */
function checkStart({ path, position }: ExploredState): Finding[] {
  if (path.length > 1) return [];
  const calls = position.serviceCalls.map(({ args }) =>
    finding("wrong-order", args.elementId, pathText(path)),
  );
  const applicant = position.openTasks.filter(({ candidateRule }) => candidateRule === "applicant");
  const returned = applicant.map(({ elementId }) => finding("silent-return", elementId, pathText(path)));
  return [
    ...calls,
    ...returned,
    ...(position.ended ? [finding("silent-end", position.ends.at(-1), pathText(path))] : []),
  ];
}

function checkWithdrawal(state: ExploredState): Finding[] {
  const { openTasks, messages } = state.position;
  const [task] = openTasks;
  const othersDecide =
    task !== undefined && openTasks.every(({ candidateRule }) => candidateRule !== "applicant");
  return othersDecide && !messages.includes("withdraw")
    ? [finding("no-withdrawal", task.elementId, pathText(state.path))]
    : [];
}

function elementOf(event: PathEvent): string | null {
  switch (event.type) {
    case "decided":
      return event.key.slice(0, event.key.lastIndexOf(":"));
    case "ruled":
      return event.elementId;
    case "timer":
      return event.key;
    case "started":
    case "message":
      return null;
  }
}

function openElement({ position }: ExploredState): string | null {
  return (
    position.openTasks[0]?.elementId ??
    position.openRules[0]?.elementId ??
    position.dueTimers[0]?.elementId ??
    null
  );
}
