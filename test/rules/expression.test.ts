import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate, evaluateNumber, type Scope } from "../../src/rules/expression.ts";
import { compare, engineOperators, type OperatorName, operatorSymbols } from "../../src/rules/operators.ts";
import { expressionParts } from "../../src/rules/expression-parts.ts";
import type { Expression } from "../../src/rules/rule-schema.ts";
import { counterexampleOf } from "./counterexample.ts";
import { failureOf } from "./failure.ts";

const values: Record<string, number | string | boolean> = {
  days: 3,
  level: "ministry",
  presented: true,
  from: "2026-01-01",
  to: "2026-06-30",
};
const scope: Scope = {
  value: (name) => (Object.hasOwn(values, name) ? values[name] : undefined),
  requirement: (subject) => (subject === "public" ? 30 : 60),
  table: (name, keys) => (name === "perDay" && keys[0] === "ministry" ? 6 : 4),
  inSet: (name, code) => name === "zhengzhou" && code.startsWith("4101"),
};

describe("evaluate", () => {
  it.each<[string, Expression, number | string | boolean]>([
    ["a number", 5, 5],
    ["a text", "甲", "甲"],
    ["a truth value", false, false],
    ["a fact", { var: "days" }, 3],
    ["the requirement of a subject", { requirement: "professional" }, 60],
    ["the requirement of the other", { requirement: "public" }, 30],
    ["a table cell", { table: ["perDay", { var: "level" }] }, 6],
    ["membership of a set", { set: ["zhengzhou", "410105"] }, true],
    ["no membership", { set: ["zhengzhou", "410202"] }, false],
    ["a sum", { add: [1, 2, { var: "days" }] }, 6],
    ["a sum of one", { add: [7] }, 7],
    ["a difference", { sub: [{ requirement: "public" }, 29.9] }, 0.1],
    ["a product", { mul: [2, { var: "days" }, 4] }, 24],
    ["the least", { min: [9, { var: "days" }, 12] }, 3],
    ["the greatest", { max: [0, { sub: [1, 5] }] }, 0],
    ["whole units", { floor: 25.99 }, 25],
    ["whole units of a negative number", { floor: -0.5 }, -1],
    ["a quotient rounded half up", { halfUp: [45 * 61, 366] }, 8],
    ["a quotient just below the half", { halfUp: [149, 100] }, 1],
    ["a quotient at the half", { halfUp: [150, 100] }, 2],
    ["days of a period", { days: [{ var: "from" }, { var: "to" }] }, 181],
    ["months of a period", { months: [{ var: "from" }, { var: "to" }] }, 6],
    [
      "a nested expression",
      { add: [{ mul: [{ var: "days" }, { table: ["perDay", { var: "level" }] }] }, 6] },
      24,
    ],
  ])("computes %s", (_, expression, expected) => {
    expect(evaluate(expression, scope)).toBe(expected);
  });

  it.each<[string, Expression, string]>([
    ["a fact that is not there", { var: "nothing" }, "fact.missing"],
    ["a name of the object prototype", { var: "toString" }, "fact.missing"],
    ["a text in a sum", { add: [1, { var: "level" }] }, "fact.type"],
    ["a truth value in a product", { mul: [{ var: "presented" }, 2] }, "fact.type"],
    ["a number as a date", { days: [{ var: "days" }, { var: "to" }] }, "fact.type"],
    ["a date that does not exist", { days: ["2026-02-30", { var: "to" }] }, "fact.type"],
    ["a division by zero", { halfUp: [1, 0] }, "fact.type"],
    ["a number beyond all hours", { mul: [100_000, 100_000] }, "fact.type"],
  ])("refuses %s", (_, expression, code) => {
    expect(failureOf(() => evaluate(expression, scope)).code).toBe(code);
  });

  it("loses nothing to binary fractions", () => {
    const tenth = fc.integer({ min: 0, max: 9999 }).map((number) => number / 10);
    const property = fc.property(tenth, tenth, (a, b) => {
      const sum = evaluateNumber({ add: [a, b] }, scope);
      return sum === Math.round((a + b) * 10) / 10 && evaluateNumber({ sub: [sum, b] }, scope) === a;
    });
    expect(counterexampleOf(property)).toBeNull();
  });

  it("rounds half up as PRO-03 says", () => {
    const property = fc.property(
      fc.integer({ min: 0, max: 40_000 }),
      fc.integer({ min: 1, max: 366 }),
      (a, b) => {
        const rounded = evaluateNumber({ halfUp: [a, b] }, scope);
        return Number.isInteger(rounded) && 2 * a >= (2 * rounded - 1) * b && 2 * a < (2 * rounded + 1) * b;
      },
    );
    expect(counterexampleOf(property)).toBeNull();
  });

  it("wants a number where a number is needed", () => {
    expect(failureOf(() => evaluateNumber("3", scope)).code).toBe("fact.type");
    expect(evaluateNumber({ var: "days" }, scope)).toBe(3);
  });
});

describe("expressionParts", () => {
  it("finds every name inside of an expression", () => {
    const expression: Expression = {
      add: [
        { mul: [{ var: "a" }, { table: ["t", { var: "b" }, { floor: { var: "c" } }] }] },
        { set: ["s", { var: "d" }] },
      ],
    };
    const names = expressionParts(expression).flatMap((part) => ("var" in part ? [part.var] : []));
    expect(names).toEqual(["a", "b", "c", "d"]);
    expect(expressionParts(5)).toEqual([]);
    expect(expressionParts({ requirement: "public" })).toHaveLength(1);
  });
});

describe("comparisons", () => {
  it.each<[OperatorName, unknown, unknown, boolean]>([
    ["equal", 3, 3, true],
    ["equal", 3, "3", false],
    ["notEqual", 3, "3", true],
    ["in", "a", ["a", "b"], true],
    ["in", "a", "abc", false],
    ["notIn", "c", ["a", "b"], true],
    ["notIn", "c", "abc", false],
    ["lessThan", 2, 3, true],
    ["lessThan", 3, 3, false],
    ["lessThan", "10", "9", false],
    ["lessThan", "2", 3, false],
    ["lessThanInclusive", 3, 3, true],
    ["lessThanInclusive", 3.1, 3, false],
    ["greaterThan", 3, 3, false],
    ["greaterThan", 3.1, 3, true],
    ["greaterThanInclusive", 3, 3, true],
    ["greaterThanInclusive", undefined, 3, false],
    ["before", "2025-12-31", "2026-01-01", true],
    ["before", "2026-01-01", "2026-01-01", false],
    ["onOrBefore", "2026-01-01", "2026-01-01", true],
    ["onOrBefore", "2026-01-02", "2026-01-01", false],
    ["after", "2026-01-02", "2026-01-01", true],
    ["after", "2026-02-30", "2026-01-01", false],
    ["onOrAfter", "2026-01-01", "2026-01-01", true],
    ["onOrAfter", 20260101, "2026-01-01", false],
  ])("%s of %j and %j is %s", (...[operator, fact, value, expected]) => {
    expect(compare(operator, fact, value)).toBe(expected);
  });

  it("are the same for json-rules-engine, all of them", () => {
    expect(engineOperators().map((operator) => operator.name)).toEqual(Object.keys(operatorSymbols));
  });

  it("order dates as the calendar does", () => {
    const day = fc.date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
    const iso = day.map((date) => date.toISOString().slice(0, 10));
    const property = fc.property(iso, iso, (a, b) => {
      const before = compare("before", a, b);
      return before === Date.parse(a) < Date.parse(b) && compare("onOrAfter", a, b) === !before;
    });
    expect(counterexampleOf(property)).toBeNull();
  });
});
