import { type Doc, isTruthy, type Missing, type Value } from "../bson/values.ts";
import type { Expressions } from "../matcher/filter.ts";
import { Compiler, type Variables } from "./compile.ts";
import { OPERATORS } from "./operators.ts";

export type { Variables };

/** A compiler that knows these variables and all operators. */
export function compilerFor(variables: Variables): Compiler {
  return new Compiler(OPERATORS, variables.keys());
}

export interface Compiled {
  evaluate(root: Doc): Value | Missing;
  /** Top-level fields it reads; null for any. */
  fields: ReadonlySet<string> | null;
}

/** Compiles an expression together with the values of its variables. */
export function compileWith(expression: Value, variables: Variables): Compiled {
  const compiler = compilerFor(variables);
  const evaluate = compiler.compile(expression);
  return { evaluate: (root) => evaluate(root, variables), fields: compiler.fields };
}

/** Value of a constant expression, such as the `let` of a command. */
export function evaluateConstant(expression: Value, variables: Variables): Value | Missing {
  return compileWith(expression, variables).evaluate(new Map());
}

/** What filters need for `$expr`, with these variables in sight. */
export function expressionsWith(variables: Variables): Expressions {
  return {
    compile(expression) {
      const { evaluate, fields } = compileWith(expression, variables);
      return { fields, test: (root) => isTruthy(evaluate(root)) };
    },
  };
}
