import { toDoc, toFields } from "../bson/decode.ts";
import { type Doc, docOf, int, isDoc, isNumber, type Missing, toNumber, type Value } from "../bson/values.ts";
import { DatabaseError, notImplemented } from "../errors.ts";
import { namedArguments, setField } from "../expressions/operator.ts";
import { compileWith, fieldParts, type Variables } from "../expressions/table.ts";
import { filterOf, windowOf } from "../query/find.ts";
import { compileProjection } from "../query/projection.ts";
import { parseSort, sortStream } from "../query/sort.ts";
import { Held, sliceOver, type Stream, type StreamRow } from "../query/stream.ts";
import { PAUSE, type Paused } from "../storage/view.ts";

// The stages that look at nothing but the rows that reach them.

export type Stage = (input: Stream) => Stream;

type StageCompiler = (argument: Value, variables: Variables) => Stage;

/** A stage that turns each row into any number of rows. */
export function perRow(apply: (row: StreamRow) => Iterable<StreamRow | Paused>): Stage {
  return function* (input) {
    for (const row of input) {
      if (row === PAUSE) yield PAUSE;
      else {
        if (sliceOver()) yield PAUSE;
        yield* apply(row);
      }
    }
  };
}

/** Shows `visit` every row of a stream; what it yields are the pauses. */
export function* eachRow(input: Stream, visit: (row: StreamRow) => void): Generator<Paused, void, undefined> {
  for (const row of input) {
    if (row === PAUSE) yield PAUSE;
    else visit(row);
  }
}

function match(argument: Value, variables: Variables): Stage {
  if (!isDoc(argument)) throw new DatabaseError(15959, "the match filter must be an expression in an object");
  const filter = filterOf(argument, variables);
  return perRow((row) => (filter.matches(row) ? [row] : []));
}

function project(argument: Value, variables: Variables): Stage {
  if (!isDoc(argument)) throw new DatabaseError(15969, "$project specification must be an object");
  if (argument.size === 0)
    throw new DatabaseError(51272, "a $project specification must have at least one field");
  const projection = compileProjection(argument, variables);
  return perRow((row) => [projection.apply(toFields(row, projection.fields))]);
}

/** `$unset` is a `$project` that excludes. */
function unset(argument: Value, variables: Variables): Stage {
  if (!Array.isArray(argument) && typeof argument !== "string")
    throw new DatabaseError(31002, "$unset specification must be a string or an array");
  const names = Array.isArray(argument) ? argument : [argument];
  if (names.length === 0) throw new DatabaseError(31119, "$unset specification must have at least one field");
  if (!names.every((name) => typeof name === "string"))
    throw new DatabaseError(31120, "$unset specification must be a string or an array of strings");
  if (new Set(names).size < names.length) throw new DatabaseError(31250, "Path collision in $unset");
  return project(new Map(names.map((name) => [name, int(0)])), variables);
}

function replaceRoot(argument: Value, variables: Variables): Stage {
  return replaceWith(
    namedArguments(argument, "$replaceRoot", ["newRoot"]).get("newRoot") as Value,
    variables,
  );
}

function replaceWith(argument: Value, variables: Variables): Stage {
  const { evaluate, fields } = compileWith(argument, variables);
  return perRow((row) => {
    const value = evaluate(toFields(row, fields));
    if (!isDoc(value)) throw new DatabaseError(40228, "'newRoot' expression must evaluate to an object");
    return [value];
  });
}

function sort(argument: Value): Stage {
  if (!isDoc(argument)) throw new DatabaseError(15973, "the $sort key specification must be an object");
  if (argument.size === 0) throw new DatabaseError(15976, "$sort stage must have at least one sort key");
  const fields = parseSort(argument);
  return (input) => sortStream<StreamRow>(input, { fields, limit: 0, rowOf: (row) => row });
}

/** `$addFields`: values at paths, created where absent, set in every element of arrays on the way. */
function addFields(argument: Value, variables: Variables): Stage {
  if (!isDoc(argument)) throw new DatabaseError(40272, "$addFields specification stage must be an object");
  if (argument.size === 0) throw new DatabaseError(40177, "specification must have at least one field");
  const fields = flattened(argument).map(([path, value]) => {
    return { path, parts: fieldParts(path), evaluate: compileWith(value, variables).evaluate };
  });
  for (const one of fields)
    if (fields.some((other) => other !== one && `${other.path}.`.startsWith(`${one.path}.`)))
      throw new DatabaseError(40176, `specification contains two conflicting paths: ${one.path}`);
  return perRow((row) => {
    const doc = toDoc(row);
    return [fields.reduce((result, { parts, evaluate }) => setAt(result, parts, evaluate(doc)), doc)];
  });
}

