import type { WorkflowEventRecord } from "../../models/workflow-instance.ts";
import type { PathEvent } from "./position.ts";

/** The path that an instance's history describes, for replay. Throws on a record that lacks its fields. */
export function pathOf(events: readonly WorkflowEventRecord[]): PathEvent[] {
  return events.map((event) => {
    switch (event.type) {
      case "started":
        return { type: "started", routeLength: event.routeLength ?? 0 };
      case "decided":
        return { type: "decided", key: need(event.key), outcome: need(event.outcome) };
      case "ruled":
        return { type: "ruled", elementId: need(event.elementId), outcome: need(event.outcome) };
      case "message":
        return { type: "message", name: need(event.name) };
      case "timer":
        return { type: "timer", key: need(event.key) };
    }
  });
}

/** A path event as history keeps it. */
export function recordOf(event: PathEvent, at: Date, by?: string): WorkflowEventRecord {
  return { ...event, at, ...(by === undefined ? {} : { by }) };
}

function need(value: string | undefined): string {
  if (value === undefined)
    throw new Error("a workflow event lacks a field: the instance's history is damaged");
  return value;
}
