import { Operator } from "json-rules-engine";
import { isCalendarDate } from "./calendar-days.ts";
import type { operatorNames } from "./rule-schema.ts";

export type OperatorName = (typeof operatorNames)[number];

/**
 * The closed list of comparisons. The engine's own `lessThan` calls "10" less than "9" and is silently false on dates;
 * these compare numbers with numbers and ISO dates with ISO dates, and hold for nothing else.
 */
const comparisons: Readonly<Record<OperatorName, (fact: unknown, value: unknown) => boolean>> = {
  equal: (fact, value) => fact === value,
  notEqual: (fact, value) => fact !== value,
  in: (fact, value) => Array.isArray(value) && value.includes(fact),
  notIn: (fact, value) => Array.isArray(value) && !value.includes(fact),
  lessThan: (fact, value) => areNumbers(fact, value) && Number(fact) < Number(value),
  lessThanInclusive: (fact, value) => areNumbers(fact, value) && Number(fact) <= Number(value),
  greaterThan: (fact, value) => areNumbers(fact, value) && Number(fact) > Number(value),
  greaterThanInclusive: (fact, value) => areNumbers(fact, value) && Number(fact) >= Number(value),
  before: (fact, value) => areDates(fact, value) && String(fact) < String(value),
  onOrBefore: (fact, value) => areDates(fact, value) && String(fact) <= String(value),
  after: (fact, value) => areDates(fact, value) && String(fact) > String(value),
  onOrAfter: (fact, value) => areDates(fact, value) && String(fact) >= String(value),
};

/** How a comparison reads in Chinese. */
export const operatorSymbols: Readonly<Record<OperatorName, string>> = {
  equal: "=",
  notEqual: "≠",
  in: "属于",
  notIn: "不属于",
  lessThan: "<",
  lessThanInclusive: "≤",
  greaterThan: ">",
  greaterThanInclusive: "≥",
  before: "早于",
  onOrBefore: "不晚于",
  after: "晚于",
  onOrAfter: "不早于",
};

/** Whether the comparison holds. */
export function compare(operator: OperatorName, fact: unknown, value: unknown): boolean {
  return comparisons[operator](fact, value);
}

/** The same comparisons for json-rules-engine; they replace its own of the same name. */
export function engineOperators(): Operator[] {
  return Object.entries(comparisons).map(([name, holds]) => new Operator(name, holds));
}

function areNumbers(fact: unknown, value: unknown): boolean {
  return typeof fact === "number" && typeof value === "number";
}

function areDates(fact: unknown, value: unknown): boolean {
  return (
    typeof fact === "string" && typeof value === "string" && isCalendarDate(fact) && isCalendarDate(value)
  );
}
