import * as Elements from "bpmn-elements";
import type { ParseResult } from "bpmn-moddle";
import serializer, { type SerializableContext, TypeResolver } from "moddle-context-serializer";

// A due time is a row in the database, never a timeout in this process: whatever the definition says, the engine
// sees a moment that never comes, and the timer is fired by `cancelActivity` when its row falls due.
const never = new Date(8_640_000_000_000_000);

// bpmn-elements declares the class as a value without a constructor.
const StockTimer = Elements.TimerEventDefinition as unknown as new (
  ...input: never[]
) => {
  parse(type: string, value: string): { expireAt?: Date; delay?: number };
};

class UnarmedTimer extends StockTimer {
  override parse(): { expireAt: Date; delay: number } {
    return { expireAt: never, delay: Number.MAX_SAFE_INTEGER };
  }
}

/** Timers that never arm. bpmn-elements asks for a handle, so it gets one. */
export const unarmedTimers = {
  executing: [],
  register() {
    return unarmedTimers;
  },
  setTimeout(_callback: unknown, delay: number) {
    return { timerId: "unarmed", delay };
  },
  clearTimeout() {
    return undefined;
  },
};

/**
 * How our definitions differ from stock BPMN types: timers never arm, and a business rule task waits for its answer
 * as a user task does, because rule packs decide outside the diagram and a replay must not ask them again.
 */
export function extendTypes(types: Record<string, unknown>): void {
  types["bpmn:TimerEventDefinition"] = UnarmedTimer;
  types["bpmn:BusinessRuleTask"] = Elements.SignalTask;
}

const resolver = TypeResolver(Elements, extendTypes);

/** The moddle context in the form that bpmn-elements runs; made once per definition, shared by all its replays. */
export function serializeContext(parsed: ParseResult): SerializableContext {
  return serializer(parsed as unknown as Parameters<typeof serializer>[0], resolver);
}
