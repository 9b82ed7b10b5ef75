/**
 * What came from outside the diagram, in order: an instance is its definition and these. `started` carries the
 * route's length; a replay never asks a person, a clock or a rule pack again.
 */
export type PathEvent =
  | { readonly type: "started"; readonly routeLength: number }
  | { readonly type: "decided"; readonly key: string; readonly outcome: string }
  | { readonly type: "ruled"; readonly elementId: string; readonly outcome: string }
  | { readonly type: "message"; readonly name: string }
  | { readonly type: "timer"; readonly key: string };

/** A user task that waits for a decision. `key` is element id + loop index and names it uniquely while it is open. */
export interface OpenTask {
  readonly key: string;
  readonly elementId: string;
  readonly name: string;
  readonly loopIndex: number;
  /** How many times this key has been opened so far, from 1: a resubmitted declaration comes back as round 2. */
  readonly round: number;
  readonly candidateRule: string | null;
  readonly module: string | null;
  readonly dueWorkingDays: number | null;
  readonly outcomes: readonly string[];
}

/** A business rule task that waits for the rule packs' answer. */
export interface OpenRule {
  readonly elementId: string;
  readonly rule: string | null;
  readonly outcomes: readonly string[];
}

/** A timer event that has been reached; its due time is counted from the event that reached it. */
export interface DueTimer {
  readonly key: string;
  readonly elementId: string;
  readonly round: number;
  /** ISO 8601 duration (`P15D`) or date, as the definition says. */
  readonly spec: string;
  readonly kind: "timeDuration" | "timeDate" | "timeCycle";
}

/** A service task that the last event reached; the caller runs the command of that name. */
export interface ServiceCall {
  readonly name: string;
  readonly args: { readonly elementId: string };
}

/** Where an instance stands after its events. Plain frozen data: safe to keep in the memo and to compare. */
export interface Position {
  readonly openTasks: readonly OpenTask[];
  readonly openRules: readonly OpenRule[];
  readonly messages: readonly string[];
  readonly dueTimers: readonly DueTimer[];
  /** Only those that the last event brought. */
  readonly serviceCalls: readonly ServiceCall[];
  readonly ended: boolean;
  /** The end events reached, in order. */
  readonly ends: readonly string[];
  /** The last outcome of each decided step, by element id: all that guards can read. */
  readonly outcomes: Readonly<Record<string, string>>;
  /** Elements and flows passed so far, for colouring the diagram. */
  readonly passed: readonly string[];
}

/** Key of a task in its instance: the element's id and, from 0, its place in the route. */
export function taskKey(elementId: string, loopIndex: number): string {
  return `${elementId}:${loopIndex}`;
}

/** Why a replay is impossible. `code` is stable; the message is for operators and logs. */
export class ReplayError extends Error {
  readonly code: "not-open" | "unknown-outcome" | "ended" | "no-way" | "not-started" | "bad-route";

  constructor(code: ReplayError["code"], message: string) {
    super(message);
    this.name = "ReplayError";
    this.code = code;
  }
}
