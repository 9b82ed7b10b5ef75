import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../src/shared/project-root.ts";
import { loadDefinition, type ProcessDefinition } from "../../src/workflows/runtime/definition.ts";
import type { PathEvent, Position } from "../../src/workflows/runtime/position.ts";

/** The XML of a shipped definition. */
export function shippedXml(key: string): string {
  return readFileSync(join(projectRoot(), "bpmn", `${key}.bpmn`), "utf8");
}

/** A shipped definition, parsed. */
export function shipped(key: string): Promise<ProcessDefinition> {
  return loadDefinition(shippedXml(key));
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

/** `started:3 route=full review:0=approve !withdraw @timer` as path events. */
export function path(text: string): PathEvent[] {
  return text.split(" ").map((word): PathEvent => {
    if (word.startsWith("started:")) return { type: "started", routeLength: Number(word.slice(8)) };
    if (word.startsWith("!")) return { type: "message", name: word.slice(1) };
    if (word.startsWith("@")) return { type: "timer", key: word.slice(1) };
    const [key = "", outcome = ""] = word.split("=");
    return key.includes(":") ? { type: "decided", key, outcome } : { type: "ruled", elementId: key, outcome };
  });
}
