import { identicalValues } from "../bson/encode.ts";
import { parseStages, pipelineContext, runPipeline, splitHead } from "../aggregate/pipeline.ts";
import { toFields } from "../bson/decode.ts";
import { valueKey } from "../bson/key.ts";
import { anyAtPath, headOf, splitPath } from "../bson/path.ts";
import {
  type Doc,
  docOf,
  int,
  integer,
  isDoc,
  isNumber,
  isTruthy,
  type RawDoc,
  toNumber,
  type Value,
} from "../bson/values.ts";
import { failedToParse, notImplemented } from "../errors.ts";
import type { Node } from "../matcher/nodes.ts";
import { coveredCount, findRows, type FindSpec, type Row } from "../query/find.ts";
import { compileProjection } from "../query/projection.ts";
import { parseSort } from "../query/sort.ts";
import { pull, type StreamRow } from "../query/stream.ts";
import { PAUSE, type Paused, type View } from "../storage/view.ts";
import {
  closeView,
  type Command,
  countField,
  docField,
  docList,
  findSpec,
  hintOf,
  namespaceOf,
  openView,
  wrongType,
} from "./context.ts";
import type { OpenSpec } from "./cursors.ts";

type Batches = Pick<OpenSpec, "batchSize"> &
  Partial<Pick<OpenSpec, "single" | "patient">> & { rows: (view: View) => OpenSpec["rows"] };

/** Answers with a first batch of rows; the rest is a cursor, which keeps the view open. */
function firstBatch(command: Command, { rows, ...how }: Batches): Promise<Doc> {
  const { server, session, deadline } = command;
  const namespace = namespaceOf(command);
  const view = openView(command);
  const close = () => closeView(command, view);
  const sessionId = session?.id ?? null;
  try {
    const spec = { namespace, rows: rows(view), close, sessionId, deadline };
    return server.cursors.first({ single: false, patient: false, ...spec, ...how });
  } catch (error) {
    close();
    throw error;
  }
}

/** What `find` asks for. */
export function queryOf(command: Command): FindSpec {
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
  const spec = queryOf(command);
  const shape = shapeOf(command, "projection", spec.filter.node);
  return firstBatch(command, {
    rows: (view) => shaped(spec, view, shape),
    batchSize: countField(body, "batchSize", null),
    single: isTruthy(body.get("singleBatch")) || spec.limit === 1,
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
export function getMore({ server, session, body, database }: Command): Promise<Doc> {
  const id = body.get("getMore");
  if (typeof id !== "bigint") throw wrongType("getMore", id, "long");
  return server.cursors.next(id, {
    namespace: `${database}.${String(body.get("collection"))}`,
    batchSize: countField(body, "batchSize", 0),
    sessionId: session?.id ?? null,
  });
}

/** `killCursors`. */
export function killCursors({ server, body }: Command): Doc {
  const killed: Value[] = [];
  const missing: Value[] = [];
  for (const id of docList(body, "cursors"))
    (typeof id === "bigint" && server.cursors.kill(id) ? killed : missing).push(id);
  return docOf({ cursorsKilled: killed, cursorsNotFound: missing, cursorsAlive: [], cursorsUnknown: [] });
}

/** Lets `read` see what the command sees, for as long as it takes. */
async function withView<T>(command: Command, read: (view: View) => Promise<T>): Promise<T> {
  const view = openView(command);
  try {
    return await read(view);
  } finally {
    closeView(command, view);
  }
}

/** `count`. */
export async function count(command: Command): Promise<Doc> {
  const { body, deadline } = command;
  const query = docField(body, "query");
  const spec = findSpec(command, query, { hint: body.get("hint") });
  const skip = countField(body, "skip", 0);
  const limit = Math.abs(toNumber(body.get("limit") ?? 0));
  const whole = query.size === 0 && !command.transaction;
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

/** `distinct`. */
export async function distinct(command: Command): Promise<Doc> {
  const { body, deadline } = command;
  const path = body.get("key");
  if (typeof path !== "string") throw wrongType("key", path, "string");
  const spec = findSpec(command, docField(body, "query"), { hint: body.get("hint") });
  const found = new Map<string, Value>();
  const add = (value: Value | undefined): boolean => {
    for (const item of Array.isArray(value) ? value : value === undefined ? [] : [value])
      if (!found.has(valueKey(item))) found.set(valueKey(item), item);
    return false;
  };
  const wanted = new Set([headOf(path)]);
  const take = ({ doc }: Row) => anyAtPath(toFields(doc, wanted), splitPath(path), add);
  await withView(command, (view) => pull(findRows(spec, view).rows, take, deadline));
  return docOf({ values: [...found.values()] });
}

/** `aggregate`. */
export async function aggregate(command: Command): Promise<Doc> {
  const { body } = command;
  if (isNumber(body.get("aggregate"))) throw notImplemented("an aggregation on the database");
  const cursor = body.get("cursor");
  if (!isDoc(cursor))
    throw failedToParse("The 'cursor' option is required, except for aggregate with the explain argument");
  const stages = docList(body, "pipeline");
  return firstBatch(command, {
    rows: (view) => aggregated(command, stages, view),
    batchSize: countField(cursor, "batchSize", null),
  });
}

/** Compiled at once: what is malformed is an error of the command, even when no row is asked for yet. */
function aggregated(command: Command, stages: Value[], view: View): OpenSpec["rows"] {
  const { server, database, variables, body } = command;
  const count = countDocuments(command, stages, view);
  if (count !== null) return (count ? [docOf({ _id: int(1), n: integer(count) })] : []).values();
  const { catalog } = server.engine;
  const hint = hintOf(body.get("hint"), catalog.ensure(namespaceOf(command)));
  const context = pipelineContext({ catalog, view, database, variables, hint });
  return runPipeline(body.get("aggregate") as string, stages, context);
}

/** How drivers count documents. */
const COUNT = docOf({ _id: int(1), n: docOf({ $sum: int(1) }) });

/** The result of a pipeline that only counts, when the ranges of indexes alone tell it; null otherwise. */
function countDocuments(command: Command, stages: Value[], view: View): number | null {
  const { head, rest } = splitHead(parseStages(stages));
  const [group, more] = head.limit > 0 ? rest.slice(1) : rest;
  if (group?.name !== "$group" || more || head.sort || !identicalValues(group.argument, COUNT)) return null;
  const covered = coveredCount(findSpec(command, head.filter, { hint: command.body.get("hint") }), view);
  return covered === null || head.limit === 0 ? covered : Math.min(covered, head.limit);
}
