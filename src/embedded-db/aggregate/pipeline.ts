import { type Doc, isDoc, type Value } from "../bson/values.ts";
import { DatabaseError, typeMismatch } from "../errors.ts";
import type { Variables } from "../expressions/table.ts";
import { filterOf, findRows } from "../query/find.ts";
import type { Row } from "../query/scan.ts";
import { parseSort } from "../query/sort.ts";
import type { Stream, StreamRow } from "../query/stream.ts";
import type { Catalog } from "../storage/catalog.ts";
import { PAUSE, type Paused, type View } from "../storage/view.ts";
import { STAGES } from "./stages.ts";

/** What a pipeline runs in. */
export interface PipelineContext {
  catalog: Catalog;
  view: View;
  database: string;
  variables: Variables;
  /** Index hint of the command. */
  hint: string | null;
  /** Compiles a pipeline inside a stage (`$lookup`, `$facet`, `$unionWith`). */
  sub(stages: Value[], variables: Variables): (input: Stream) => Stream;
  /** Rows of a whole sub-pipeline over a collection. */
  run(collection: string, stages: Value[], variables: Variables): Stream;
}

export type Stage = (input: Stream) => Stream;

export interface StageSpec {
  name: string;
  argument: Value;
}

/** Splits and checks the stages. Throws 40323, 40324 as MongoDB does. */
export function parseStages(stages: Value[]): StageSpec[] {
  return stages.map((stage) => {
    if (!isDoc(stage)) throw typeMismatch("Each element of the 'pipeline' array must be an object");
    if (stage.size !== 1)
      throw new DatabaseError(40323, "A pipeline stage specification object must contain exactly one field.");
    const [[name, argument]] = [...stage] as [[string, Value]];
    return { name, argument };
  });
}

function compileStages(specs: StageSpec[], context: PipelineContext): Stage {
  const stages = specs.map(({ name, argument }) => {
    const stage = STAGES.get(name);
    if (!stage) throw new DatabaseError(40324, `Unrecognized pipeline stage name: '${name}'`);
    return stage(argument, context);
  });
  return (input) => stages.reduce((stream, stage) => stage(stream), input);
}

/** A context for pipelines of one command. */
export function pipelineContext(base: Omit<PipelineContext, "sub" | "run">): PipelineContext {
  const context: PipelineContext = {
    ...base,
    sub: (stages, variables) =>
      compileStages(parseStages(stages), pipelineContext({ ...base, variables, hint: null })),
    run: (collection, stages, variables) =>
      runPipeline(collection, stages, pipelineContext({ ...base, variables, hint: null })),
  };
  return context;
}

/** Runs a pipeline over a collection: leading `$match` and `$sort` choose the index. */
export function runPipeline(collection: string, stages: Value[], context: PipelineContext): Stream {
  const specs = parseStages(stages);
  const { head, rest } = splitHead(specs);
  const compiled = compileStages(rest, context);
  return compiled(source(collection, head, context));
}

interface Head {
  filter: Doc;
  sort: Doc | null;
  limit: number;
}

/** What the first stages ask of the source itself. */
export function splitHead(specs: StageSpec[]): { head: Head; rest: StageSpec[] } {
  const rest = [...specs];
  const take = (name: string): Doc | null => {
    const [first] = rest;
    if (first?.name !== name || !isDoc(first.argument)) return null;
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

function source(collection: string, head: Head, context: PipelineContext): Stream {
  const filter = filterOf(head.filter, context.variables);
  const sort = head.sort ? parseSort(head.sort) : [];
  const found = context.catalog.find(`${context.database}.${collection}`);
  if (!found) return nothing();
  const { rows } = findRows(
    { collection: found, filter, sort, skip: 0, limit: head.limit, hint: context.hint },
    context.view,
  );
  return rowsOnly(rows);
}

function* nothing(): Generator<never, void, undefined> {}

function* rowsOnly(rows: Iterable<Row | Paused>): Generator<StreamRow | Paused, void, undefined> {
  for (const row of rows) yield row === PAUSE ? PAUSE : row.doc;
}
