import { toDoc } from "../bson/decode.ts";
import { type Doc, docOf, int, isDoc, type Value } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import { sortStream } from "../query/sort.ts";
import { Held, type Stream, type StreamRow } from "../query/stream.ts";
import { PAUSE } from "../storage/view.ts";
import { groupStream, parseGroup } from "./group.ts";
import type { PipelineContext, Stage } from "./pipeline.ts";

/** `$sortByCount`: a `$group` that counts, sorted. */
export function sortByCount(argument: Value, context: PipelineContext): Stage {
  const grouping = parseGroup(docOf({ _id: argument, count: docOf({ $sum: int(1) }) }), context.variables);
  return (input) =>
    sortStream<StreamRow>(groupStream(input, grouping, context.variables), {
      fields: [{ path: "count", descending: true }],
      limit: 0,
      rowOf: (row) => row,
    });
}

/** `$bucket` is a `$group` by the boundary below, sorted. */
export function bucket(argument: Value, context: PipelineContext): Stage {
  if (!isDoc(argument)) throw new DatabaseError(40201, "Argument to $bucket stage must be an object");
  const [by, bounds, other] = [argument.get("groupBy"), argument.get("boundaries"), argument.get("default")];
  if (by === undefined || !Array.isArray(bounds) || bounds.length < 2)
    throw new DatabaseError(40198, "$bucket requires 'groupBy' and at least two 'boundaries'.");
  const branches = bounds.slice(0, -1).map((bound, i) =>
    docOf({
      case: docOf({
        $and: [
          docOf({ $gte: [by, docOf({ $literal: bound })] }),
          docOf({ $lt: [by, docOf({ $literal: bounds[i + 1] as Value })] }),
        ],
      }),
      // biome-ignore lint/suspicious/noThenProperty: the name is MongoDB's
      then: docOf({ $literal: bound }),
    }),
  );
  const fallback = other === undefined ? undefined : docOf({ $literal: other });
  const key = docOf({ $switch: docOf({ branches, default: fallback }) });
  const output = argument.get("output");
  const outputs = isDoc(output) ? [...output] : ([["count", docOf({ $sum: int(1) })]] as [string, Value][]);
  const grouping = parseGroup(new Map<string, Value>([["_id", key], ...outputs]), context.variables);
  return (input) =>
    sortStream<StreamRow>(groupStream(input, grouping, context.variables), {
      fields: [{ path: "_id", descending: false }],
      limit: 0,
      rowOf: (row) => row,
    });
}

/** `$facet`: several pipelines over the same rows. */
export function facet(argument: Value, context: PipelineContext): Stage {
  if (!isDoc(argument) || argument.size === 0)
    throw new DatabaseError(40169, "the $facet specification must be a non-empty object");
  const facets = [...argument].map(([name, stages]) => {
    if (!Array.isArray(stages))
      throw new DatabaseError(40170, `arguments to $facet must be arrays, ${name} is not`);
    return { name, run: context.sub(stages, context.variables) };
  });
  return function* (input) {
    const held = new Held("$facet");
    const rows: StreamRow[] = [];
    for (const row of input) {
      if (row === PAUSE) yield PAUSE;
      else {
        held.add(row);
        rows.push(row);
      }
    }
    const result: Doc = new Map();
    for (const { name, run } of facets) {
      const found: Value[] = [];
      for (const row of run(rows[Symbol.iterator]() as unknown as Stream)) {
        if (row === PAUSE) yield PAUSE;
        else found.push(toDoc(row));
      }
      result.set(name, found);
    }
    yield result;
  };
}
