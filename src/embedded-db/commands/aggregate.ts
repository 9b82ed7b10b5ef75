import {
  parseStages,
  pipelineContext,
  runPipeline,
  splitHead,
  type StageSpec,
} from "../aggregate/pipeline.ts";
import { type Doc, docOf, integer, isDoc, isNumber, toNumber, type Value } from "../bson/values.ts";
import { failedToParse, notImplemented } from "../errors.ts";
import { coveredCount, filterOf } from "../query/find.ts";
import type { StreamRow } from "../query/stream.ts";
import type { View } from "../storage/view.ts";
import {
  closeView,
  type Command,
  countField,
  docList,
  findCollection,
  hintOf,
  namespaceOf,
  openView,
} from "./context.ts";

/** `aggregate`. */
export async function aggregate(command: Command): Promise<Doc> {
  const { body } = command;
  if (isNumber(body.get("aggregate"))) throw notImplemented("an aggregation on the database");
  const namespace = namespaceOf(command);
  const stages = docList(body, "pipeline");
  const batchSize = batchSizeOf(body);
  const view = openView(command);
  const close = () => closeView(command, view);
  try {
    const rows = countOnly(command, stages, view) ?? rowsOf(command, stages, view);
    const sessionId = command.session?.id ?? null;
    return await command.server.cursors.first(
      { namespace, rows, close, sessionId },
      { batchSize, single: false, deadline: command.deadline },
    );
  } catch (error) {
    close();
    throw error;
  }
}

function batchSizeOf(body: Doc): number | null {
  const cursor = body.get("cursor");
  if (!isDoc(cursor))
    throw failedToParse("The 'cursor' option is required, except for aggregate with the explain argument");
  return cursor.has("batchSize") ? countField(cursor, "batchSize", 0) : null;
}

function rowsOf(command: Command, stages: Value[], view: View) {
  const { catalog } = command.server.engine;
  const hint = hintOf(command.body.get("hint"), findCollection(command));
  const { database, variables } = command;
  const name = namespaceOf(command).slice(database.length + 1);
  return runPipeline(name, stages, pipelineContext({ catalog, view, database, variables, hint }));
}

/** Constant key of a `$group` that only counts, as the drivers' `countDocuments` writes it; undefined for others. */
function countingKey(rest: StageSpec[]): Value | undefined {
  const [group] = rest;
  if (rest.length !== 1 || group?.name !== "$group" || !isDoc(group.argument)) return undefined;
  return group.argument.size === 2 ? constantKey(group.argument) : undefined;
}

function constantKey(group: Doc): Value | undefined {
  const id = group.get("_id") ?? null;
  const sum = group.get("n");
  if (typeof id === "string" || isDoc(id) || Array.isArray(id)) return undefined;
  if (!isDoc(sum) || sum.size !== 1 || toNumber(sum.get("$sum")) !== 1) return undefined;
  return id;
}

/** Index ranges may answer such a count without reading documents. */
function countOnly(
  command: Command,
  stages: Value[],
  view: View,
): Iterator<StreamRow, void, undefined> | null {
  const { head, rest } = splitHead(parseStages(stages));
  const collection = findCollection(command);
  // A count that stops at a limit (`countDocuments` with `limit`) is the smaller of the two: the range is still only
  // counted.
  const id = countingKey(head.limit > 0 ? rest.slice(1) : rest);
  if (!collection || head.sort || id === undefined) return null;
  const filter = filterOf(head.filter, command.variables);
  const hint = hintOf(command.body.get("hint"), collection);
  const covered = coveredCount({ collection, filter, sort: [], skip: 0, limit: 0, hint }, view);
  if (covered === null) return null;
  const total = head.limit > 0 ? Math.min(covered, head.limit) : covered;
  return values(total === 0 ? [] : [docOf({ _id: id, n: integer(total) })]);
}

function* values(rows: StreamRow[]): Generator<StreamRow, void, undefined> {
  yield* rows;
}
