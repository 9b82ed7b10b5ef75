import { toDoc, toFields } from "../bson/decode.ts";
import {
  type Doc,
  docOf,
  int,
  integer,
  isDoc,
  isNumber,
  type Missing,
  toNumber,
  type Value,
} from "../bson/values.ts";
import { DatabaseError, failedToParse, notImplemented } from "../errors.ts";
import { compileWith } from "../expressions/table.ts";
import { filterOf, windowOf } from "../query/find.ts";
import { compileProjection, type Projection } from "../query/projection.ts";
import { sliceOver } from "../query/scan.ts";
import { parseSort, sortStream } from "../query/sort.ts";
import { type StreamRow } from "../query/stream.ts";
import { PAUSE } from "../storage/view.ts";
import { bucket, facet, sortByCount } from "./composed.ts";
import { groupStream, parseGroup } from "./group.ts";
import { lookupStage } from "./lookup.ts";
import type { PipelineContext, Stage } from "./pipeline.ts";
import { addFieldsIn, unwindRow } from "./reshape.ts";

type StageCompiler = (argument: Value, context: PipelineContext) => Stage;

/** A stage that turns each row into any number of rows. */
export function perRow(apply: (row: StreamRow) => Iterable<StreamRow>): Stage {
  return function* (input) {
    for (const row of input) {
      if (row === PAUSE) {
        yield PAUSE;
        continue;
      }
      if (sliceOver()) yield PAUSE;
      yield* apply(row);
    }
  };
}

function project(argument: Value, context: PipelineContext): Stage {
  if (!isDoc(argument)) throw new DatabaseError(15969, "$project specification must be an object");
  if (argument.size === 0)
    throw new DatabaseError(
      51272,
      "Invalid $project :: caused by :: projection specification must have at least one field",
    );
  return projected(compileProjection(argument, { variables: context.variables, query: null, find: false }));
}

function projected(projection: Projection): Stage {
  return perRow((row) => [projection.apply(toFields(row, projection.fields))]);
}

function unset(argument: Value, context: PipelineContext): Stage {
  const names = Array.isArray(argument) ? argument : [argument];
  if (names.length === 0 || !names.every((name) => typeof name === "string"))
    throw new DatabaseError(31120, "$unset specification must be a string or an array of strings");
  const spec: Doc = new Map(names.map((name) => [name as string, int(0)]));
  return projected(compileProjection(spec, { variables: context.variables, query: null, find: false }));
}

function addFields(argument: Value, context: PipelineContext): Stage {
  if (!isDoc(argument)) throw new DatabaseError(40272, "$addFields specification stage must be an object");
  const apply = addFieldsIn(argument, context.variables);
  return perRow((row) => [apply(toDoc(row))]);
}

function wholeArgument(name: string, argument: Value, code: number): number {
  const value = toNumber(argument);
  if (!isNumber(argument) || !Number.isSafeInteger(value))
    throw new DatabaseError(code, `invalid argument to ${name} stage: Expected an integer`);
  return value;
}

function limit(argument: Value): Stage {
  const count = wholeArgument("$limit", argument, 2107201);
  if (count <= 0) throw new DatabaseError(15958, "the limit must be positive");
  return (input) => windowOf(input, 0, count);
}

function skip(argument: Value): Stage {
  const count = wholeArgument("$skip", argument, 5107200);
  if (count < 0)
    throw new DatabaseError(5107200, "invalid argument to $skip stage: Expected a non-negative number");
  return (input) => windowOf(input, count, 0);
}

function count(argument: Value): Stage {
  if (typeof argument !== "string" || argument === "" || argument.includes(".") || argument.startsWith("$")) {
    throw new DatabaseError(40156, "the count field must be a non-empty string without '.' and '$'");
  }
  return function* (input) {
    let total = 0;
    for (const row of input) {
      if (row === PAUSE) yield PAUSE;
      else total++;
    }
    if (total > 0) yield docOf({ [argument]: integer(total) });
  };
}

function sort(argument: Value): Stage {
  if (!isDoc(argument) || argument.size === 0)
    throw new DatabaseError(15976, "$sort stage must have at least one sort key");
  const fields = parseSort(argument);
  return (input) => sortStream<StreamRow>(input, { fields, limit: 0, rowOf: (row) => row });
}

