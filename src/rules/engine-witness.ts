import { AsyncLocalStorage } from "node:async_hooks";
import type { Engine } from "json-rules-engine";
import { LRUCache } from "lru-cache";
import type { Values } from "./compile-decision.ts";
import type { Decision } from "./pack-schema.ts";
import { engineFor, rulesThatHold } from "./run-engine.ts";

/** A decision that was made, with the names of the rules that held. */
export interface MadeDecision {
  readonly decision: Decision;
  readonly name: string;
  readonly year: number;
  readonly values: Values;
  readonly held: readonly string[];
  /** what makes it distinct; written once it is asked for */
  key?: string;
}

/** The decisions of one piece of work, by what makes them distinct. */
const scope = new AsyncLocalStorage<Map<string, MadeDecision>>();

/** Distinct fact tuples are few; the bound guards against abuse. */
const agreed = new LRUCache<string, true>({ max: 50_000 });

const numbers = new WeakMap<Decision, number>();
let nextNumber = 0;

function keyOf(made: MadeDecision): string {
  made.key ??= writtenKey(made);
  return made.key;
}

function writtenKey({ decision, year, values, held }: MadeDecision): string {
  let number = numbers.get(decision);
  if (number === undefined) {
    number = nextNumber;
    nextNumber += 1;
    numbers.set(decision, number);
  }
  return `${number}|${year}|${JSON.stringify(values)}|${held.join()}`;
}

/** Who keeps the decisions behind an answer that a memo will hold. */
let keeper: MadeDecision[] | null = null;

/** Whether anybody wants to know of the decisions made now. */
export function isNoted(): boolean {
  return keeper !== null || scope.getStore() !== undefined;
}

/** Notes a decision for the witness and for whoever keeps decisions, where there are any. */
export function noteDecision(made: MadeDecision): void {
  keeper?.push(made);
  noteAgain([made]);
}

/** Notes the decisions behind an answer that comes from a memo: the witness sees them as if they were made now. */
export function noteAgain(decisions: readonly MadeDecision[]): void {
  const store = scope.getStore();
  if (store === undefined) return;
  for (const made of decisions) {
    const key = keyOf(made);
    if (agreed.get(key) === undefined) store.set(key, made);
  }
}

/** Does some work, and keeps the decisions that were made in it. */
export function keepingDecisions<Result>(work: () => Result): {
  result: Result;
  made: readonly MadeDecision[];
} {
  const outer = keeper;
  const made: MadeDecision[] = [];
  keeper = made;
  try {
    return { result: work(), made };
  } finally {
    keeper = outer;
  }
}

const engines = new WeakMap<Decision, Map<number, Engine>>();

function engineOf({ decision, year }: MadeDecision): Engine {
  const byYear = engines.get(decision) ?? new Map<number, Engine>();
  engines.set(decision, byYear);
  const engine = byYear.get(year) ?? engineFor(decision, year);
  byYear.set(year, engine);
  return engine;
}

/**
 * Does some work and then runs json-rules-engine on every decision that was made in it, each distinct one once a
 * process. What the work returns is returned only when the engine decided alike. The server does each command so,
 * before its transaction commits, and each query before its answer is sent: nothing is stored or shown that the engine
 * did not decide.
 * @throws Error naming the decision when the engine disagrees, each time that it is made.
 */
export async function witnessed<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  const made = new Map<string, MadeDecision>();
  const result = await scope.run(made, work);
  for (const [key, one] of made) {
    const theirs = await rulesThatHold(engineOf(one), one.values);
    if (theirs.toSorted().join() !== one.held.toSorted().join())
      throw new Error(`json-rules-engine decides ${one.name} of ${one.year} differently`);
    agreed.set(key, true);
  }
  return result;
}
