import { toDoc } from "../bson/decode.ts";
import { valueKey } from "../bson/key.ts";
import { anyAtPath, splitPath } from "../bson/path.ts";
import { type Doc, docOf, isDoc, type Missing, RawDoc, type Value } from "../bson/values.ts";
import { DatabaseError, failedToParse } from "../errors.ts";
import type { Evaluate } from "../expressions/compile.ts";
import { compileWith, type Variables } from "../expressions/table.ts";
import { sliceOver } from "../query/scan.ts";
import { Held, type Stream, type StreamRow } from "../query/stream.ts";
import { documentKey } from "../storage/documents.ts";
import { PAUSE, type Paused } from "../storage/view.ts";
import type { PipelineContext, Stage } from "./pipeline.ts";

interface Lookup {
  from: string;
  as: string;
  local: string | null;
  foreign: string | null;
  stages: Value[];
  letValues: [string, Evaluate][];
  context: PipelineContext;
}

/** `$lookup` with fields, with a pipeline, or with both. */
export function lookupStage(argument: Value, context: PipelineContext): Stage {
  const lookup = parse(argument, context);
  const indexed = lookup.foreign !== null && hasIndex(lookup, lookup.foreign);
  // Without an index, and with nothing that depends on the row, the other side is read once into a table.
  const table =
    !indexed && lookup.foreign !== null && lookup.letValues.length === 0 ? new ForeignTable(lookup) : null;
  return function* (input) {
    for (const row of input) {
      if (row === PAUSE) {
        yield PAUSE;
        continue;
      }
      const doc = toDoc(row);
      if (sliceOver()) yield PAUSE;
      const found: Value[] = [];
      for (const match of table ? table.matches(doc) : matches(lookup, doc)) {
        if (match === PAUSE) yield PAUSE;
        else found.push(toDoc(match));
      }
      yield withField(doc, lookup.as, found);
    }
  };
}

const KNOWN = new Set(["from", "as", "localField", "foreignField", "pipeline", "let"]);

function textArgument(argument: Doc, name: string): string | null {
  const value = argument.get(name);
  if (value !== undefined && typeof value !== "string")
    throw failedToParse(`$lookup argument '${name}' must be a string`);
  return value ?? null;
}

interface Names {
  from: string;
  as: string;
  local: string | null;
  foreign: string | null;
}

function namesOf(argument: Doc): Names {
  for (const name of argument.keys())
    if (!KNOWN.has(name)) throw failedToParse(`unknown argument to $lookup: ${name}`);
  const [from, as] = [textArgument(argument, "from"), textArgument(argument, "as")];
  const [local, foreign] = [textArgument(argument, "localField"), textArgument(argument, "foreignField")];
  if (!from || !as) throw failedToParse("must specify 'from' and 'as' fields for a $lookup");
  if ((local === null) !== (foreign === null))
    throw failedToParse("$lookup requires both or neither of 'localField' and 'foreignField'");
  return { from, as, local, foreign };
}

function parse(argument: Value, context: PipelineContext): Lookup {
  if (!isDoc(argument)) throw failedToParse("the $lookup specification must be an Object");
  const names = namesOf(argument);
  const stages = argument.get("pipeline") ?? [];
  if (!Array.isArray(stages))
    throw new DatabaseError("TypeMismatch", "'pipeline' option must be specified as an array");
  if (names.local === null && !argument.has("pipeline"))
    throw failedToParse(
      "$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified",
    );
  const given = argument.get("let");
  const letValues = isDoc(given)
    ? [...given].map(
        ([name, value]) => [name, compileWith(value, context.variables).evaluate] as [string, Evaluate],
      )
    : [];
  const lookup: Lookup = { ...names, stages, letValues, context };
  // Compiled once for its errors, even when no row ever reaches it.
  context.sub(stages, new Map([...context.variables, ...letValues.map(([name]) => [name, null] as const)]));
  return lookup;
}

function hasIndex({ context, from }: Lookup, foreign: string): boolean {
  if (foreign === "_id") return true;
  const collection = context.catalog.find(`${context.database}.${from}`);
  return (
    collection?.indexes.some((index) => index.fields[0] === foreign && !index.sparse && !index.filter) ===
    true
  );
}

function localValues(doc: Doc, path: string): Value[] {
  const values: Value[] = [];
  anyAtPath(doc, splitPath(path), (value: Value | Missing) => {
    if (Array.isArray(value)) values.push(...value);
    else values.push(value ?? null);
    return false;
  });
  return values.length > 0 ? values : [null];
}

/** The commonest join, by `_id` without a pipeline, needs no plan for each row. */
function* byId({ context, from, local }: Lookup, doc: Doc): Generator<StreamRow, void, undefined> {
  const collection = context.catalog.find(`${context.database}.${from}`);
  if (!collection) return;
  for (const key of new Set(localValues(doc, local as string).map((id) => documentKey(collection, id)))) {
    const bytes = context.view.get("docs", key);
    if (bytes) yield new RawDoc(bytes);
  }
}

function matches(lookup: Lookup, doc: Doc): Stream {
  const { context, from, foreign, local, letValues, stages } = lookup;
  if (foreign === "_id" && stages.length === 0) return byId(lookup, doc);
  const scope = { root: doc, variables: context.variables };
  const variables: Variables = new Map([
    ...context.variables,
    ...letValues.map(([name, evaluate]) => [name, evaluate(scope)] as const),
  ]);
  if (local === null || foreign === null) return context.run(from, stages, variables);
  const values = localValues(doc, local);
  const condition = values.length === 1 ? docOf({ $eq: values[0] as Value }) : docOf({ $in: values });
  return context.run(from, [docOf({ $match: new Map([[foreign, condition]]) }), ...stages], variables);
}

/** The other collection by the values of its field. */
class ForeignTable {
  readonly #lookup: Lookup;
  #rows: Map<string, StreamRow[]> | null = null;

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  *matches(doc: Doc): Generator<StreamRow | Paused, void, undefined> {
    yield* this.#load();
    const seen = new Set<StreamRow>();
    const keys = localValues(doc, this.#lookup.local as string).map(valueKey);
    for (const key of keys) for (const row of this.#rows?.get(key) ?? []) seen.add(row);
    const { context, stages } = this.#lookup;
    yield* context.sub(stages, context.variables)(seen.values() as unknown as Stream);
  }

  *#load(): Generator<Paused, void, undefined> {
    if (this.#rows) return;
    const rows = new Map<string, StreamRow[]>();
    const held = new Held("$lookup");
    const { context, from, foreign } = this.#lookup;
    for (const row of context.run(from, [], context.variables)) {
      if (row === PAUSE) {
        yield PAUSE;
        continue;
      }
      held.add(row);
      for (const key of new Set(localValues(toDoc(row), foreign as string).map(valueKey))) {
        const same = rows.get(key);
        if (same) same.push(row);
        else rows.set(key, [row]);
      }
    }
    this.#rows = rows;
  }
}

function withField(doc: Doc, path: string, value: Value): Doc {
  const [head, ...rest] = path.split(".") as [string, ...string[]];
  const copy: Doc = new Map(doc);
  const below = doc.get(head);
  copy.set(
    head,
    rest.length === 0 ? value : withField(isDoc(below) ? below : new Map(), rest.join("."), value),
  );
  return copy;
}
