import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../src/shared/project-root.ts";
import { possibleEvents } from "../../src/workflows/check/explore.ts";
import { loadDefinition, type ProcessDefinition } from "../../src/workflows/runtime/definition.ts";
import type { PositionMemo } from "../../src/workflows/runtime/memo.ts";
import type { PathEvent } from "../../src/workflows/runtime/position.ts";

/** The XML of a shipped definition. */
export function shippedXml(key: string): string {
  return readFileSync(join(projectRoot(), "bpmn", `${key}.bpmn`), "utf8");
}

/** A shipped definition, parsed. */
export function shipped(key: string): Promise<ProcessDefinition> {
  return loadDefinition(shippedXml(key));
}

/** Keys of all shipped definitions. */
export function shippedKeys(): string[] {
  const files = readdirSync(join(projectRoot(), "bpmn"));
  return files.map((name) => name.replace(/\.bpmn$/, "")).toSorted();
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

/** The path that numbers pick: each chooses one of the events that are possible then; shorter if none is. */
export function pickedPath(
  memo: PositionMemo,
  definition: ProcessDefinition,
  { routeLength, picks }: { routeLength: number; picks: readonly number[] },
): PathEvent[] {
  const events: PathEvent[] = [{ type: "started", routeLength }];
  for (const pick of picks) {
    const next = possibleEvents(memo.position(definition, events));
    const chosen = next[pick % next.length];
    if (chosen === undefined) break;
    events.push(chosen);
  }
  return events;
}
