import type { Doc, Value } from "../bson/values.ts";
import type { Expressions } from "../matcher/filter.ts";
import { ARRAY_OPERATORS } from "./arrays.ts";
import { BASIC_OPERATORS } from "./basic.ts";
import { type Compiled, compileExpression, type OperatorTable, truth } from "./compile.ts";
import { DATE_OPERATORS } from "./dates.ts";
import { TEXT_OPERATORS } from "./text.ts";

/** All expression operators that are supported. */
export const OPERATORS: OperatorTable = new Map([
  ...BASIC_OPERATORS,
  ...ARRAY_OPERATORS,
  ...TEXT_OPERATORS,
  ...DATE_OPERATORS,
]);

/** Variables of one operation: `$$NOW` and those of `let`. */
export type Variables = ReadonlyMap<string, Value | undefined>;

export function compileWith(expression: Value, variables: Variables): Compiled {
  return compileExpression(expression, OPERATORS, variables.keys());
}

/** Value of a constant expression, such as the `let` of a command. */
export function evaluateConstant(expression: Value, variables: Variables): Value | undefined {
  return compileWith(expression, variables).evaluate({ root: new Map(), variables });
}

/** What filters need for `$expr`, with these variables in sight. */
export function expressionsWith(variables: Variables): Expressions {
  return {
    compile(expression) {
      const { evaluate, fields } = compileWith(expression, variables);
      const test = truth(evaluate);
      return { fields, test: (root: Doc) => test({ root, variables }) };
    },
  };
}
