import { type Doc, isDoc, toNumber, typeName, type Value } from "../bson/values.ts";
import { badValue, DatabaseError } from "../errors.ts";
import { evaluateConstant, type Variables } from "../expressions/table.ts";
import { filterOf, type FindSpec } from "../query/find.ts";
import type { Retry, Session, Sessions } from "../sessions/sessions.ts";
import { type Collection, ID_INDEX, type Index } from "../storage/catalog.ts";
import type { Engine, Operation } from "../storage/transactions.ts";
import type { Cursors } from "./cursors.ts";

/** What runs behind every command. */
export interface Server {
  engine: Engine;
  sessions: Sessions;
  cursors: Cursors;
  /** Address that `hello` gives as the replica set's only member. */
  address: string;
  failPoints: { enabled: boolean; active: Doc | null; left: number; skip: number };
}

/** One command on its way. */
export interface Command {
  server: Server;
  name: string;
  body: Doc;
  database: string;
  session: Session | null;
  /** The transaction that the command belongs to, or null. */
  transaction: Operation | null;
  /** Set for a retryable write. */
  retry: Retry | null;
  /** Instant after which the command must give up; 0 for never. */
  deadline: number;
  variables: Variables;
}

/** Database and collection name, which a command's first field gives. */
export function namespaceOf({ body, name, database }: Command): string {
  const collection = body.get(name);
  if (typeof collection === "string" && collection !== "") return `${database}.${collection}`;
  throw new DatabaseError("InvalidNamespace", `collection name has invalid type ${typeName(collection)}`);
}

/** A document field, see `checkCommand`; an empty one when absent. */
export function docField(body: Doc, name: string): Doc {
  const value = body.get(name);
  return isDoc(value) ? value : new Map();
}

/** An array field, see `checkCommand`; an empty one when absent. */
export function listField(body: Doc, name: string): Value[] {
  const value = body.get(name);
  return Array.isArray(value) ? value : [];
}

/** A whole number field that must not be negative. */
export function countField<T>(body: Doc, name: string, absent: T): number | T {
  const value = body.get(name) ?? null;
  if (value === null) return absent;
  const number = Math.trunc(toNumber(value));
  if (number >= 0) return number;
  throw new DatabaseError(51024, `BSON field '${name}' value must be >= 0, actual value '${number}'`);
}

const MAX_TIME_MS = 2_147_483_647;

/** Instant at which the command's `maxTimeMS` is over; 0 for never. */
export function deadlineOf(body: Doc): number {
  const time = toNumber(body.get("maxTimeMS") ?? 0);
  if (!(Number.isInteger(time) && time >= 0 && time <= MAX_TIME_MS))
    throw badValue(`${time} value for maxTimeMS is not whole or out of range [0, ${MAX_TIME_MS}]`);
  return time > 0 ? Date.now() + time : 0;
}

/** The command's collection (or another), if it exists: a transaction also sees the ones it makes itself. */
export function findCollection(command: Command, namespace = namespaceOf(command)): Collection | undefined {
  const collection = command.server.engine.catalog.collections.get(namespace);
  if (!collection || collection.persisted) return collection;
  return command.transaction?.writes.catalogChanges.has(collection) ? collection : undefined;
}

/** A query of a command, or of one of its statements. A collection that does not exist is an empty one. */
export function findSpec(
  command: Command,
  query: Doc,
  { hint, ...more }: Partial<Omit<FindSpec, "hint">> & { hint: Value | undefined },
): FindSpec {
  const collection = command.server.engine.catalog.ensure(namespaceOf(command));
  const filter = filterOf(query, command.variables);
  return { collection, filter, sort: [], skip: 0, limit: 0, hint: hintOf(hint, collection), ...more };
}

/** `$$NOW` and the command's `let`. */
export function variablesOf(body: Doc): Variables {
  const base = new Map<string, Value | undefined>([["NOW", new Date()]]);
  const variables = new Map(base);
  const given = body.get("let");
  if (isDoc(given))
    for (const [name, expression] of given) variables.set(name, evaluateConstant(expression, base));
  return variables;
}

/** A key pattern as text: the same for `{ a: 1 }`, however its numbers are stored. */
const patternOf = (key: Doc): string =>
  JSON.stringify([...key].map(([path, direction]) => [path, Math.sign(toNumber(direction))]));

/** Whether a name or a key pattern means this index. */
export function isNamed(wanted: Value, { name, key }: Pick<Index, "name" | "key">): boolean {
  return isDoc(wanted) ? patternOf(wanted) === patternOf(key) : wanted === name;
}

/** The index that every collection has. */
export const ID = { name: "_id_", key: ID_INDEX.get("key") as Doc };

/** The index that a hint means, by name; null without a hint. Throws BadValue for one that does not exist. */
export function hintOf(hint: Value | undefined, { indexes, persisted }: Collection): string | null {
  const [first = null] = isDoc(hint) ? hint.keys() : [hint];
  if (first === null || first === "$natural") return first;
  const found = [ID, ...indexes].find((index) => isNamed(hint as Value, index));
  if (found) return found.name;
  if (!persisted) return null;
  throw badValue(
    "error processing query: planner returned error: hint provided does not correspond to an existing index",
  );
}
