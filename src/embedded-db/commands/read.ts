import { toFields } from "../bson/decode.ts";
import { valueKey } from "../bson/key.ts";
import { anyAtPath, headOf, splitPath } from "../bson/path.ts";
import { type Doc, docOf, integer, isNumber, isTruthy, toNumber, type Value } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import type { Node } from "../matcher/nodes.ts";
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
} from "./context.ts";
import { listCursor } from "./cursors.ts";

/** `find`. */
export async function find(command: Command): Promise<Doc> {
  const { body } = command;
  const namespace = namespaceOf(command);
  const collection = findCollection(command);
  const filter = filterOf(docField(body, "filter"), command.variables);
  const shape = shapeOf(command, filter.node);
  const window = {
    sort: parseSort(body.get("sort")),
    skip: countField(body, "skip", 0),
    limit: countField(body, "limit", 0),
  };
  const batchSize = isNumber(body.get("batchSize")) ? countField(body, "batchSize", 0) : null;
  if (!collection) return listCursor(namespace, []);
  const spec: FindSpec = { collection, filter, ...window, hint: hintOf(body.get("hint"), collection) };
  const view = openView(command);
  const { rows } = findRows(spec, view);
  const single = isTruthy(body.get("singleBatch")) || window.limit === 1;
  return command.server.cursors.first(
    {
      namespace,
      rows: shaped(rows, shape),
      close: () => closeView(command, view),
      sessionId: command.session?.id ?? null,
    },
    { batchSize, single, deadline: command.deadline, patient: isTruthy(body.get("noCursorTimeout")) },
  );
}

/** How a row leaves: as it is stored, or projected. */
function shapeOf(command: Command, query: Node): (row: Row) => StreamRow {
  const spec = docField(command.body, "projection");
  if (spec.size === 0) return (row) => row.doc;
  const projection = compileProjection(spec, { variables: command.variables, query, find: true });
  return (row) => projection.apply(toFields(row.doc, projection.fields));
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
    return coveredCount(spec, view) ?? (await countScanned(spec, view, command.deadline));
  } finally {
    closeView(command, view);
  }
}

async function countScanned(spec: FindSpec, view: View, deadline: number): Promise<number> {
  let total = 0;
  await pull<Row>(
    findRows(spec, view).rows,
    (rows) => {
      total += rows.length;
      rows.length = 0;
      return false;
    },
    deadline,
  );
  return total;
}

/** `distinct`. */
export async function distinct(command: Command): Promise<Doc> {
  const { body } = command;
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
    await pull<Row>(
      rows,
      (list) => {
        for (const row of list) addValues(found, toFields(row.doc, wanted), path);
        list.length = 0;
        return false;
      },
      command.deadline,
    );
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
