import { identicalValues } from "../bson/encode.ts";
import { parseStages, runPipeline, splitHead } from "../aggregate/pipeline.ts";
import { toFields } from "../bson/decode.ts";
import { compareValues, valueKey } from "../bson/key.ts";
import { anyAtPath, headOf, splitPath } from "../bson/path.ts";
import {
  type Doc,
  docOf,
  int,
  integer,
  isNumber,
  isTruthy,
  type RawDoc,
  toNumber,
  type Value,
} from "../bson/values.ts";
import { DatabaseError, badValue, failedToParse, notImplemented } from "../errors.ts";
import type { Node } from "../matcher/nodes.ts";
import { coveredCount, findRows, type FindSpec, type Row } from "../query/find.ts";
import type { Plan, Walk } from "../query/planner.ts";
import { compileProjection } from "../query/projection.ts";
import { parseSort } from "../query/sort.ts";
import { pull, type StreamRow } from "../query/stream.ts";
import { PAUSE, type Paused, View } from "../storage/view.ts";
import { type Command, countField, docField, findSpec, hintOf, listField, namespaceOf } from "./context.ts";
import type { OpenSpec } from "./cursors.ts";

/** What a command reads: the view of its transaction, which stays open, or one of its own. */
function openView({ transaction, server }: Command): { view: View; close: () => void } {
  if (transaction) return { view: transaction.view(), close: () => {} };
  const view = new View(server.engine.store);
  return { view, close: () => view.close() };
}

/** Lets `read` see what the command sees, for as long as it takes. */
async function withView<T>(command: Command, read: (view: View) => Promise<T>): Promise<T> {
  const { view, close } = openView(command);
  try {
    return await read(view);
  } finally {
    close();
  }
}

type Batches = Pick<OpenSpec, "batchSize"> &
  Partial<Pick<OpenSpec, "limit" | "single" | "patient">> & { rows: (view: View) => OpenSpec["rows"] };

/** Answers with a first batch of rows; the rest is a cursor, which keeps the view open. */
function firstBatch(command: Command, { rows, ...how }: Batches): Promise<Doc> {
  const { server, session, transaction, deadline } = command;
  const namespace = namespaceOf(command);
  const { view, close } = openView(command);
  const base = { limit: Number.POSITIVE_INFINITY, single: false, patient: false };
  const owner = { namespace, sessionId: session?.id ?? null, transaction };
  try {
    return server.cursors.first({ ...base, ...how, ...owner, rows: rows(view), close, deadline });
  } catch (error) {
    close();
    throw error;
  }
}

/** What `find` asks for. */
export function findQuery(command: Command): FindSpec {
  const { body } = command;
  return findSpec(command, docField(body, "filter"), {
    hint: body.get("hint"),
    sort: parseSort(body.get("sort")),
    skip: countField(body, "skip", 0),
    limit: countField(body, "limit", 0),
  });
}

/** `find`. */
export function find(command: Command): Promise<Doc> {
  const { body } = command;
  const spec = findQuery(command);
  const shape = shapeOf(command, "projection", spec.filter.node);
  return firstBatch(command, {
    rows: (view) => shaped(spec, view, shape),
    batchSize: countField(body, "batchSize", null),
    limit: spec.limit || Number.POSITIVE_INFINITY,
    single: isTruthy(body.get("singleBatch")),
    patient: isTruthy(body.get("noCursorTimeout")),
  });
}

/** Started with the first row, so that an error on the way closes the cursor. */
type Rows = Generator<StreamRow | Paused, void, undefined>;
type Shape = (doc: RawDoc) => StreamRow;

/** How a document leaves: as it is stored, or projected as the named field says. */
export function shapeOf(command: Command, field: string, query: Node): Shape {
  const spec = docField(command.body, field);
  if (spec.size === 0) return (doc) => doc;
  const projection = compileProjection(spec, command.variables, query);
  return (doc) => projection.apply(toFields(doc, projection.fields));
}

function* shaped(spec: FindSpec, view: View, shape: Shape): Rows {
  for (const row of findRows(spec, view).rows) yield row === PAUSE ? PAUSE : shape(row.doc);
}

/** `getMore`. */
export function getMore({ server, session, transaction, body, database }: Command): Promise<Doc> {
  const id = body.get("getMore") as bigint;
  if (body.has("maxTimeMS"))
    throw badValue("cannot set maxTimeMS on getMore command for a non-awaitData cursor");
  const namespace = `${database}.${String(body.get("collection"))}`;
  const asks = { namespace, sessionId: session?.id ?? null, transaction };
  return server.cursors.next(id, asks, countField(body, "batchSize", 0));
}

/** `killCursors`. */
export function killCursors({ server, body }: Command): Doc {
  const killed: Value[] = [];
  const missing: Value[] = [];
  for (const id of listField(body, "cursors"))
    (typeof id === "bigint" && server.cursors.kill(id) ? killed : missing).push(id);
  return docOf({ cursorsKilled: killed, cursorsNotFound: missing, cursorsAlive: [], cursorsUnknown: [] });
}

/** What `count` and `distinct` ask for. */
export function matchQuery(command: Command): FindSpec {
  return findSpec(command, docField(command.body, "query"), { hint: command.body.get("hint") });
}

