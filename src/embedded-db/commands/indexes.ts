import {
  type Doc,
  docOf,
  int,
  integer,
  isDoc,
  isNumber,
  isTruthy,
  toNumber,
  typeName,
  type Value,
} from "../bson/values.ts";
import { identicalValues } from "../bson/compare.ts";
import { DatabaseError, failedToParse, notImplemented } from "../errors.ts";
import type { Collection, Index } from "../storage/catalog.ts";
import { describeIndex, ID_INDEX } from "../storage/catalog.ts";
import { buildIndex, commitCatalog, exclusively, sweepRange } from "../storage/index-build.ts";
import { type Command, docList, findCollection, namespaceOf } from "./context.ts";
import { listCursor } from "./cursors.ts";
import { checkCollation } from "./fields.ts";

const REFUSED_OPTIONS = new Set(
  `weights default_language language_override textIndexVersion 2dsphereIndexVersion bits min max bucketSize
  wildcardProjection storageEngine prepareUnique clustered hidden`.split(/\s+/),
);
const KNOWN_OPTIONS = new Set(
  "key name unique sparse partialFilterExpression expireAfterSeconds background v ns collation".split(" "),
);
const MAX_INDEXES = 64;

function cannotCreate(message: string): DatabaseError {
  return new DatabaseError("CannotCreateIndex", message);
}

/** A checked index specification in the form that is stored. */
function checkSpec(given: Value): Doc {
  if (!isDoc(given)) throw new DatabaseError("TypeMismatch", "indexes must hold objects");
  const key = given.get("key");
  const name = given.get("name");
  if (!isDoc(key) || key.size === 0) throw cannotCreate("Index keys cannot be an empty object");
  if (typeof name !== "string" || name === "")
    throw failedToParse("The 'name' field is a required property of an index specification");
  checkCollation(given.get("collation"));
  for (const [option, value] of given) checkOption(option, value);
  checkKey(key);
  checkOptions(given);
  return storedSpec(given, key, name);
}

function storedSpec(given: Doc, key: Doc, name: string): Doc {
  const spec: Doc = new Map<string, Value>([
    ["key", key],
    ["name", name],
  ]);
  for (const option of ["unique", "sparse"]) if (isTruthy(given.get(option))) spec.set(option, true);
  for (const option of ["partialFilterExpression", "expireAfterSeconds"]) {
    const value = given.get(option);
    if (value !== undefined) spec.set(option, value);
  }
  return spec;
}

function checkOption(option: string, value: Value): void {
  if (KNOWN_OPTIONS.has(option) || (option === "hidden" && !isTruthy(value))) return;
  if (REFUSED_OPTIONS.has(option)) throw notImplemented(`the index option ${option}`);
  throw new DatabaseError(197, `The field '${option}' is not valid for an index specification.`);
}

function checkKey(key: Doc): void {
  for (const [path, direction] of key) {
    if (typeof direction === "string") throw notImplemented(`the index type ${direction}`);
    if (!isNumber(direction) || toNumber(direction) === 0 || Number.isNaN(toNumber(direction))) {
      throw cannotCreate(`Values in the index key pattern cannot be of type ${typeName(direction)} or 0`);
    }
    if (path.includes("$**")) throw notImplemented("a wildcard index");
    if (path === "" || path.split(".").some((part) => part === "" || part.startsWith("$")))
      throw cannotCreate(`Index keys cannot contain an empty or $-prefixed field: '${path}'`);
  }
}

function checkOptions(given: Doc): void {
  const expiry = given.get("expireAfterSeconds");
  if (expiry !== undefined) {
    if (!isNumber(expiry) || toNumber(expiry) < 0 || toNumber(expiry) > 2147483647)
      throw cannotCreate("TTL index 'expireAfterSeconds' option must be within 0 and 2147483647");
    if ((given.get("key") as Doc).size !== 1)
      throw cannotCreate("TTL indexes are single-field indexes, compound indexes do not support TTL.");
  }
  const partial = given.get("partialFilterExpression");
  if (partial !== undefined && !isDoc(partial))
    throw new DatabaseError("TypeMismatch", "The field 'partialFilterExpression' must be an object");
  if (partial !== undefined && isTruthy(given.get("sparse")))
    throw cannotCreate('cannot mix "partialFilterExpression" and "sparse" options');
}