/** Values by dotted path: `{ a: { b: 1 } }` says the same as `{ "a.b": 1 }`. */
function flattened(spec: Doc, prefix = ""): [string, Value][] {
  return [...spec].flatMap(([name, value]): [string, Value][] => {
    if (prefix !== "" && name.includes("."))
      throw new DatabaseError(40183, `cannot use dotted field name '${name}' in a sub object`);
    if (!isDoc(value)) return [[prefix + name, value]];
    const [first] = value.keys();
    if (first === undefined)
      throw new DatabaseError(
        40180,
        `an empty object is not a valid value. Found it at path ${prefix}${name}`,
      );
    if (!first.startsWith("$")) return flattened(value, `${prefix}${name}.`);
    if (value.size > 1)
      throw new DatabaseError(40181, "an expression specification must contain exactly one field");
    return [[prefix + name, value]];
  });
}

/** `$unwind`: one row per element of the array at a path. */
function unwind(argument: Value): Stage {
  const names = ["path", "preserveNullAndEmptyArrays?", "includeArrayIndex?"];
  const given = typeof argument === "string" ? docOf({ path: argument }) : argument;
  const spec = namedArguments(given, "$unwind", names);
  const path = spec.get("path");
  if (typeof path !== "string")
    throw new DatabaseError(28808, "expected a string as the path for $unwind stage");
  if (typeof (spec.get("preserveNullAndEmptyArrays") ?? false) !== "boolean")
    throw new DatabaseError(28809, "expected a boolean for the preserveNullAndEmptyArrays option to $unwind");
  if (!path.startsWith("$"))
    throw new DatabaseError(28818, "path option to $unwind stage should be prefixed with a '$'");
  if (spec.has("includeArrayIndex")) throw notImplemented("includeArrayIndex of $unwind");
  const parts = fieldParts(path.slice(1));
  const keepEmpty = spec.get("preserveNullAndEmptyArrays") === true;
  return perRow((row) => {
    const doc = toDoc(row);
    const value = parts.reduce<Value | Missing>((at, part) => (isDoc(at) ? at.get(part) : undefined), doc);
    if (!Array.isArray(value)) return keepEmpty || (value !== undefined && value !== null) ? [doc] : [];
    if (value.length === 0) return keepEmpty ? [setAt(doc, parts, undefined)] : [];
    return value.map((item) => setAt(doc, parts, item));
  });
}

/** A copy of a document with a value at a path, or without what is there when it is missing. */
function setAt(doc: Doc, [head, ...rest]: readonly string[], value: Value | Missing): Doc {
  const within = (below: Value | Missing): Value =>
    Array.isArray(below) ? below.map(within) : setAt(isDoc(below) ? below : new Map(), rest, value);
  const name = head as string;
  return setField(new Map(doc), name, rest.length === 0 ? value : within(doc.get(name)));
}

/** A stage that takes a whole number, from `least` on. */
function counted(
  least: number,
  code: number,
  apply: (input: Stream, count: number) => Stream,
): StageCompiler {
  return (argument) => {
    const count = toNumber(argument);
    if (!isNumber(argument) || !Number.isSafeInteger(count) || count < 0)
      throw new DatabaseError(code, `expected a whole number of at least 0, not ${String(argument)}`);
    if (count < least) throw new DatabaseError(15958, "the limit must be positive");
    return (input) => apply(input, count);
  };
}

/** A reservoir: any set of rows is equally likely. */
function sample(argument: Value): Stage {
  if (!isDoc(argument)) throw new DatabaseError(28745, "the $sample stage specification must be an object");
  const other = [...argument.keys()].find((name) => name !== "size");
  if (other !== undefined) throw new DatabaseError(28748, `unrecognized option to $sample: ${other}`);
  const given = argument.get("size");
  if (given === undefined) throw new DatabaseError(28749, "$sample stage must specify a size");
  if (!isNumber(given)) throw new DatabaseError(28746, "size argument to $sample must be a number");
  const size = Math.trunc(toNumber(given));
  if (!(size > 0)) throw new DatabaseError(28747, "size argument to $sample must be a positive integer");
  return function* (input) {
    const held = new Held("$sample");
    const kept: StreamRow[] = [];
    let seen = 0;
    yield* eachRow(input, (row) => {
      seen++;
      const at = kept.length < size ? kept.length : Math.floor(Math.random() * seen);
      if (at === kept.length) held.add(row);
      if (at < size) kept[at] = row;
    });
    yield* kept;
  };
}

/** Those that make one row of each, which updates may have too. */
export const UPDATE_STAGES: ReadonlyMap<string, StageCompiler> = new Map<string, StageCompiler>([
  ["$project", project],
  ["$addFields", addFields],
  ["$set", addFields],
  ["$unset", unset],
  ["$replaceRoot", replaceRoot],
  ["$replaceWith", replaceWith],
]);

export const ROW_STAGES: ReadonlyMap<string, StageCompiler> = new Map<string, StageCompiler>([
  ...UPDATE_STAGES,
  ["$match", match],
  ["$sort", sort],
  ["$limit", counted(1, 2107201, (input, count) => windowOf(input, 0, count))],
  ["$skip", counted(0, 5107200, (input, count) => windowOf(input, count, 0))],
  ["$sample", sample],
  ["$unwind", unwind],
]);
