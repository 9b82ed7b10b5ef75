import { Rule, type TopLevelCondition } from "json-rules-engine";
import type { LoadedPack } from "./load-packs.ts";
import { compare, type OperatorName } from "./operators.ts";
import type { Decision } from "./pack-schema.ts";
import type { PackCondition, PackRule } from "./rule-schema.ts";
import type { ConditionTrace, Json, Scalar } from "./trace.ts";

export type Values = Readonly<Record<string, Scalar>>;

/** A rule in force, its conditions ready to run. */
export interface CompiledRule {
  readonly rule: PackRule;
  readonly holds: (values: Values) => boolean;
  /** Every comparison with its values, for the trace. */
  readonly explain: (values: Values) => ConditionTrace[];
}

const compiled = new WeakMap<LoadedPack, Map<string, readonly CompiledRule[]>>();

/**
 * The rules of a decision in force in a year. Partitioned by decision and year and kept per pack version: a run meets
 * only rules that can apply, which is what makes the engine fast.
 */
export function compileDecision(pack: LoadedPack, name: string, about: { decision: Decision; year: number }) {
  const partition = compiled.get(pack) ?? new Map<string, readonly CompiledRule[]>();
  compiled.set(pack, partition);
  const key = `${name}#${about.year}`;
  const known = partition.get(key);
  if (known !== undefined) return known;
  const rules = about.decision.rules
    .filter((rule) => isInForce(rule, about.year))
    .map((rule) => compiledRule(rule, about.decision));
  partition.set(key, rules);
  return rules;
}

/** Whether a dated row holds in a year; a row without dates always does. */
export function isInForce(row: { from?: number | undefined; to?: number | null | undefined }, year: number) {
  return (row.from ?? year) <= year && year <= (row.to ?? year);
}

const compiledRules = new WeakMap<PackRule, CompiledRule>();

function compiledRule(rule: PackRule, decision: Decision): CompiledRule {
  const known = compiledRules.get(rule);
  if (known !== undefined) return known;
  const made = compileRule(rule, decision);
  compiledRules.set(rule, made);
  return made;
}

/**
 * json-rules-engine parses and validates the rule; its condition tree is then run without promises, so that an answer
 * is a plain return value. `run-engine.ts` runs the same rules in the engine itself; `rules check` compares the two.
 */
function compileRule(rule: PackRule, decision: Decision): CompiledRule {
  const parsed = new Rule({
    name: rule.name,
    conditions: engineConditions(rule),
    event: { type: rule.event.type },
  });
  const conditions = fromEngine(parsed.conditions);
  return {
    rule,
    holds: compileCondition(conditions),
    explain: (values) => explainCondition(conditions, { values, decision }),
  };
}

/** The conditions of a pack's rule are written in the engine's own format. */
export function engineConditions(rule: PackRule): TopLevelCondition {
  return structuredClone(rule.conditions);
}

type Node =
  | { readonly all: readonly Node[] }
  | { readonly any: readonly Node[] }
  | { readonly not: Node }
  | { readonly fact: string; readonly operator: OperatorName; readonly value: unknown };

function fromEngine(condition: unknown): Node {
  // The engine keeps the tree it was given (and adds priorities), which pack-schema.ts has checked.
  const tree = condition as PackCondition;
  if ("all" in tree) return { all: tree.all.map(fromEngine) };
  if ("any" in tree) return { any: tree.any.map(fromEngine) };
  if ("not" in tree) return { not: fromEngine(tree.not) };
  return { fact: tree.fact, operator: tree.operator, value: tree.value };
}

function compileCondition(node: Node): (values: Values) => boolean {
  if ("all" in node) {
    const parts = node.all.map(compileCondition);
    return (values) => parts.every((holds) => holds(values));
  }
  if ("any" in node) {
    const parts = node.any.map(compileCondition);
    return (values) => parts.some((holds) => holds(values));
  }
  if ("not" in node) {
    const holds = compileCondition(node.not);
    return (values) => !holds(values);
  }
  const right = rightSide(node.value);
  return (values) => compare(node.operator, values[node.fact], right(values));
}

function rightSide(value: unknown): (values: Values) => unknown {
  if (!isReference(value)) return () => value;
  return (values) => values[value.fact];
}

function isReference(value: unknown): value is { fact: string } {
  return typeof value === "object" && value !== null && "fact" in value;
}

function explainCondition(node: Node, about: { values: Values; decision: Decision }): ConditionTrace[] {
  if ("all" in node) return node.all.flatMap((part) => explainCondition(part, about));
  if ("any" in node) return node.any.flatMap((part) => explainCondition(part, about));
  if ("not" in node) return explainCondition(node.not, about);
  const value = rightSide(node.value)(about.values);
  return [
    {
      fact: node.fact,
      title: about.decision.facts[node.fact]?.title ?? node.fact,
      operator: node.operator,
      value: (value ?? null) as Json,
      actual: about.values[node.fact] ?? null,
      result: compare(node.operator, about.values[node.fact], value),
    },
  ];
}