/** True when the index exists already as wanted. Throws 85 or 86 when it exists otherwise. */
function exists(collection: Collection, spec: Doc): boolean {
  const key = spec.get("key") as Doc;
  if (key.size === 1 && key.has("_id")) {
    if (toNumber(key.get("_id")) === 1) return true;
    throw notImplemented("a descending index on _id");
  }
  const sameKey = collection.indexes.find((index) => directions(index.key) === directions(key));
  const sameName = collection.indexes.find(({ name }) => name === spec.get("name"));
  if (sameName && sameName !== sameKey) {
    throw new DatabaseError(
      "IndexKeySpecsConflict",
      `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${sameName.name}`,
    );
  }
  if (!sameKey) return false;
  const options = (doc: Doc) => new Map([...doc].filter(([name]) => name !== "key" && name !== "name"));
  if (sameKey.name === spec.get("name") && identicalValues(options(sameKey.spec), options(spec))) return true;
  throw new DatabaseError(
    sameKey.name === spec.get("name") ? "IndexKeySpecsConflict" : "IndexOptionsConflict",
    `An equivalent index already exists with a different name or options. Requested index: ${String(spec.get("name"))}, existing index: ${sameKey.name}`,
  );
}

const directions = (key: Doc): string =>
  [...key].map(([path, direction]) => `${path}\0${Math.sign(toNumber(direction))}`).join("\0");

/** `createIndexes`. */
export async function createIndexes(command: Command): Promise<Doc> {
  if (command.transaction)
    throw new DatabaseError(
      "OperationNotSupportedInTransaction",
      "createIndexes inside a transaction is not supported by the embedded database",
    );
  const { engine } = command.server;
  const specs = docList(command.body, "indexes").map(checkSpec);
  if (specs.length === 0) throw new DatabaseError("BadValue", "Must specify at least one index to create");
  const created = findCollection(command) === undefined;
  const collection = engine.catalog.ensure(namespaceOf(command));
  const before = collection.indexes.length + 1;
  await exclusively(collection, command.deadline, async () => {
    for (const spec of specs) {
      if (exists(collection, spec)) continue;
      if (collection.indexes.length + 2 > MAX_INDEXES)
        throw cannotCreate("add index fails, too many indexes");
      const record = docOf({ id: int(engine.catalog.takeId()), multikey: false, cut: false, spec });
      await buildIndex(engine, collection, engine.catalog.indexOf(record));
    }
    if (!collection.persisted) await commitCatalog(engine, collection);
  });
  const after = collection.indexes.length + 1;
  return docOf({
    numIndexesBefore: integer(created ? 0 : before),
    numIndexesAfter: integer(after),
    createdCollectionAutomatically: created,
    note: after === before && !created ? "all indexes already exist" : undefined,
  });
}

/** `listIndexes`. */
export function listIndexes(command: Command): Doc {
  const collection = findCollection(command);
  if (!collection) throw new DatabaseError("NamespaceNotFound", `ns does not exist: ${namespaceOf(command)}`);
  return listCursor(collection.namespace, [ID_INDEX, ...collection.indexes.map(describeIndex)]);
}

/** `dropIndexes`: by name, by key, several names, or `*`. */
export async function dropIndexes(command: Command): Promise<Doc> {
  const { engine } = command.server;
  const collection = findCollection(command);
  if (!collection) throw new DatabaseError("NamespaceNotFound", `ns not found ${namespaceOf(command)}`);
  const wanted = command.body.get("index");
  const before = collection.indexes.length + 1;
  await exclusively(collection, command.deadline, async () => {
    const gone = selectIndexes(collection, wanted ?? null);
    collection.indexes = collection.indexes.filter((index) => !gone.includes(index));
    await commitCatalog(engine, collection);
    for (const index of gone) await sweepRange(engine.store, "entries", index.id);
  });
  return docOf({ nIndexesWas: integer(before) });
}

function selectIndexes(collection: Collection, wanted: Value): Index[] {
  if (wanted === "*") return [...collection.indexes];
  if (Array.isArray(wanted)) return wanted.flatMap((name) => selectIndexes(collection, name));
  if (wanted === "_id_" || (isDoc(wanted) && directions(wanted) === "_id\x001"))
    throw new DatabaseError("InvalidOptions", "cannot drop _id index");
  const found = collection.indexes.filter((index) =>
    isDoc(wanted) ? directions(index.key) === directions(wanted) : index.name === wanted,
  );
  if (found.length === 0) {
    throw new DatabaseError(
      "IndexNotFound",
      isDoc(wanted) ? "can't find index with key" : `index not found with name [${String(wanted)}]`,
    );
  }
  return found;
}
