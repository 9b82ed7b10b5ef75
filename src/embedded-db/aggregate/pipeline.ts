import { toDoc } from "../bson/decode.ts";
import { anyAtPath, splitPath } from "../bson/path.ts";
import { BSONRegExp, type Doc, docOf, isDoc, type Value } from "../bson/values.ts";
import { DatabaseError, failedToParse, notImplemented, typeMismatch } from "../errors.ts";
import { namedArguments, setField } from "../expressions/operator.ts";
import { checkVariable, compileWith, fieldParts, type Variables } from "../expressions/table.ts";
import { filterOf, findRows, type Row } from "../query/find.ts";
import { parseSort } from "../query/sort.ts";
import { Held, type Stream, type StreamRow } from "../query/stream.ts";
import type { Catalog } from "../storage/catalog.ts";
import { PAUSE, type Paused, type View } from "../storage/view.ts";
import { bucket, count, group, sortByCount } from "./group.ts";
import { eachRow, perRow, ROW_STAGES, type Stage, UPDATE_STAGES } from "./stages.ts";

/** What a pipeline runs in. */
export interface PipelineContext {
  catalog: Catalog;
  view: View;
  database: string;
  variables: Variables;
  /** Index hint of the command. */
  hint: string | null;
}

export interface StageSpec {
  name: string;
  argument: Value;
}

/** Splits and checks the stages. Throws 40323 as MongoDB does. */
export function parseStages(stages: Value[]): StageSpec[] {
  return stages.map((stage) => {
    if (!isDoc(stage)) throw typeMismatch("Each element of the 'pipeline' array must be an object");
    if (stage.size !== 1)
      throw new DatabaseError(40323, "A pipeline stage specification object must contain exactly one field.");
    const [[name, argument]] = [...stage] as [[string, Value]];
    return { name, argument };
  });
}

/** Runs a pipeline over a collection: leading `$match` and `$sort` choose the index. */
export function runPipeline(name: string, stages: Value[], context: PipelineContext): Stream {
  return compilePipeline(name, stages, context)(null);
}

/** A pipeline over a collection, to be run any number of times, each with a filter of its own before it. */
function compilePipeline(name: string, stages: Value[], context: PipelineContext) {
  const { catalog, database, variables, hint, view } = context;
  const { head, rest } = splitHead(parseStages(stages));
  const [own, sort, { limit }] = [filterOf(head.filter, variables), parseSort(head.sort), head];
  const run = compileStages(rest, context);
  return (before: Doc | null): Stream => {
    const filter = before ? filterOf(docOf({ $and: [before, head.filter] }), variables) : own;
    const collection = catalog.collections.get(`${database}.${name}`);
    const rows = collection ? findRows({ collection, filter, sort, skip: 0, limit, hint }, view).rows : [];
    return run(documents(rows));
  };
}

function* documents(rows: Iterable<Row | Paused>): Generator<StreamRow | Paused, void, undefined> {
  for (const row of rows) yield row === PAUSE ? PAUSE : row.doc;
}

/** What the first stages ask of the source itself. */
export function splitHead(specs: StageSpec[]) {
  const rest = [...specs];
  const take = (name: string): Doc | null => {
    const [first] = rest;
    if (first?.name !== name || !isDoc(first.argument) || (name === "$sort" && first.argument.size === 0))
      return null;
    rest.shift();
    return first.argument;
  };
  const matches: Doc[] = [];
  for (let match = take("$match"); match; match = take("$match")) matches.push(match);
  const sort = take("$sort");
  const limit = rest[0]?.name === "$limit" ? Number(rest[0].argument) : 0;
  const filter: Doc =
    matches.length === 1 ? (matches[0] as Doc) : new Map(matches.length ? [["$and", matches]] : []);
  return { head: { filter, sort, limit: Number.isSafeInteger(limit) && limit > 0 ? limit : 0 }, rest };
}

function compileStages(specs: StageSpec[], context: PipelineContext): Stage {
  return chained(
    specs.map(({ name, argument }) => {
      const [rows, whole] = [ROW_STAGES.get(name), WHOLE_STAGES.get(name)];
      if (rows) return rows(argument, context.variables);
      if (whole) return whole(argument, context);
      if (REFUSED_STAGES.has(name)) throw notImplemented(`the stage ${name}`);
      throw new DatabaseError(40324, `Unrecognized pipeline stage name: '${name}'`);
    }),
  );
}

