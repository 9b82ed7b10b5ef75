import type { Doc, Value } from "../bson/values.ts";
import { toDoc } from "../bson/decode.ts";
import { DatabaseError } from "../errors.ts";
import type { Variables } from "../expressions/table.ts";
import type { Stream, StreamRow } from "../query/stream.ts";
import { PAUSE } from "../storage/view.ts";
import type { PipelineContext } from "./pipeline.ts";
import { parseStages } from "./pipeline.ts";
import { STAGES } from "./stages.ts";

const ALLOWED = new Set(["$addFields", "$set", "$project", "$unset", "$replaceRoot", "$replaceWith"]);

/** Compiles the pipeline of an update: stages that make one document of one. */
export function runStagesOnDoc(stages: Value[], variables: Variables, _owner: unknown): (doc: Doc) => Doc {
  const specs = parseStages(stages);
  // These stages look at nothing but their row, so they need no more of a context than the variables.
  const context = { variables } as PipelineContext;
  const compiled = specs.map(({ name, argument }) => {
    const stage = STAGES.get(name);
    if (!ALLOWED.has(name) || !stage) {
      throw new DatabaseError("InvalidOptions", `${name} is not allowed to be used within an update`);
    }
    return stage(argument, context);
  });
  return (doc) => {
    let stream: Iterable<StreamRow | typeof PAUSE> = [doc];
    for (const stage of compiled) stream = stage(stream as Stream);
    for (const row of stream) if (row !== PAUSE) return toDoc(row as StreamRow);
    throw new DatabaseError("InternalError", "an update pipeline lost its document");
  };
}
