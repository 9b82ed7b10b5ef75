import { answerOrders } from "../../shared/thread-task.ts";
import { serviceEntry } from "../catalogue.ts";
import { loadDefinition, type ProcessDefinition } from "../runtime/definition.ts";
import type { PathEvent } from "../runtime/position.ts";
import type { Assessment } from "./assess.ts";
import { checkDefinition } from "./check-definition.ts";
import { explorePositions } from "./explore.ts";
import { finding } from "./findings.ts";

/** One reachable position, in words. */
export interface AssessedPosition {
  readonly id: number;
  readonly routeLength: number;
  readonly ended: boolean;
  /** Names of the open steps, or of the end that was reached. */
  readonly open: readonly string[];
  readonly moves: readonly {
    readonly event: AssessedEvent;
    readonly to: number | null;
    /** What the services that it brings do. */
    readonly services: readonly string[];
  }[];
}

/** What happens: an outcome of a step or rule, a message, or a timer. */
export interface AssessedEvent {
  readonly type: PathEvent["type"];
  readonly elementName: string;
  readonly outcome: string | null;
}

/** The thread of `assess.ts`. */
answerOrders<string>((xml) => () => assessed(xml).catch(unassessed));

async function assessed(xml: string): Promise<Assessment> {
  const findings = await checkDefinition(xml);
  const sound = findings.every(({ severity }) => severity !== "error");
  return { findings, positions: sound ? positionsOf(await loadDefinition(xml)) : [] };
}

function unassessed(error: unknown): Assessment {
  const name = error instanceof Error ? error.name : "unknown";
  return { findings: [finding("too-slow", null, name)], positions: [] };
}

function positionsOf(definition: ProcessDefinition): AssessedPosition[] {
  const { states, edges } = explorePositions(definition);
  const nameOf = (id: string) => definition.names.get(id) ?? id;
  return states.map(({ id, routeLength, position }) => ({
    id,
    routeLength,
    ended: position.ended,
    open: position.ended
      ? position.ends.slice(-1).map(nameOf)
      : [
          ...position.openTasks.map(({ name, loopIndex }) =>
            loopIndex === 0 ? name : `${name}（第${loopIndex + 1}级）`,
          ),
          ...position.openRules.map(({ elementId }) => nameOf(elementId)),
        ],
    moves: edges
      .filter(({ from }) => from === id)
      .map(({ event, to, calls }) => ({
        event: wordsOf(event, nameOf),
        to,
        services: calls.map(({ name }) => serviceEntry(name)?.title ?? name),
      })),
  }));
}

function wordsOf(event: PathEvent, nameOf: (id: string) => string): AssessedEvent {
  switch (event.type) {
    case "started":
      return { type: event.type, elementName: "", outcome: null };
    case "decided":
      return { type: event.type, elementName: nameOf(event.key.split(":")[0] ?? ""), outcome: event.outcome };
    case "ruled":
      return { type: event.type, elementName: nameOf(event.elementId), outcome: event.outcome };
    case "message":
      return { type: event.type, elementName: event.name, outcome: null };
    case "timer":
      return { type: event.type, elementName: nameOf(event.key), outcome: null };
  }
}
