import { toDoc } from "../bson/decode.ts";
import { type Doc, isDoc, isTruthy, type Missing, RawDoc, type Value } from "../bson/values.ts";
import { DatabaseError, failedToParse } from "../errors.ts";
import type { Expressions } from "../matcher/filter.ts";
import { type Arity, type Evaluate, namedArguments, setField, type Variables } from "./operator.ts";
import { OPERATORS } from "./operators.ts";

export type { Variables };

/** Compiles expressions, and notes which fields they read. */
export class Compiler {
  /** Top-level fields read so far; null when the whole document is. */
  fields: Set<string> | null = new Set();
  #variables: ReadonlySet<string>;

  constructor(variables: Variables) {
    this.#variables = new Set(["NOW", "REMOVE", ...variables.keys()]);
  }

  /** Throws InvalidPipelineOperator (168) for unknown operators, those of MongoDB that are left out among them. */
  compile(expression: Value): Evaluate {
    if (typeof expression === "string" && expression.startsWith("$")) return this.#reference(expression);
    if (expression instanceof RawDoc) return this.compile(toDoc(expression));
    if (Array.isArray(expression)) {
      const items = expression.map((item) => this.compile(item));
      return (root, variables) => items.map((item) => item(root, variables) ?? null);
    }
    if (!isDoc(expression)) return () => expression;
    const [first] = expression.keys();
    return first?.startsWith("$") ? this.#operator(first, expression) : this.#object(expression);
  }

  /** Compiles with more variables in sight. */
  within(names: readonly string[], expression: Value): Evaluate {
    names.forEach(checkVariable);
    const outer = this.#variables;
    this.#variables = new Set([...outer, ...names]);
    const evaluate = this.compile(expression);
    this.#variables = outer;
    return evaluate;
  }

  /** The arguments of an operator; a single one may stand without an array. */
  list(name: string, argument: Value, arity: Arity): Evaluate[] {
    if (Array.isArray(arity)) {
      const parts = namedArguments(argument, name, arity);
      return arity.map((part) => this.compile(parts.get(part) as Value));
    }
    const items = Array.isArray(argument) ? argument : [argument];
    if (arity !== null && items.length !== arity)
      throw new DatabaseError(
        16020,
        `Expression ${name} takes exactly ${arity} arguments. ${items.length} were passed in.`,
      );
    return items.map((item) => this.compile(item));
  }

  #reference(reference: string): Evaluate {
    checkReference(reference);
    // `$a` is short for `$$CURRENT.a`, and CURRENT is the document until a variable of that name is given.
    const path = fieldParts(reference.replace(/^\$\$?/, ""));
    const [name, ...rest] = (reference.startsWith("$$") ? path : ["CURRENT", ...path]) as [
      string,
      ...string[],
    ];
    if (this.#variables.has(name)) return (_root, variables) => follow(variables.get(name), rest);
    if (name !== "ROOT" && name !== "CURRENT")
      throw new DatabaseError(17276, `Use of undefined variable: ${name}`);
    const [head] = rest;
    if (head === undefined) this.fields = null;
    else this.fields?.add(head);
    return head !== undefined && rest.length === 1 ? (root) => root.get(head) : (root) => follow(root, rest);
  }

  #operator(name: string, expression: Doc): Evaluate {
    if (expression.size > 1)
      throw new DatabaseError(
        15983,
        `An expression must have exactly one field, ${name} is not the only one`,
      );
    const operator = OPERATORS.get(name);
    if (operator) return operator(expression.get(name) as Value, this, name);
    throw new DatabaseError("InvalidPipelineOperator", `Unrecognized expression '${name}'`);
  }

  #object(expression: Doc): Evaluate {
    const fields = [...expression].map(([name, value]) => {
      if (name.includes(".")) throw new DatabaseError(16412, "FieldPath field names may not contain '.'.");
      return [name, this.compile(value)] as const;
    });
    return (root, variables) => {
      const doc: Doc = new Map();
      for (const [name, evaluate] of fields) setField(doc, name, evaluate(root, variables));
      return doc;
    };
  }
}

/** Whether MongoDB has an expression operator of this name. */
export const isOperatorName = (name: string): boolean => OPERATORS.has(name);

function checkReference(reference: string): void {
  if (reference === "$") throw new DatabaseError(16872, "'$' by itself is not a valid FieldPath");
  if (/^\$\$(?![a-zA-Z\u0080-\uffff])/.test(reference))
    throw failedToParse(`'${reference}' has no valid name of a variable`);
}

/** Throws FailedToParse for what cannot name a variable of a user. */
export function checkVariable(name: string): void {
  if (name !== "CURRENT" && !/^[a-z\u0080-\uffff][\w\u0080-\uffff]*$/.test(name))
    throw failedToParse(`'${name}' is no valid name of a variable`);
}

/** Parts of a dotted path in an expression or of a computed field. */
export function fieldParts(path: string): string[] {
  const parts = path.split(".");
  if (path === "") throw new DatabaseError(40352, "FieldPath cannot be constructed with empty string");
  if (path.endsWith(".")) throw new DatabaseError(40353, "FieldPath must not end with a '.'.");
  if (parts.includes("")) throw new DatabaseError(15998, "FieldPath field names may not be empty strings.");
  if (parts.some((part) => part.startsWith("$")))
    throw new DatabaseError(16410, "FieldPath field names may not start with '$'.");
  return parts;
}

/** A path in an expression spreads over arrays and leaves out what lacks the field. */
function follow(value: Value | Missing, parts: readonly string[], at = 0): Value | Missing {
  if (at === parts.length) return value;
  if (isDoc(value)) return follow(value.get(parts[at] as string), parts, at + 1);
  if (!Array.isArray(value)) return undefined;
  const items = value.map((item) =>
    isDoc(item) || Array.isArray(item) ? follow(item, parts, at) : undefined,
  );
  return items.filter((item) => item !== undefined);
}

export interface Compiled {
  evaluate(root: Doc): Value | Missing;
  /** Top-level fields it reads; null for any. */
  fields: ReadonlySet<string> | null;
}

/** Compiles an expression together with the values of its variables. */
export function compileWith(expression: Value, variables: Variables): Compiled {
  const compiler = new Compiler(variables);
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
