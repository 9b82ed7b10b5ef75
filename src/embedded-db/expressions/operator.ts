import { type Doc, isDoc, type Missing, type Value } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
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

/** Error codes of arguments by name: for what is no document, for an unknown name, for missing ones in their order. */
const ARGUMENT_CODES: Record<string, [number, number, ...number[]]> = {
  $cond: [9, 17083, 17080, 17081, 17082],
  $filter: [28646, 28647, 28648, 28648],
  $let: [16874, 16875, 16876, 16877],
  $lookup: [9, 9, 9, 9],
  $map: [16878, 16879, 16882, 16882],
  $replaceRoot: [40229, 40415, 40414],
  $setField: [4161100, 4161101, 4161102, 4161109, 4161103],
  $switch: [40060, 40067, 40068],
  "a branch of $switch": [40062, 40063, 40064, 40065],
  $unwind: [15981, 28811, 28812],
};

/**
 * Arguments by name, as `{ input: ..., as: ... }`, of an operator or a stage; a name with `?` may be absent.
 * Throws for missing and for unknown ones.
 */
export function namedArguments(argument: Value, name: string, names: readonly string[]): Doc {
  const [noDoc, unknown, ...missing] = ARGUMENT_CODES[name] ?? [9, 2];
  if (!isDoc(argument)) throw new DatabaseError(noDoc, `${name} only supports an object as its argument`);
  for (const given of argument.keys())
    if (!names.includes(given) && !names.includes(`${given}?`))
      throw new DatabaseError(unknown, `Unrecognized parameter to ${name}: ${given}`);
  for (const [i, needed] of names.filter((one) => !one.endsWith("?")).entries())
    if (!argument.has(needed))
      throw new DatabaseError(missing[i] ?? unknown, `Missing '${needed}' parameter to ${name}`);
  return argument;
}
