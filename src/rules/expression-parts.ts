import type { Expression } from "./rule-schema.ts";

type ExpressionObject = Extract<Expression, object>;

/** An expression and all expressions inside of it, without the plain values. */
export function expressionParts(expression: Expression): ExpressionObject[] {
  if (typeof expression !== "object") return [];
  return [expression, ...inner(expression).flatMap(expressionParts)];
}

function inner(expression: ExpressionObject): readonly Expression[] {
  if ("table" in expression) return expression.table.slice(1);
  if ("set" in expression) return expression.set.slice(1);
  if ("var" in expression || "requirement" in expression) return [];
  return Object.values(expression).flat();
}
