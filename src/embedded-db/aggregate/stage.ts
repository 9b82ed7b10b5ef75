import type { Value } from "../bson/values.ts";
import type { Variables } from "../expressions/table.ts";
import { sliceOver, type Stream, type StreamRow } from "../query/stream.ts";
import type { Catalog } from "../storage/catalog.ts";
import { PAUSE, type Paused, type View } from "../storage/view.ts";

/** What a pipeline runs in. */
export interface PipelineContext {
  catalog: Catalog;
  view: View;
  database: string;
  variables: Variables;
  /** Index hint of the command. */
  hint: string | null;
  /** Compiles a pipeline inside a stage, such as `$facet`. */
  sub(stages: Value[], variables: Variables): Stage;
  /** Rows of a whole sub-pipeline over a collection. */
  run(collection: string, stages: Value[], variables: Variables): Stream;
}

export type Stage = (input: Stream) => Stream;

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
