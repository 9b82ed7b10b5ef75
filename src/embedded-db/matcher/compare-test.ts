import { classOf, compareValues } from "../bson/compare.ts";
import { isNumber, MaxKey, MinKey, type Missing, toNumber, type Value } from "../bson/values.ts";

export type Comparison = "$eq" | "$gt" | "$gte" | "$lt" | "$lte";
export type ValueTest = (value: Value | Missing) => boolean;

const HOLDS: Record<Comparison, (order: number) => boolean> = {
  $eq: (order) => order === 0,
  $gt: (order) => order > 0,
  $gte: (order) => order >= 0,
  $lt: (order) => order < 0,
  $lte: (order) => order <= 0,
};

function isNaNValue(value: Value | Missing): boolean {
  return isNumber(value) && Number.isNaN(toNumber(value));
}

/** Test of one value against an operand: only values of the operand's type class can hold. */
export function comparisonTest(operator: Comparison, operand: Value): ValueTest {
  const holds = HOLDS[operator];
  const inclusive = operator !== "$gt" && operator !== "$lt";
  if (operand === null) return (value) => inclusive && (value === null || value === undefined);
  if (operand instanceof MinKey || operand instanceof MaxKey) {
    return (value) => value !== undefined && holds(compareValues(value, operand));
  }
  if (isNaNValue(operand)) return (value) => inclusive && isNaNValue(value);
  return sameClassTest(operator, operand);
}

function sameClassTest(operator: Comparison, operand: Value): ValueTest {
  const holds = HOLDS[operator];
  const rank = classOf(operand);
  if (isNumber(operand)) {
    return (value) => isNumber(value) && !isNaNValue(value) && holds(compareValues(value, operand));
  }
  if (typeof operand === "string" && operator === "$eq") return (value) => value === operand;
  return (value) => value !== undefined && classOf(value) === rank && holds(compareValues(value, operand));
}

/** Lifts a test to a path's end: an array there matches by itself or by any of its elements. */
export function spread(test: ValueTest): ValueTest {
  return (value) => (Array.isArray(value) && value.some(test)) || test(value);
}
