import { toFields } from "../bson/decode.ts";
import { valueKey } from "../bson/key.ts";
import { anyAtPath, headOf, splitPath } from "../bson/path.ts";
import { type Doc, docOf, integer, isNumber, isTruthy, toNumber, type Value } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import { coveredCount, filterOf, findRows, type FindSpec } from "../query/find.ts";
import { compileProjection } from "../query/projection.ts";
import type { Row } from "../query/scan.ts";
import { parseSort } from "../query/sort.ts";
import { pull, type StreamRow } from "../query/stream.ts";
import { PAUSE, type Paused, type View } from "../storage/view.ts";
import {
  closeView,
  type Command,
  countField,
  docField,
  docList,
  findCollection,
  hintOf,
  namespaceOf,
  openView,
  refuseOptions,
} from "./context.ts";
import { listCursor } from "./cursors.ts";

/** `find`. */
export async function find(command: Command): Promise<Doc> {
  const { body } = command;
  refuseOptions(body);
  const namespace = namespaceOf(command);
  const collection = findCollection(command);
  const filter = filterOf(docField(body, "filter"), command.variables);
  const sort = parseSort(body.get("sort"));
  const projection = docField(body, "projection");
  const shape =
    projection.size > 0
      ? compileProjection(projection, { variables: command.variables, query: filter.node, find: true })
      : null;
  const given = body.get("limit");
  const limit = countField(body, "limit", 0);
  const batchSize = isNumber(body.get("batchSize")) ? countField(body, "batchSize", 0) : null;
  const skip = countField(body, "skip", 0);
  if (!collection) return listCursor(namespace, []);
  const view = openView(command);
  const spec: FindSpec = {
    collection,
    filter,
    sort,
    skip,
    limit,
    hint: hintOf(body.get("hint"), collection),
  };
  const { rows } = findRows(spec, view);
  return command.server.cursors.first(
    {
      namespace,
      rows: shape
        ? shaped(rows, (row) => shape.apply(toFields(row.doc, shape.fields)))
        : shaped(rows, (row) => row.doc),
      close: () => closeView(command, view),
      sessionId: command.session?.id ?? null,
    },
    { batchSize, single: isTruthy(body.get("singleBatch")) || (given !== undefined && limit === 1) },
  );
}

function* shaped(
  rows: Iterable<Row | Paused>,
  shape: (row: Row) => StreamRow,
): Generator<StreamRow | Paused, void, undefined> {
  for (const row of rows) {
    if (row === PAUSE) yield PAUSE;
    else yield shape(row);
  }
}

/** `getMore`. */
export function getMore(command: Command): Promise<Doc> {
  const id = command.body.get("getMore");
  if (typeof id !== "bigint")
    throw new DatabaseError(
      "TypeMismatch",
      "BSON field 'getMore.getMore' is the wrong type, expected type 'long'",
    );
  const namespace = `${command.database}.${String(command.body.get("collection"))}`;
  const batchSize = countField(command.body, "batchSize", 0);
  return command.server.cursors.next(id, { namespace, batchSize, sessionId: command.session?.id ?? null });
}

/** `killCursors`. */
export function killCursors(command: Command): Doc {
  const killed: Value[] = [];
  const missing: Value[] = [];
  for (const id of docList(command.body, "cursors")) {
    (typeof id === "bigint" && command.server.cursors.kill(id) ? killed : missing).push(id);
  }
  return docOf({ cursorsKilled: killed, cursorsNotFound: missing, cursorsAlive: [], cursorsUnknown: [] });
}

/** `count`. */
export async function count(command: Command): Promise<Doc> {
  const { body } = command;
  refuseOptions(body);
  const collection = findCollection(command);
  const filter = filterOf(docField(body, "query"), command.variables);
  const skip = countField(body, "skip", 0);
  const limit = Math.abs(toNumber(body.get("limit") ?? integer(0)));
  if (!collection) return docOf({ n: integer(0) });
  const whole = docField(body, "query").size === 0 && !command.transaction;
  const spec: FindSpec = {
    collection,
    filter,
    sort: [],
    skip: 0,
    limit: 0,
    hint: hintOf(body.get("hint"), collection),
  };
  const total = whole ? collection.count : await countRows(command, spec);
  const after = Math.max(0, total - skip);
  return docOf({ n: integer(limit > 0 ? Math.min(limit, after) : after) });
}

async function countRows(command: Command, spec: FindSpec): Promise<number> {
  const view = openView(command);
  try {
    return coveredCount(spec, view) ?? (await countScanned(spec, view));
  } finally {
    closeView(command, view);
  }
}

async function countScanned(spec: FindSpec, view: View): Promise<number> {
  let total = 0;
  await pull<Row>(findRows(spec, view).rows, (rows) => {
    total += rows.length;
    rows.length = 0;
    return false;
  });
  return total;
}

/** `distinct`. */
export async function distinct(command: Command): Promise<Doc> {
  const { body } = command;
  refuseOptions(body);
  const path = body.get("key");
  if (typeof path !== "string")
    throw new DatabaseError(
      "TypeMismatch",
      "BSON field 'distinct.key' is the wrong type, expected type 'string'",
    );
  const collection = findCollection(command);
  const filter = filterOf(docField(body, "query"), command.variables);
  if (!collection) return docOf({ values: [] });
  const view = openView(command);
  try {
    const found = new Map<string, Value>();
    const wanted = new Set([headOf(path)]);
    const { rows } = findRows(
      { collection, filter, sort: [], skip: 0, limit: 0, hint: hintOf(body.get("hint"), collection) },
      view,
    );
    await pull<Row>(rows, (list) => {
      for (const row of list) addValues(found, toFields(row.doc, wanted), path);
      list.length = 0;
      return false;
    });
    return docOf({ values: [...found.values()] });
  } finally {
    closeView(command, view);
  }
}

function addValues(found: Map<string, Value>, doc: Doc, path: string): void {
  anyAtPath(doc, splitPath(path), (value) => {
    if (value === undefined) return false;
    for (const item of Array.isArray(value) ? value : [value]) {
      const key = valueKey(item);
      if (!found.has(key)) found.set(key, item);
    }
    return false;
  });
}
