import { type Doc, isDoc, type Missing, type Value } from "../bson/values.ts";
import { badValue, failedToParse } from "../errors.ts";
import type { Compiler } from "./table.ts";

/** Values of variables by name, without the `$$`. */
export type Variables = ReadonlyMap<string, Value | Missing>;

/** A compiled expression: its value for a document. */
export type Evaluate = (root: Doc, variables: Variables) => Value | Missing;

/** Compiles the use of one operator; it is told the name that it is used by. */
export type Operator = (argument: Value, compiler: Compiler, name: string) => Evaluate;

/** Which arguments an operator has: so many of them, any number (null), or these by name. */
export type Arity = number | null | string[];

export const isNull = (value: Value | Missing): value is null | undefined =>
  value === null || value === undefined;

/** Sets a field, or removes it when the value is missing. */
export function setField(doc: Doc, name: string, value: Value | Missing): Doc {
  if (value === undefined) doc.delete(name);
  else doc.set(name, value);
  return doc;
}

/**
 * Arguments by name, as `{ input: ..., as: ... }`, of an operator or a stage; a name with `?` may be absent.
 * Throws for missing and for unknown ones.
 */
export function namedArguments(argument: Value, name: string, names: readonly string[]): Doc {
  if (!isDoc(argument)) throw failedToParse(`${name} only supports an object as its argument`);
  for (const given of argument.keys())
    if (!names.includes(given) && !names.includes(`${given}?`))
      throw badValue(`Unrecognized parameter to ${name}: ${given}`);
  for (const needed of names)
    if (!needed.endsWith("?") && !argument.has(needed))
      throw badValue(`Missing '${needed}' parameter to ${name}`);
  return argument;
}
