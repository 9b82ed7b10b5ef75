import { LRUCache } from "lru-cache";
import type { MadeDecision } from "./engine-witness.ts";
import type { HoursAnswer, HoursRequest } from "./evaluate-hours.ts";
import type { RulePacks } from "./load-packs.ts";

/** Distinct fact tuples of a province are few (days × level × presented …); the bound only guards against abuse. */
const mostAnswers = 20_000;

/** An answer and the decisions that it rests on. */
export interface KnownHours {
  readonly answer: HoursAnswer;
  readonly made: readonly MadeDecision[];
}

const memos = new WeakMap<RulePacks, LRUCache<string, KnownHours>>();

/** The answer to an equal request to the same packs, if it was given before. */
export function recallHours(packs: RulePacks, request: HoursRequest): KnownHours | undefined {
  const key = keyOf(request);
  return key === null ? undefined : memos.get(packs)?.get(key);
}

/** Keeps an answer. Refusals are not kept: they are thrown. */
export function rememberHours(packs: RulePacks, request: HoursRequest, known: KnownHours): void {
  let memo = memos.get(packs);
  if (memo === undefined) {
    memo = new LRUCache<string, KnownHours>({ max: mostAnswers });
    memos.set(packs, memo);
  }
  const key = keyOf(request);
  if (key !== null) memo.set(key, known);
}

/**
 * Types are part of the key: the number 3 and the text "3" are different requests. Null for facts that are no plain
 * values, which no form has: the evaluation itself refuses them, by name.
 */
function keyOf(request: HoursRequest): string | null {
  const { facts, requirement } = request;
  let key = `${request.form}|${request.year}|${request.accountant === true}`;
  if (requirement !== undefined) key += `|${JSON.stringify([requirement.public, requirement.professional])}`;
  for (const name in facts) {
    const value = facts[name];
    const kind = typeof value;
    if (kind === "object" || kind === "function" || kind === "symbol") return null;
    key += kind === "string" ? `|${name}"${JSON.stringify(value)}` : `|${name}${kind[0]}${String(value)}`;
  }
  return key;
}
