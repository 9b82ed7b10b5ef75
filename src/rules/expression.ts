import { daysInclusive, isCalendarDate, wholeMonths } from "./calendar-days.ts";
import type { Expression } from "./rule-schema.ts";
import { RuleError } from "./rule-error.ts";
import type { Scalar } from "./trace.ts";

/** What an expression may ask for: facts, the year's requirement, tables and sets. It reaches nothing else. */
export interface Scope {
  /** A fact or a named value; undefined when there is none. */
  value(name: string): Scalar | undefined;
  requirement(subject: "public" | "professional"): number;
  table(name: string, keys: readonly Scalar[]): number;
  inSet(name: string, code: string): boolean;
}

/**
 * Computes a value of a pack. Closed: the operations below are all there are, so a pack cannot run code.
 * @throws RuleError `fact.type` when an operand has the wrong type or the result is no finite number.
 */
export function evaluate(expression: Expression, scope: Scope): Scalar {
  if (typeof expression !== "object") return expression;
  if ("var" in expression) return variable(expression.var, scope);
  if ("requirement" in expression) return scope.requirement(expression.requirement);
  if ("table" in expression) {
    const [name, ...keys] = expression.table;
    return scope.table(
      name,
      keys.map((key) => evaluate(key, scope)),
    );
  }
  if ("set" in expression) return scope.inSet(expression.set[0], String(evaluate(expression.set[1], scope)));
  return finite(arithmetic(expression, scope));
}

/** `evaluate` for places that need a number. */
export function evaluateNumber(expression: Expression, scope: Scope): number {
  const value = evaluate(expression, scope);
  if (typeof value !== "number") throw wrongType(value, "number");
  return value;
}

type Arithmetic = Exclude<
  Extract<Expression, object>,
  { var: string } | { requirement: string } | { table: unknown } | { set: unknown }
>;

function arithmetic(expression: Arithmetic, scope: Scope): number {
  if ("add" in expression)
    return expression.add.reduce((sum: number, part) => sum + evaluateNumber(part, scope), 0);
  if ("mul" in expression)
    return expression.mul.reduce((product: number, part) => product * evaluateNumber(part, scope), 1);
  if ("sub" in expression) return pair(expression.sub, scope, (a, b) => a - b);
  if ("min" in expression) return Math.min(...expression.min.map((part) => evaluateNumber(part, scope)));
  if ("max" in expression) return Math.max(...expression.max.map((part) => evaluateNumber(part, scope)));
  if ("floor" in expression) return Math.floor(evaluateNumber(expression.floor, scope));
  if ("halfUp" in expression) return pair(expression.halfUp, scope, halfUp);
  if ("days" in expression) return daysInclusive(...period(expression.days, scope));
  return wholeMonths(...period(expression.months, scope));
}

function pair(
  [left, right]: readonly [Expression, Expression],
  scope: Scope,
  compute: (a: number, b: number) => number,
): number {
  return compute(evaluateNumber(left, scope), evaluateNumber(right, scope));
}

function variable(name: string, scope: Scope): Scalar {
  const value = scope.value(name);
  if (value !== undefined) return value;
  throw new RuleError({
    code: "fact.missing",
    message: `缺少“${name}”`,
    messageEn: `Missing fact: ${name}`,
    facts: [name],
  });
}

/** a ÷ b rounded half up, in whole numbers: 0.5 is never lost to binary fractions (PRO-03). */
function halfUp(a: number, b: number): number {
  return Math.floor((2 * a + b) / (2 * b));
}

function period([from, to]: readonly [Expression, Expression], scope: Scope): [string, string] {
  return [dateOf(evaluate(from, scope)), dateOf(evaluate(to, scope))];
}

function dateOf(value: Scalar): string {
  if (typeof value !== "string" || !isCalendarDate(value)) throw wrongType(value, "ISO date");
  return value;
}

function finite(value: number): number {
  if (!Number.isFinite(value) || Math.abs(value) > 1e9) throw wrongType(value, "finite number");
  // Hours carry one decimal (CNV-22); this keeps 30 − 29.9 from becoming 0.10000000000000142.
  return Math.round(value * 1e6) / 1e6;
}

function wrongType(value: Scalar, expected: string): RuleError {
  return new RuleError({
    code: "fact.type",
    message: `计算中的值“${String(value).slice(0, 40)}”类型不符`,
    messageEn: `A computed value is not a ${expected}: ${String(value).slice(0, 40)}`,
    facts: [],
  });
}