function unwind(argument: Value): Stage {
  const spec: Doc = isDoc(argument) ? argument : new Map([["path", argument]]);
  const path = spec.get("path");
  if (typeof path !== "string" || !path.startsWith("$"))
    throw new DatabaseError(
      28818,
      `path option to $unwind stage should be prefixed with a '$': ${String(path)}`,
    );
  const index = spec.get("includeArrayIndex");
  if (index !== undefined && typeof index !== "string")
    throw new DatabaseError(
      28810,
      "expected a non-empty string for the includeArrayIndex option to $unwind stage",
    );
  const options = {
    parts: path.slice(1).split("."),
    index: index ?? null,
    keepEmpty: spec.get("preserveNullAndEmptyArrays") === true,
  };
  return perRow((row) => unwindRow(toDoc(row), options));
}

function replaceRoot(argument: Value, context: PipelineContext): Stage {
  if (!isDoc(argument) || !argument.has("newRoot"))
    throw new DatabaseError(40231, "no newRoot specified for the $replaceRoot stage");
  return replaceWith(argument.get("newRoot") as Value, context);
}

function replaceWith(argument: Value, context: PipelineContext): Stage {
  const { evaluate, fields } = compileWith(argument, context.variables);
  return perRow((row) => {
    const value: Value | Missing = evaluate({ root: toFields(row, fields), variables: context.variables });
    if (!isDoc(value)) throw new DatabaseError(40228, "'newRoot' expression must evaluate to an object");
    return [value];
  });
}

function group(argument: Value, context: PipelineContext): Stage {
  const grouping = parseGroup(argument, context.variables);
  return (input) => groupStream(input, grouping, context.variables);
}

function sample(argument: Value): Stage {
  const size = isDoc(argument) ? toNumber(argument.get("size")) : Number.NaN;
  if (!(size > 0)) throw new DatabaseError(28747, "size argument to $sample must be a positive number");
  return function* (input) {
    const kept: StreamRow[] = [];
    let seen = 0;
    for (const row of input) {
      if (row === PAUSE) {
        yield PAUSE;
        continue;
      }
      seen++;
      const at = kept.length < size ? kept.length : Math.floor(Math.random() * seen);
      if (at < size) kept[at] = row;
    }
    yield* kept;
  };
}

function unionWith(argument: Value, context: PipelineContext): Stage {
  const collection = isDoc(argument) ? argument.get("coll") : argument;
  const stages = isDoc(argument) ? (argument.get("pipeline") ?? []) : [];
  if (typeof collection !== "string" || !Array.isArray(stages))
    throw failedToParse("$unionWith needs a collection and, at most, a pipeline");
  return function* (input) {
    yield* input;
    yield* context.run(collection, stages, context.variables);
  };
}

function match(argument: Value, context: PipelineContext): Stage {
  if (!isDoc(argument)) throw new DatabaseError(15959, "the match filter must be an expression in an object");
  const filter = filterOf(argument, context.variables);
  return perRow((row) => (filter.matches(row) ? [row] : []));
}

const refused = (name: string): [string, StageCompiler] => [
  name,
  () => {
    throw notImplemented(`the stage ${name}`);
  },
];

const REFUSED =
  `$bucketAuto $changeStream $changeStreamSplitLargeEvent $collStats $currentOp $densify $documents $fill $geoNear
  $graphLookup $indexStats $listLocalSessions $listSessions $listSampledQueries $listSearchIndexes $merge $out
  $planCacheStats $redact $search $searchMeta $setWindowFields $shardedDataDistribution $vectorSearch`.split(
    /\s+/,
  );

export const STAGES: ReadonlyMap<string, StageCompiler> = new Map<string, StageCompiler>([
  ["$match", match],
  ["$project", project],
  ["$addFields", addFields],
  ["$set", addFields],
  ["$unset", unset],
  ["$group", group],
  ["$sort", sort],
  ["$limit", limit],
  ["$skip", skip],
  ["$count", count],
  ["$unwind", unwind],
  ["$lookup", lookupStage],
  ["$facet", facet],
  ["$replaceRoot", replaceRoot],
  ["$replaceWith", replaceWith],
  ["$sortByCount", sortByCount],
  ["$bucket", bucket],
  ["$sample", sample],
  ["$unionWith", unionWith],
  ...REFUSED.map(refused),
]);
