import type { Values } from "./compile-decision.ts";
import type { Decision, Field, Pack } from "./pack-schema.ts";
import { expressionParts } from "./expression-parts.ts";
import type { PackCondition, PackRule } from "./rule-schema.ts";
import type { Scalar } from "./trace.ts";

/**
 * Values at which the answer of a decision can change: every option, both truth values, each compared number with its
 * neighbours, each compared date with the days around, a region inside and outside of each set.
 */
export function probesOf(
  pack: Pack,
  decision: Decision,
  rules: readonly PackRule[],
): Record<string, readonly Scalar[]> {
  const comparisons = rules.flatMap((rule) => comparisonsIn(rule.conditions));
  const used = new Set(
    comparisons.flatMap((one) => [one.fact, ...(isReference(one.value) ? [one.value.fact] : [])]),
  );
  for (const [name, expression] of Object.entries(decision.derive ?? {}).reverse())
    if (used.has(name)) for (const part of expressionParts(expression)) if ("var" in part) used.add(part.var);
  const numbers = literalsOf(comparisons, "number");
  const texts = literalsOf(comparisons, "string");
  const probes: Record<string, readonly Scalar[]> = {};
  for (const [name, field] of Object.entries(decision.facts)) {
    const values = valuesOf(field, { numbers, texts, pack });
    probes[name] = used.has(name) ? values : values.slice(0, 1);
  }
  return probes;
}

/** All combinations of probes, at most `limit` of them. */
export function* combinations(probes: Record<string, readonly Scalar[]>, limit: number): Generator<Values> {
  const names = Object.keys(probes);
  const sizes = names.map((name) => Math.max(1, probes[name]?.length ?? 1));
  const total = sizes.reduce((product, size) => product * size, 1);
  // Beyond the limit every n-th combination is taken; the stride shares no factor with the sizes, so all values occur.
  const stride = total <= limit ? 1 : coprime(Math.ceil(total / limit), sizes);
  for (let index = 0, taken = 0; index < total && taken < limit; index += stride, taken++)
    yield combination(names, probes, index);
}

function combination(
  names: readonly string[],
  probes: Record<string, readonly Scalar[]>,
  index: number,
): Values {
  const values: Record<string, Scalar> = {};
  let rest = index;
  for (const name of names) {
    const choices = probes[name] ?? [];
    const size = Math.max(1, choices.length);
    const choice = choices[rest % size];
    if (choice !== undefined) values[name] = choice;
    rest = Math.floor(rest / size);
  }
  return values;
}

function coprime(start: number, sizes: readonly number[]): number {
  let stride = start;
  while (sizes.some((size) => size > 1 && greatestCommonDivisor(stride, size) > 1)) stride++;
  return stride;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

type Comparison = Extract<PackCondition, { fact: string }>;

function comparisonsIn(condition: PackCondition): Comparison[] {
  if ("all" in condition) return condition.all.flatMap(comparisonsIn);
  if ("any" in condition) return condition.any.flatMap(comparisonsIn);
  if ("not" in condition) return comparisonsIn(condition.not);
  return [condition];
}

function isReference(value: unknown): value is { fact: string } {
  return typeof value === "object" && value !== null && "fact" in value;
}

function literalsOf<T extends "number" | "string">(comparisons: readonly Comparison[], type: T): Scalar[] {
  return comparisons
    .flatMap(({ value }): unknown[] => (Array.isArray(value) ? value : [value]))
    .filter((value): value is Scalar => typeof value === type);
}

interface Known {
  readonly numbers: readonly Scalar[];
  readonly texts: readonly Scalar[];
  readonly pack: Pack;
}

function valuesOf(field: Field, known: Known): Scalar[] {
  const makers: Readonly<Record<Field["type"], () => Scalar[]>> = {
    select: () => (field.options ?? []).map((option) => option.value),
    boolean: () => [false, true],
    integer: () => around(known.numbers, { field, step: 1, base: [1, 2020, 2021] }),
    number: () => around(known.numbers, { field, step: 1, base: [1, 2.5] }),
    hours: () =>
      around(known.numbers, { field, step: 0.1, base: [1, 2] }).filter((hours) => Number(hours) > 0),
    text: () => ["~", ...known.texts],
    date: () => [
      "2020-06-15",
      "2021-06-15",
      ...known.texts.filter((text) => /^\d{4}-\d{2}-\d{2}$/.test(String(text))),
    ],
    region: () => regionsOf(known.pack),
  };
  return [...new Set(makers[field.type]())];
}

function around(
  numbers: readonly Scalar[],
  about: { field: Field; step: number; base: readonly number[] },
): Scalar[] {
  const { field, step, base } = about;
  const near = numbers.flatMap((number) => [Number(number) - step, Number(number), Number(number) + step]);
  return [...base, ...near]
    .map((number) => Math.round(number * 10) / 10)
    .filter(
      (number) =>
        number >= (field.min ?? Number.NEGATIVE_INFINITY) &&
        number <= (field.max ?? Number.POSITIVE_INFINITY),
    );
}

function regionsOf(pack: Pack): string[] {
  const rows = Object.values(pack.sets ?? {}).flatMap((set) => set.rows);
  const inside = rows.flatMap((row) => [
    ...row.prefixes.map((prefix) => prefix.padEnd(6, "0")),
    ...row.except,
  ]);
  return ["419001", "410000", ...inside];
}