/** `count`. */
export async function count(command: Command): Promise<Doc> {
  const { body, deadline } = command;
  const spec = matchQuery(command);
  const skip = countField(body, "skip", 0);
  const limit = Math.abs(toNumber(body.get("limit") ?? 0));
  // A hint is followed, also into a sparse index that has fewer documents.
  const whole = docField(body, "query").size === 0 && spec.hint === null;
  const total = await withView(command, async (view) => {
    const known = whole ? spec.collection.count : coveredCount(spec, view);
    if (known !== null) return known;
    let rows = 0;
    await pull<Row>(findRows(spec, view).rows, () => rows++, deadline);
    return rows;
  });
  const after = Math.max(0, total - skip);
  return docOf({ n: integer(limit > 0 ? Math.min(limit, after) : after) });
}

/** `distinct`: the values in their order, as MongoDB collects them in a sorted set. */
export async function distinct(command: Command): Promise<Doc> {
  const { body, deadline } = command;
  const path = body.get("key") as string;
  const spec = matchQuery(command);
  const found = new Map<string, Value>();
  const add = (value: Value | undefined): boolean => {
    for (const item of Array.isArray(value) ? value : value === undefined ? [] : [value])
      if (!found.has(valueKey(item))) found.set(valueKey(item), item);
    return false;
  };
  const wanted = new Set([headOf(path)]);
  const take = ({ doc }: Row) => anyAtPath(toFields(doc, wanted), splitPath(path), add);
  await withView(command, (view) => pull(findRows(spec, view).rows, take, deadline));
  return docOf({ values: [...found.values()].sort(compareValues) });
}

/** `aggregate`. */
export async function aggregate(command: Command): Promise<Doc> {
  const { body } = command;
  if (isNumber(body.get("aggregate"))) throw notImplemented("an aggregation on the database");
  if (!body.has("cursor"))
    throw failedToParse("The 'cursor' option is required, except for aggregate with the explain argument");
  return firstBatch(command, {
    rows: (view) => aggregated(command, view),
    batchSize: countField(docField(body, "cursor"), "batchSize", null),
  });
}

/** Compiled at once: what is malformed is an error of the command, even when no row is asked for yet. */
function aggregated(command: Command, view: View): OpenSpec["rows"] {
  const { server, database, variables, body } = command;
  const stages = listField(body, "pipeline");
  const count = countDocuments(command, stages, view);
  const { catalog } = server.engine;
  const hint = hintOf(body.get("hint"), catalog.ensure(namespaceOf(command)));
  const context = { catalog, view, database, variables, hint };
  const rows =
    count === null
      ? runPipeline(body.get("aggregate") as string, stages, context)
      : (count ? [docOf({ _id: int(1), n: integer(count) })] : []).values();
  // A pipeline that writes is refused by now.
  if (body.has("writeConcern"))
    throw new DatabaseError("InvalidOptions", "aggregate does not support writeConcern");
  return rows;
}

/** How drivers count documents. */
const COUNT = docOf({ _id: int(1), n: docOf({ $sum: int(1) }) });

/** The result of a pipeline that only counts, when the ranges of indexes alone tell it; null otherwise. */
function countDocuments(command: Command, stages: Value[], view: View): number | null {
  const { head, rest } = splitHead(parseStages(stages));
  const [group, more] = head.limit > 0 ? rest.slice(1) : rest;
  if (group?.name !== "$group" || more || head.sort || !identicalValues(group.argument, COUNT)) return null;
  const covered = coveredCount(headQuery(command), view);
  return covered === null || head.limit === 0 ? covered : Math.min(covered, head.limit);
}

/** What the first stages of an `aggregate` ask of its collection. */
export function headQuery(command: Command): FindSpec {
  const { body } = command;
  const { filter, sort, limit } = splitHead(parseStages(listField(body, "pipeline"))).head;
  return findSpec(command, filter, { hint: body.get("hint"), sort: parseSort(sort), limit });
}

/** `explain` of a command that reads: the plan of its query, and what that examined. */
export function explain(command: Command, spec: FindSpec, verbosity: Value | undefined): Promise<Doc> {
  return withView(command, async (view) => {
    const started = performance.now();
    const { plan, examined, rows } = findRows(spec, view);
    const { namespace } = spec.collection;
    const queryPlanner = docOf({ namespace, winningPlan: planStage(plan, spec) });
    if (verbosity === "queryPlanner") return docOf({ explainVersion: "1", queryPlanner });
    let returned = 0;
    await pull(rows, () => returned++, command.deadline);
    const executionStats = docOf({
      executionSuccess: true,
      nReturned: integer(returned),
      executionTimeMillis: integer(Math.round(performance.now() - started)),
      totalKeysExamined: integer(examined.keys),
      totalDocsExamined: integer(examined.docs),
    });
    return docOf({ explainVersion: "1", queryPlanner, executionStats });
  });
}

function planStage({ walks, sorted }: Plan, { sort }: FindSpec): Doc {
  const stages = walks.map(walkStage);
  const [stage = docOf({ stage: "EOF" }), ...more] = stages;
  const inputStage = more.length > 0 ? docOf({ stage: "OR", inputStages: stages }) : stage;
  if (sort.length === 0 || sorted) return inputStage;
  const sortPattern = new Map(sort.map(({ path, descending }) => [path, integer(descending ? -1 : 1)]));
  return docOf({ stage: "SORT", sortPattern, inputStage });
}

function walkStage({ index, ranges, bounded }: Walk): Doc {
  const direction = ranges[0]?.reverse ? "backward" : "forward";
  if (index.documents && !bounded) return docOf({ stage: "COLLSCAN", direction });
  const { name: indexName, key: keyPattern } = index;
  const isMultiKey = index.arrays.size > 0;
  const inputStage = docOf({ stage: "IXSCAN", indexName, keyPattern, isMultiKey, direction });
  return docOf({ stage: "FETCH", inputStage });
}
