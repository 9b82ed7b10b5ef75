import { toDoc } from "../bson/decode.ts";
import { type Doc, isDoc, type Value } from "../bson/values.ts";
import { DatabaseError, notImplemented, typeMismatch } from "../errors.ts";
import type { Variables } from "../expressions/table.ts";
import { filterOf, findRows, type Row } from "../query/find.ts";
import { parseSort } from "../query/sort.ts";
import type { Stream, StreamRow } from "../query/stream.ts";
import { PAUSE, type Paused } from "../storage/view.ts";
import type { PipelineContext, Stage } from "./stage.ts";
import { REFUSED_STAGES, STAGES } from "./stages.ts";

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

function compileStages(specs: StageSpec[], context: PipelineContext): Stage {
  const stages = specs.map(({ name, argument }) => {
    if (REFUSED_STAGES.has(name)) throw notImplemented(`the stage ${name}`);
    const stage = STAGES.get(name);
    if (!stage) throw new DatabaseError(40324, `Unrecognized pipeline stage name: '${name}'`);
    return stage(argument, context);
  });
  return (input) => stages.reduce((stream, stage) => stage(stream), input);
}

/** A context for pipelines of one command. */
export function pipelineContext(base: Omit<PipelineContext, "sub" | "run">): PipelineContext {
  const inner = (variables: Variables) => pipelineContext({ ...base, variables, hint: null });
  return {
    ...base,
    sub: (stages, variables) => compileStages(parseStages(stages), inner(variables)),
    run: (collection, stages, variables) => runPipeline(collection, stages, inner(variables)),
  };
}

/** Runs a pipeline over a collection: leading `$match` and `$sort` choose the index. */
export function runPipeline(name: string, stages: Value[], context: PipelineContext): Stream {
  const { catalog, database, variables, hint, view } = context;
  const { head, rest } = splitHead(parseStages(stages));
  const compiled = compileStages(rest, context);
  const [filter, sort] = [filterOf(head.filter, variables), parseSort(head.sort)];
  const collection = catalog.collections.get(`${database}.${name}`);
  const { limit } = head;
  const rows = collection ? findRows({ collection, filter, sort, skip: 0, limit, hint }, view).rows : [];
  return compiled(documents(rows));
}

function* documents(rows: Iterable<Row | Paused>): Generator<StreamRow | Paused, void, undefined> {
  for (const row of rows) yield row === PAUSE ? PAUSE : row.doc;
}

/** What the first stages ask of the source itself. */
export function splitHead(specs: StageSpec[]) {
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

const IN_UPDATES = new Set(["$addFields", "$set", "$project", "$unset", "$replaceRoot", "$replaceWith"]);

/** Compiles the pipeline of an update: stages that make one document of one. */
export function runStagesOnDoc(stages: Value[], variables: Variables): (doc: Doc) => Doc {
  const specs = parseStages(stages);
  for (const { name } of specs)
    if (!IN_UPDATES.has(name))
      throw new DatabaseError("InvalidOptions", `${name} is not allowed to be used within an update`);
  // These stages look at nothing but their row, so they need no more of a context than the variables.
  const run = compileStages(specs, { variables } as PipelineContext);
  return (doc) => {
    for (const row of run([doc].values())) if (row !== PAUSE) return toDoc(row);
    throw new DatabaseError("InternalError", "an update pipeline lost its document");
  };
}
