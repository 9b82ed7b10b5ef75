import { compareValues } from "../bson/key.ts";
import { toDoc, toFields } from "../bson/decode.ts";
import { classOf, type Doc, docOf, int, isDoc, isNumber, toNumber, type Value } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import { namedArguments } from "../expressions/operator.ts";
import { compileWith } from "../expressions/table.ts";
import { filterOf, windowOf } from "../query/find.ts";
import { compileProjection } from "../query/projection.ts";
import { parseSort, sortStream } from "../query/sort.ts";
import { Held, type Stream, type StreamRow } from "../query/stream.ts";
import { group } from "./group.ts";
import { addFields, lookup, unwind } from "./reshape.ts";
import { eachRow, perRow, type PipelineContext, type Stage } from "./stage.ts";

type StageCompiler = (argument: Value, context: PipelineContext) => Stage;

function match(argument: Value, { variables }: PipelineContext): Stage {
  if (!isDoc(argument)) throw new DatabaseError(15959, "the match filter must be an expression in an object");
  const filter = filterOf(argument, variables);
  return perRow((row) => (filter.matches(row) ? [row] : []));
}

function project(argument: Value, { variables }: PipelineContext): Stage {
  if (!isDoc(argument)) throw new DatabaseError(15969, "$project specification must be an object");
  if (argument.size === 0)
    throw new DatabaseError(51272, "a $project specification must have at least one field");
  const projection = compileProjection(argument, variables);
  return perRow((row) => [projection.apply(toFields(row, projection.fields))]);
}

/** `$unset` is a `$project` that excludes. */
function unset(argument: Value, context: PipelineContext): Stage {
  const names = Array.isArray(argument) ? argument : [argument];
  if (names.length === 0 || !names.every((name) => typeof name === "string"))
    throw new DatabaseError(31120, "$unset specification must be a string or an array of strings");
  return project(new Map(names.map((name) => [name, int(0)])), context);
}

function replaceRoot(argument: Value, context: PipelineContext): Stage {
  return replaceWith(namedArguments(argument, "$replaceRoot", ["newRoot"]).get("newRoot") as Value, context);
}

function replaceWith(argument: Value, { variables }: PipelineContext): Stage {
  const { evaluate, fields } = compileWith(argument, variables);
  return perRow((row) => {
    const value = evaluate(toFields(row, fields));
    if (!isDoc(value)) throw new DatabaseError(40228, "'newRoot' expression must evaluate to an object");
    return [value];
  });
}

function sort(argument: Value): Stage {
  if (!isDoc(argument) || argument.size === 0)
    throw new DatabaseError(15976, "$sort stage must have at least one sort key");
  const fields = parseSort(argument);
  return (input) => sortStream<StreamRow>(input, { fields, limit: 0, rowOf: (row) => row });
}

/** A stage that takes a whole number, from `least` on. */
function counted(
  least: number,
  code: number,
  apply: (input: Stream, count: number) => Stream,
): StageCompiler {
  return (argument) => {
    const count = toNumber(argument);
    if (!isNumber(argument) || !Number.isSafeInteger(count) || count < least)
      throw new DatabaseError(code, `expected an integer of at least ${least}, not ${String(argument)}`);
    return (input) => apply(input, count);
  };
}

