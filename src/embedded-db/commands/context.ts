import { type Doc, isDoc, isNumber, toNumber, typeName, type Value } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import { evaluateConstant, type Variables } from "../expressions/table.ts";
import type { RetryRecord } from "../sessions/retry-record.ts";
import type { Session, Sessions } from "../sessions/sessions.ts";
import type { Collection } from "../storage/catalog.ts";
import { type Engine, Operation } from "../storage/operation.ts";
import { View } from "../storage/view.ts";
import type { Cursors } from "./cursors.ts";

/** What runs behind every command. */
export interface Server {
  engine: Engine;
  sessions: Sessions;
  cursors: Cursors;
  /** Address that `hello` gives as the replica set's only member. */
  address: string;
  failPoints: { enabled: boolean; active: Doc | null; left: number; skip: number; onWrite: boolean };
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
  /** Record of the retryable write that the command is, or null. */
  retry: RetryRecord | null;
  /** Instant after which the command must give up; 0 for never. */
  deadline: number;
  variables: Variables;
}

export type Handler = (command: Command) => Promise<Doc> | Doc;

/** The collection name that a command's first field gives. */
export function collectionName(command: Command): string {
  const name = command.body.get(command.name);
  if (typeof name !== "string") {
    throw new DatabaseError("InvalidNamespace", `collection name has invalid type ${typeName(name)}`);
  }
  if (name === "")
    throw new DatabaseError("InvalidNamespace", `Invalid namespace specified '${command.database}.'`);
  return name;
}

export function namespaceOf(command: Command): string {
  return `${command.database}.${collectionName(command)}`;
}

/** A document field; an empty one when absent. */
export function docField(body: Doc, name: string): Doc {
  const value = body.get(name);
  if (value === undefined || value === null) return new Map();
  if (!isDoc(value)) {
    throw new DatabaseError(
      "TypeMismatch",
      `BSON field '${name}' is the wrong type '${typeName(value)}', expected type 'object'`,
    );
  }
  return value;
}

/** A whole non-negative number field. */
export function countField(body: Doc, name: string, fallback: number): number {
  const value = body.get(name);
  if (value === undefined || value === null) return fallback;
  if (!isNumber(value)) {
    throw new DatabaseError(
      "TypeMismatch",
      `BSON field '${name}' is the wrong type '${typeName(value)}', expected types '[long, int, decimal, double]'`,
    );
  }
  const number = Math.trunc(toNumber(value));
  if (number < 0)
    throw new DatabaseError(51024, `BSON field '${name}' value must be >= 0, actual value '${number}'`);
  return number;
}

/** Documents of an array field. */
export function docList(body: Doc, name: string): Value[] {
  const value = body.get(name);
  if (!Array.isArray(value))
    throw new DatabaseError(40414, `BSON field '${name}' is missing but a required field`);
  return value;
}

/** What this command reads: its transaction's view, or a new one that the caller must close. */
export function openView(command: Command): View {
  return command.transaction ? command.transaction.view() : new View(command.server.engine.store);
}

export function closeView(command: Command, view: View): void {
  if (!command.transaction) view.close();
}

export function findCollection(command: Command): Collection | undefined {
  return visibleCollection(command, namespaceOf(command));
}

/** A collection that exists for this command: a transaction also sees the ones it makes itself. */
export function visibleCollection(command: Command, namespace: string): Collection | undefined {
  const { catalog } = command.server.engine;
  const collection = catalog.collections.get(namespace);
  if (!collection || collection.persisted) return collection;
  return command.transaction?.writes.catalogChanges.has(collection.id) ? collection : undefined;
}

/** `$$NOW` and the command's `let`. */
export function variablesOf(body: Doc): Variables {
  const now = new Date();
  const base = new Map<string, Value | undefined>([["NOW", now]]);
  const given = body.get("let");
  if (!isDoc(given)) return base;
  const variables = new Map(base);
  for (const [name, expression] of given) variables.set(name, evaluateConstant(expression, base));
  return variables;
}

const SPECIAL_HINTS = new Map<Value, string | null>([
  ["", null],
  ["_id_", "_id_"],
  ["_id:1", "_id_"],
  ["$natural:1", "$natural"],
  ["$natural:-1", "$natural"],
]);

function keyText(key: Doc): string {
  return [...key].map(([field, direction]) => `${field}:${toNumber(direction)}`).join();
}

/** The index that a hint means, by name; null without a hint. Throws BadValue for one that does not exist. */
export function hintOf(hint: Value | undefined, collection: Collection | undefined): string | null {
  if (hint === undefined || hint === null) return null;
  const wanted = isDoc(hint) ? keyText(hint) : hint;
  const special = SPECIAL_HINTS.get(wanted);
  if (special !== undefined) return special;
  const found = collection?.indexes.find(
    (index) => wanted === (isDoc(hint) ? keyText(index.key) : index.name),
  );
  if (!found && collection) {
    throw new DatabaseError(
      "BadValue",
      "error processing query: planner returned error: hint provided does not correspond to an existing index",
    );
  }
  return found?.name ?? null;
}