function chained(stages: Stage[]): Stage {
  return (input) => stages.reduce((stream, stage) => stage(stream), input);
}

/** Compiles the pipeline of an update: stages that make one document of one. */
export function runStagesOnDoc(stages: Value[], variables: Variables): (doc: Doc) => Doc {
  const run = chained(
    parseStages(stages).map(({ name, argument }) => {
      const stage = UPDATE_STAGES.get(name);
      if (stage) return stage(argument, variables);
      throw new DatabaseError("InvalidOptions", `${name} is not allowed to be used within an update`);
    }),
  );
  return (doc) => {
    for (const row of run([doc].values())) if (row !== PAUSE) return toDoc(row);
    throw new DatabaseError("InternalError", "an update pipeline lost its document");
  };
}

/** `$lookup` with fields, with a pipeline, or with both: runs a pipeline over the other collection for each row. */
function lookup(argument: Value, context: PipelineContext): Stage {
  const { from, as, local, foreign, stages, lets } = parseLookup(argument);
  for (const name of lets.keys()) checkVariable(name);
  const values = [...lets].map(([name, value]) => [name, compileWith(value, context.variables)] as const);
  // One map for all rows: what is compiled with it sees what the row at hand has put there.
  const variables = new Map(context.variables);
  for (const name of lets.keys()) variables.set(name, null);
  const run = compilePipeline(from, stages, { ...context, variables, hint: null });
  return perRow(function* (row) {
    const doc = toDoc(row);
    const mine = values.map(([name, { evaluate }]) => [name, evaluate(doc)] as const);
    for (const [name, value] of [...context.variables, ...mine]) variables.set(name, value);
    const found: Doc[] = [];
    const matches = run(foreign === "" ? null : joining(doc, local, foreign));
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
  if (!isDoc(lets)) throw failedToParse("$lookup argument 'let' must be an object");
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

/** `$facet`: several pipelines over the same rows. */
function facet(argument: Value, context: PipelineContext): Stage {
  if (!isDoc(argument) || argument.size === 0)
    throw new DatabaseError(40169, "the $facet specification must be a non-empty object");
  const facets = [...argument].map(([name, stages]) => {
    if (!Array.isArray(stages))
      throw new DatabaseError(40170, `arguments to $facet must be arrays, ${name} is not`);
    if (stages.some((stage) => isDoc(stage) && stage.has("$facet")))
      throw new DatabaseError(40600, "$facet is not allowed to be used within a $facet stage");
    return { name, run: compileStages(parseStages(stages), context) };
  });
  return function* (input) {
    const held = new Held("$facet");
    const rows: StreamRow[] = [];
    yield* eachRow(input, (row) => {
      held.add(row);
      rows.push(row);
    });
    const result: Doc = new Map();
    for (const { name, run } of facets) {
      const found: Doc[] = [];
      yield* eachRow(run(rows.values()), (row) => found.push(toDoc(row)));
      result.set(name, found);
    }
    yield result;
  };
}

/** A stage that is written as others. */
function written(as: (argument: Value) => Doc[]): WholeStage {
  return (argument, context) => compileStages(parseStages(as(argument)), context);
}

type WholeStage = (argument: Value, context: PipelineContext) => Stage;

const WHOLE_STAGES: ReadonlyMap<string, WholeStage> = new Map<string, WholeStage>([
  ["$group", (argument, { variables }) => group(argument, variables)],
  ["$count", written(count)],
  ["$sortByCount", written(sortByCount)],
  ["$bucket", written(bucket)],
  ["$lookup", lookup],
  ["$facet", facet],
]);

/** Stages of MongoDB 7 that are left out. */
const REFUSED_STAGES: ReadonlySet<string> = new Set(
  `$bucketAuto $changeStream $changeStreamSplitLargeEvent $collStats $currentOp $densify $documents $fill $geoNear
  $graphLookup $indexStats $listLocalSessions $listSessions $listSampledQueries $listSearchIndexes $merge $out
  $planCacheStats $redact $search $searchMeta $setWindowFields $shardedDataDistribution $unionWith $vectorSearch`.split(
    /\s+/,
  ),
);
