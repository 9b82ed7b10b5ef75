import { isCalendarDate } from "./calendar-days.ts";
import type { Field } from "./pack-schema.ts";
import { RuleError, type RuleProblem } from "./rule-error.ts";
import type { Scalar } from "./trace.ts";

/** Facts as they come from outside: plain JSON, not yet checked. */
export type Facts = Readonly<Record<string, unknown>>;
export type Fields = Readonly<Record<string, Field>>;

/** A guard against absurd input (hours are at most 8784 a year); limits that are policy stand in the packs. */
const largestNumber = 100_000;
const longestText = 500;

/**
 * Checks facts against the fields of a decision: nothing missing, unknown or mistyped. `details` may be there but are
 * not needed. Fills defaults in.
 * @throws RuleError that names every wrong fact.
 */
export function checkFacts(facts: Facts, fields: Fields, details: Fields = {}): Record<string, Scalar> {
  const problems = factProblems(facts, fields, details);
  if (problems.length > 0) throw joined(problems);
  const checked: Record<string, Scalar> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = Object.hasOwn(facts, name) ? facts[name] : undefined;
    if (isScalar(value)) checked[name] = value;
    else if (field.default !== undefined) checked[name] = field.default;
  }
  return checked;
}

/** Everything that is wrong with the facts, one problem a fact. */
export function factProblems(facts: Facts, fields: Fields, details: Fields = {}): RuleProblem[] {
  const needed = Object.entries(fields).flatMap(([name, field]) => neededProblems(facts, name, field));
  const others = Object.entries(facts)
    .filter(([name]) => !Object.hasOwn(fields, name))
    .flatMap(([name, value]) => otherProblems(name, value, details));
  return [...needed, ...others];
}

function neededProblems(facts: Facts, name: string, field: Field): RuleProblem[] {
  const value = Object.hasOwn(facts, name) ? facts[name] : undefined;
  if (value !== undefined && value !== null) return valueProblems(name, value, field);
  return field.optional === true ? [] : [missing(name, field.title)];
}

function otherProblems(name: string, value: unknown, details: Fields): RuleProblem[] {
  const detail = Object.hasOwn(details, name) ? details[name] : undefined;
  if (detail === undefined) return [unknown(name)];
  return value === undefined || value === null ? [] : valueProblems(name, value, detail);
}

/** The problem of a fact that is not there. */
export function missing(name: string, title: string): RuleProblem {
  return {
    code: "fact.missing",
    message: `缺少“${title}”（${name}）`,
    messageEn: `Missing fact: ${name}`,
    facts: [name],
  };
}

/** One error that names all wrong facts; its code is that of the first. */
export function joined(problems: readonly RuleProblem[]): RuleError {
  return new RuleError({
    code: problems[0]?.code ?? "fact.type",
    message: problems.map((problem) => problem.message).join("；"),
    messageEn: problems.map((problem) => problem.messageEn).join("; "),
    facts: problems.flatMap((problem) => problem.facts),
  });
}

function unknown(name: string): RuleProblem {
  const shown = name.slice(0, 60);
  return {
    code: "fact.unknown",
    message: `未知的事实“${shown}”`,
    messageEn: `Unknown fact: ${shown}`,
    facts: [shown],
  };
}

function valueProblems(name: string, value: unknown, field: Field): RuleProblem[] {
  const expected = typeProblem(value, field);
  if (expected !== null) return [problemOf("fact.type", name, { field, expected })];
  if (typeof value !== "number") return [];
  if (field.min !== undefined && value < field.min)
    return [
      problemOf("fact.range", name, { field, expected: [`不得小于 ${field.min}`, `at least ${field.min}`] }),
    ];
  if (field.max !== undefined && value > field.max)
    return [
      problemOf("fact.range", name, { field, expected: [`不得大于 ${field.max}`, `at most ${field.max}`] }),
    ];
  return [];
}

type Expected = readonly [zh: string, en: string];

function problemOf(code: string, name: string, about: { field: Field; expected: Expected }): RuleProblem {
  return {
    code,
    message: `“${about.field.title}”（${name}）${about.expected[0]}`,
    messageEn: `Fact ${name} must be ${about.expected[1]}`,
    facts: [name],
  };
}

const checks: Readonly<Record<Field["type"], (value: unknown, field: Field) => Expected | null>> = {
  integer: (value) => (isNumber(value) && Number.isInteger(value) ? null : ["应为整数", "an integer"]),
  number: (value) => (isNumber(value) ? null : ["应为数字", "a number"]),
  // CNV-22: hours carry one decimal at most.
  hours: (value) =>
    isNumber(value) && value > 0 && hasOneDecimal(value)
      ? null
      : ["应为大于 0 的学时数，最多一位小数", "a number of hours above 0 with at most one decimal"],
  text: (value) =>
    typeof value === "string" && value.trim() !== "" && value.length <= longestText
      ? null
      : [`应为不超过 ${longestText} 字的文字`, `a text of 1 to ${longestText} characters`],
  date: (value) =>
    typeof value === "string" && isCalendarDate(value) ? null : ["应为日期（如 2026-03-01）", "an ISO date"],
  boolean: (value) => (typeof value === "boolean" ? null : ["应为是或否（true/false）", "true or false"]),
  region: (value) =>
    typeof value === "string" && /^41\d{4}$/.test(value)
      ? null
      : ["应为河南省六位行政区划代码", "a six-digit region code of Henan (41….)"],
  select: (value, field) => selectProblem(value, field),
};

function typeProblem(value: unknown, field: Field): Expected | null {
  return checks[field.type](value, field);
}

function selectProblem(value: unknown, field: Field): Expected | null {
  const options = field.options ?? [];
  if (options.some((option) => option.value === value)) return null;
  return [
    `应为：${options.map((option) => option.title).join("、")}`,
    `one of: ${options.map((option) => option.value).join(", ")}`,
  ];
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && Math.abs(value) <= largestNumber;
}

/** Whether a number of hours is written with at most one decimal (CNV-22). */
export function hasOneDecimal(value: number): boolean {
  return Math.abs(value * 10 - Math.round(value * 10)) < 1e-9;
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
