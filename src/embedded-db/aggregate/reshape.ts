import { toDoc } from "../bson/decode.ts";
import { anyAtPath, splitPath } from "../bson/path.ts";
import { BSONRegExp, type Doc, docOf, isDoc, type Missing, type Value } from "../bson/values.ts";
import { DatabaseError, failedToParse, notImplemented, typeMismatch } from "../errors.ts";
import { namedArguments, setField } from "../expressions/operator.ts";
import { compileWith, fieldParts } from "../expressions/table.ts";
import { eachRow, perRow, type PipelineContext, type Stage } from "./stage.ts";

// The stages that set a field of each row: from expressions, from its own array, from another collection.

/** `$addFields`: values at paths, created where absent, set in every element of arrays on the way. */
export function addFields(argument: Value, { variables }: PipelineContext): Stage {
  if (!isDoc(argument)) throw new DatabaseError(40272, "$addFields specification stage must be an object");
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
    const [first] = isDoc(value) ? value.keys() : [];
    return first === undefined || first.startsWith("$")
      ? [[prefix + name, value]]
      : flattened(value as Doc, `${prefix}${name}.`);
  });
}

/** `$unwind`: one row per element of the array at a path. */
export function unwind(argument: Value): Stage {
  const names = ["path", "preserveNullAndEmptyArrays?", "includeArrayIndex?"];
  const spec = isDoc(argument) ? namedArguments(argument, "$unwind", names) : docOf({ path: argument });
  const path = spec.get("path");
  if (typeof path !== "string" || !path.startsWith("$"))
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

/** `$lookup` with fields, with a pipeline, or with both: runs a pipeline over the other collection for each row. */
export function lookup(argument: Value, context: PipelineContext): Stage {
  const { from, as, local, foreign, ...spec } = parseLookup(argument);
  const lets = [...spec.lets].map(([name, value]) => [name, compileWith(value, context.variables)] as const);
  const variablesOf = (doc: Doc) =>
    new Map([...context.variables, ...lets.map(([name, { evaluate }]) => [name, evaluate(doc)] as const)]);
  // Compiled once for its errors, even when no row ever reaches it.
  context.sub(
    spec.stages,
    new Map([...context.variables.keys(), ...spec.lets.keys()].map((name) => [name, null])),
  );
  return perRow(function* (row) {
    const doc = toDoc(row);
    const join = foreign === "" ? [] : [docOf({ $match: joining(doc, local, foreign) })];
    const found: Doc[] = [];
    const matches = context.run(from, [...join, ...spec.stages], variablesOf(doc));
    yield* eachRow(matches, (match) => found.push(toDoc(match)));
    yield setField(new Map(doc), as, found);
  });
}

function parseLookup(argument: Value) {
  const names = ["from", "as", "localField?", "foreignField?", "pipeline?", "let?"];
  const spec = namedArguments(argument, "$lookup", names);
  const text = (name: string): string => {
    const value = spec.get(name) ?? "";
    if (typeof value !== "string") throw failedToParse(`$lookup argument '${name}' must be a string`);
    return value;
  };
  const [from, local, foreign] = [text("from"), text("localField"), text("foreignField")];
  const stages = spec.get("pipeline") ?? [];
  const lets = spec.get("let") ?? new Map();
  if (!Array.isArray(stages)) throw typeMismatch("'pipeline' option must be specified as an array");
  if (!isDoc(lets)) throw typeMismatch("$lookup argument 'let' must be an object");
  if (from === "") throw failedToParse("must specify 'from' field for a $lookup");
  if ((local === "") !== (foreign === "") || (local === "" && !spec.has("pipeline")))
    throw failedToParse("$lookup requires both 'localField' and 'foreignField', or else 'pipeline'");
  const [as, below] = fieldParts(text("as")) as [string, ...string[]];
  if (below !== undefined) throw notImplemented("a path as the 'as' of $lookup");
  return { from, as, local, foreign, stages, lets };
}

/** The filter for what has one of the values of a document's field. */
function joining(doc: Doc, path: string, foreign: string): Doc {
  const values: Value[] = [];
  anyAtPath(doc, splitPath(path), (value) => {
    if (Array.isArray(value)) values.push(...value);
    else values.push(value ?? null);
    return false;
  });
  const equal = (value: Value): Doc => docOf({ [foreign]: docOf({ $eq: value }) });
  if (values.length < 2) return equal(values[0] ?? null);
  // A regular expression would be a pattern in a $in.
  if (values.some((value) => value instanceof BSONRegExp)) return docOf({ $or: values.map(equal) });
  return docOf({ [foreign]: docOf({ $in: values }) });
}

/** A copy of a document with a value at a path, or without what is there when it is missing. */
function setAt(doc: Doc, [head, ...rest]: readonly string[], value: Value | Missing): Doc {
  const within = (below: Value | Missing): Value =>
    Array.isArray(below) ? below.map(within) : setAt(isDoc(below) ? below : new Map(), rest, value);
  const name = head as string;
  return setField(new Map(doc), name, rest.length === 0 ? value : within(doc.get(name)));
}
