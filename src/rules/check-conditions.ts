import { isCalendarDate } from "./calendar-days.ts";
import type { Findings } from "./finding.ts";
import type { Decision, Field } from "./pack-schema.ts";
import type { PackCondition } from "./rule-schema.ts";

/** Where in a pack something is checked, and which names may be used there. */
export interface Known {
  readonly place: string;
  readonly known: ReadonlySet<string>;
  readonly findings: Findings;
}

/** Conditions compare facts that exist, with operators and values that suit their types. */
export function checkConditions(condition: PackCondition, decision: Decision, at: Known): void {
  if ("all" in condition) for (const part of condition.all) checkConditions(part, decision, at);
  else if ("any" in condition) for (const part of condition.any) checkConditions(part, decision, at);
  else if ("not" in condition) checkConditions(condition.not, decision, at);
  else checkComparison(condition, decision, at);
}

type Comparison = Extract<PackCondition, { fact: string }>;

function checkComparison(comparison: Comparison, decision: Decision, at: Known): void {
  const { fact, value } = comparison;
  checkName(fact, at);
  if (isReference(value)) {
    checkName(value.fact, at);
    return;
  }
  checkOperator(comparison, at);
  const field = Object.hasOwn(decision.facts, fact) ? decision.facts[fact] : undefined;
  if (field === undefined) return;
  const wrong = (Array.isArray(value) ? value : [value]).filter((one) => !fits(field, one));
  for (const one of wrong)
    at.findings.add("condition.type", at.place, `“${field.title}”不会等于 ${JSON.stringify(one)}`);
}

function checkName(fact: string, at: Known): void {
  if (!at.known.has(fact)) at.findings.add("fact.unknown", at.place, `条件中的“${fact}”没有定义`);
}

function checkOperator({ operator, value }: Comparison, at: Known): void {
  if ((operator === "in" || operator === "notIn") !== Array.isArray(value))
    at.findings.add("condition.type", at.place, `“${operator}”与所比较的值不符`);
  if (/than/i.test(operator) && typeof value !== "number")
    at.findings.add("condition.type", at.place, `“${operator}”只能比较数字`);
  if (/before|after/i.test(operator) && !(typeof value === "string" && isCalendarDate(value)))
    at.findings.add("condition.type", at.place, `“${operator}”只能比较日期`);
}

const fieldValueTypes: Readonly<Record<Field["type"], string>> = {
  integer: "number",
  number: "number",
  hours: "number",
  text: "string",
  date: "string",
  select: "string",
  boolean: "boolean",
  region: "string",
};

function fits(field: Field, value: unknown): boolean {
  if (typeof value !== fieldValueTypes[field.type]) return false;
  return field.type !== "select" || (field.options ?? []).some((option) => option.value === value);
}

function isReference(value: unknown): value is { fact: string } {
  return typeof value === "object" && value !== null && "fact" in value;
}