/** A reservoir: any set of rows is equally likely. */
function sample(argument: Value): Stage {
  const size = toNumber(namedArguments(argument, "$sample", ["size"]).get("size"));
  if (!(size > 0)) throw new DatabaseError(28747, "size argument to $sample must be a positive number");
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

/** `$facet`: several pipelines over the same rows. */
function facet(argument: Value, { sub, variables }: PipelineContext): Stage {
  if (!isDoc(argument) || argument.size === 0)
    throw new DatabaseError(40169, "the $facet specification must be a non-empty object");
  const facets = [...argument].map(([name, stages]) => {
    if (!Array.isArray(stages))
      throw new DatabaseError(40170, `arguments to $facet must be arrays, ${name} is not`);
    return { name, run: sub(stages, variables) };
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

const COUNT = docOf({ $sum: int(1) });

/** `$count`: one group of all rows. */
function count(name: Value): Doc[] {
  if (typeof name !== "string" || /^$|^\$|\.|^_id$/.test(name))
    throw new DatabaseError(40156, "the count field must be a non-empty string without '.' and '$', not _id");
  return [
    docOf({ $group: docOf({ _id: null, [name]: COUNT }) }),
    docOf({ $project: docOf({ _id: int(0) }) }),
  ];
}

/** `$sortByCount`: groups by how many rows they have. */
function sortByCount(by: Value): Doc[] {
  return [docOf({ $group: docOf({ _id: by, count: COUNT }) }), docOf({ $sort: docOf({ count: int(-1) }) })];
}

function checkBoundaries(bounds: Value[], other: Value | undefined): void {
  const orders = bounds.slice(1).map((high, i) => compareValues(bounds[i] as Value, high));
  if (orders.some((order) => order >= 0) || new Set(bounds.map(classOf)).size > 1)
    throw new DatabaseError(40194, "The 'boundaries' of $bucket must be of one type and ascending.");
  const below = other === undefined ? 0 : bounds.filter((bound) => compareValues(bound, other) <= 0).length;
  if (below > 0 && below < bounds.length)
    throw new DatabaseError(40199, "The 'default' of $bucket must lie outside of its 'boundaries'.");
}

/** `$bucket`: groups by the boundary below. */
function bucket(argument: Value): Doc[] {
  const spec = namedArguments(argument, "$bucket", ["groupBy", "boundaries", "default?", "output?"]);
  const [by, bounds, other] = [spec.get("groupBy") as Value, spec.get("boundaries"), spec.get("default")];
  if (!Array.isArray(bounds) || bounds.length < 2)
    throw new DatabaseError(40198, "$bucket requires at least two 'boundaries'.");
  checkBoundaries(bounds, other);
  const branches = bounds.slice(1).map((high, i) => {
    const low = docOf({ $literal: bounds[i] });
    const bothHold = [docOf({ $gte: [by, low] }), docOf({ $lt: [by, docOf({ $literal: high })] })];
    return docOf({ case: docOf({ $and: bothHold }), then: low });
  });
  const fallback = other === undefined ? undefined : docOf({ $literal: other });
  const key = docOf({ $switch: docOf({ branches, default: fallback }) });
  const outputs = spec.get("output") ?? docOf({ count: COUNT });
  if (!isDoc(outputs)) throw new DatabaseError(40196, "The $bucket 'output' field must be an object");
  return [docOf({ $group: new Map([["_id", key], ...outputs]) }), docOf({ $sort: docOf({ _id: int(1) }) })];
}

/** A stage that is written as others. */
function written(as: (argument: Value) => Doc[]): StageCompiler {
  return (argument, { sub, variables }) => sub(as(argument), variables);
}

/** Stages of MongoDB 7 that are left out. */
export const REFUSED_STAGES: ReadonlySet<string> = new Set(
  `$bucketAuto $changeStream $changeStreamSplitLargeEvent $collStats $currentOp $densify $documents $fill $geoNear
  $graphLookup $indexStats $listLocalSessions $listSessions $listSampledQueries $listSearchIndexes $merge $out
  $planCacheStats $redact $search $searchMeta $setWindowFields $shardedDataDistribution $unionWith $vectorSearch`.split(
    /\s+/,
  ),
);

export const STAGES: ReadonlyMap<string, StageCompiler> = new Map<string, StageCompiler>([
  ["$match", match],
  ["$project", project],
  ["$addFields", addFields],
  ["$set", addFields],
  ["$unset", unset],
  ["$replaceRoot", replaceRoot],
  ["$replaceWith", replaceWith],
  ["$group", group],
  ["$count", written(count)],
  ["$sortByCount", written(sortByCount)],
  ["$bucket", written(bucket)],
  ["$sort", sort],
  ["$limit", counted(1, 15958, (input, count) => windowOf(input, 0, count))],
  ["$skip", counted(0, 5107200, (input, count) => windowOf(input, count, 0))],
  ["$sample", sample],
  ["$unwind", unwind],
  ["$lookup", lookup],
  ["$facet", facet],
]);
