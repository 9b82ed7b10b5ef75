import { LRUCache } from "lru-cache";
import type { Engine } from "json-rules-engine";
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
}

/** Distinct fact tuples are few; the bounds guard against abuse. */
const witnessed = new LRUCache<string, true>({ max: 50_000 });
const waiting = new LRUCache<string, MadeDecision>({ max: 5_000 });

const numbers = new WeakMap<Decision, number>();
let nextNumber = 0;

function keyOf({ decision, year, values, held }: MadeDecision): string {
  let number = numbers.get(decision);
  if (number === undefined) {
    number = nextNumber;
    nextNumber += 1;
    numbers.set(decision, number);
  }
  return `${number}|${year}|${JSON.stringify(values)}|${held.join()}`;
}

/** Remembers a decision until json-rules-engine has run the same rules on the same values. */
export function awaitWitness(made: MadeDecision): void {
  const key = keyOf(made);
  if (witnessed.get(key) === undefined) waiting.set(key, made);
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
 * Runs json-rules-engine on every decision made since the last call. The server awaits it before a transaction
 * commits: nothing is stored that the engine did not decide alike. Each distinct tuple is run once.
 * @throws Error naming the decision when the engine disagrees; the same decision is then refused again each time.
 */
export async function witnessDecisions(): Promise<number> {
  const due = [...waiting.entries()];
  for (const [key, made] of due) {
    const theirs = await rulesThatHold(engineOf(made), made.values);
    if (theirs.toSorted().join() !== made.held.toSorted().join()) {
      throw new Error(`json-rules-engine decides ${made.name} of ${made.year} differently`);
    }
    witnessed.set(key, true);
    waiting.delete(key);
  }
  return due.length;
}
