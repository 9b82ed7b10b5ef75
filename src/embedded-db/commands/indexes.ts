import { identicalValues } from "../bson/encode.ts";
import { type Doc, docOf, integer, isDoc, isTruthy, toNumber, typeName, type Value } from "../bson/values.ts";
import { badValue, DatabaseError, failedToParse, notImplemented, typeMismatch } from "../errors.ts";
import { isOperator } from "../matcher/filter.ts";
import type { Node } from "../matcher/nodes.ts";
import { filterOf } from "../query/find.ts";
import { type Collection, describeIndex, ID_INDEX, type Index } from "../storage/catalog.ts";
import { buildIndexes, exclusively, sweepRange } from "../storage/index-build.ts";
import { type Command, listField, findCollection, ID, isNamed, namespaceOf } from "./context.ts";
import { listCursor } from "./cursors.ts";
import { checkCollation } from "./fields.ts";

const MAX_INDEXES = 64;
const MAX_EXPIRY = 2147483647;
const KNOWN_OPTIONS = new Set(
  "key name unique sparse partialFilterExpression expireAfterSeconds background dropDups v ns collation".split(
    " ",
  ),
);
const REFUSED_OPTIONS = new Set(
  `weights default_language language_override textIndexVersion 2dsphereIndexVersion bits min max bucketSize
  wildcardProjection storageEngine prepareUnique clustered hidden`.split(/\s+/),
);

function cannotCreate(message: string): DatabaseError {
  return new DatabaseError("CannotCreateIndex", message);
}

/** Throws CannotCreateIndex for what the filter of a partial index may not ask. */
function checkPartial(filter: Value): void {
  if (!isDoc(filter)) throw typeMismatch("The field 'partialFilterExpression' must be an object");
  checkSimple(filterOf(filter, new Map()).node);
}

function checkSimple(node: Node): void {
  if (node.kind === "and" || node.kind === "or") return node.children.forEach(checkSimple);
  const plain = node.kind === "compare" || (node.kind === "in" && node.plain);
  if (plain || (node.kind === "test" && ["$exists", "$type"].includes(node.operator))) return;
  throw cannotCreate("Expression not supported in partial index");
}

/** A checked index specification in the form that is stored. */
function checkSpec(given: Value): Doc {
  if (!isDoc(given)) throw typeMismatch("indexes must hold objects");
  for (const [option, value] of given) checkOption(option, value);
  const [key, name] = [given.get("key"), given.get("name")];
  if (!isDoc(key) || key.size === 0) throw cannotCreate("Index keys cannot be an empty object");
  if (typeof name !== "string" || name === "")
    throw failedToParse("The 'name' field is a required property of an index specification");
  if (name.includes("\0")) throw cannotCreate("index names cannot contain NUL bytes");
  if (name === "*") throw badValue("The index name '*' is not valid.");
  for (const [path, direction] of key) checkKey(path, direction);
  const flag = (option: string) => isTruthy(given.get(option)) || undefined;
  const partialFilterExpression = given.get("partialFilterExpression");
  const expireAfterSeconds = given.get("expireAfterSeconds");
  const [unique, sparse] = [flag("unique"), flag("sparse")];
  return checkTogether(docOf({ key, name, unique, sparse, partialFilterExpression, expireAfterSeconds }));
}

function checkTogether(spec: Doc): Doc {
  const [key, name] = [spec.get("key") as Doc, spec.get("name")];
  const isIdIndex = isNamed(key, ID);
  if (name === ID.name && !isIdIndex)
    throw badValue(`The index name '${ID.name}' is reserved for the _id index`);
  if (isIdIndex && spec.size > 2)
    throw new DatabaseError(197, "The _id index has no other options than its key and name");
  if (spec.has("partialFilterExpression") && spec.has("sparse"))
    throw cannotCreate('cannot mix "partialFilterExpression" and "sparse" options');
  if (spec.has("expireAfterSeconds") && (spec.get("key") as Doc).size > 1)
    throw cannotCreate("TTL indexes are single-field indexes, compound indexes do not support TTL.");
  return spec;
}

function checkOption(option: string, value: Value): void {
  if (option === "collation") checkCollation(value);
  if (option === "partialFilterExpression") checkPartial(value);
  if (option === "expireAfterSeconds" && !(toNumber(value) >= 0 && toNumber(value) <= MAX_EXPIRY))
    throw cannotCreate(`TTL index 'expireAfterSeconds' option must be within 0 and ${MAX_EXPIRY}`);
  if (KNOWN_OPTIONS.has(option)) return;
  if (!REFUSED_OPTIONS.has(option))
    throw new DatabaseError(197, `The field '${option}' is not valid for an index specification.`);
  if (isTruthy(value)) throw notImplemented(`the index option ${option}`);
}

function checkKey(path: string, direction: Value): void {
  if (typeof direction === "string") throw notImplemented(`the index type ${direction}`);
  if (!toNumber(direction))
    throw cannotCreate(`Values in the index key pattern cannot be of type ${typeName(direction)} or 0`);
  if (path.includes("$**")) throw notImplemented("a wildcard index");
  if (path.split(".").some((part, i) => part === "" || (i > 0 ? isOperator(part) : part.startsWith("$"))))
    throw cannotCreate(`Index keys cannot contain an empty or $-prefixed field: '${path}'`);
}

/** True when the index exists already as wanted. Throws 85 or 86 when it exists otherwise. */
function exists(indexes: readonly Index[], spec: Doc): boolean {
  const [key, name] = [spec.get("key") as Doc, spec.get("name") as string];
  if (isNamed(key, ID)) return true;
  if (key.size === 1 && key.has("_id")) throw notImplemented("a descending index on _id");
  const sameName = indexes.find((index) => isNamed(name, index));
  const same = sameName ?? indexes.find((index) => isNamed(key, index));
  if (!same) return false;
  const options = (doc: Doc) => new Map([...doc].filter(([option]) => option !== "key" && option !== "name"));
  if (same === sameName && isNamed(key, same) && identicalValues(options(same.spec), options(spec)))
    return true;
  throw new DatabaseError(
    sameName ? "IndexKeySpecsConflict" : "IndexOptionsConflict",
    `An existing index has the same key or name and differs otherwise. Requested index: ${name}, existing index: ${same.name}`,
  );
}

/** `createIndexes`. */
export async function createIndexes(command: Command): Promise<Doc> {
  if (command.transaction) throw notImplemented("createIndexes inside a transaction");
  const { engine } = command.server;
  const specs = listField(command.body, "indexes").map(checkSpec);
  if (specs.length === 0) throw badValue("Must specify at least one index to create");
  const created = findCollection(command) === undefined;
  const collection = engine.catalog.ensure(namespaceOf(command));
  const before = collection.indexes.length + 1;
  await exclusively(collection, command.deadline, async () => {
    const wanted = [...collection.indexes];
    for (const spec of specs) if (!exists(wanted, spec)) wanted.push(engine.catalog.newIndex(spec));
    if (wanted.length + 1 > MAX_INDEXES) throw cannotCreate("add index fails, too many indexes");
    const added = wanted.slice(collection.indexes.length);
    if (added.length > 0 || !collection.persisted) await buildIndexes(engine, collection, added);
  });
  const after = collection.indexes.length + 1;
  return docOf({
    numIndexesBefore: integer(before),
    numIndexesAfter: integer(after),
    createdCollectionAutomatically: created,
    note: after === before && !created ? "all indexes already exist" : undefined,
  });
}

function existing(command: Command): Collection {
  const collection = findCollection(command);
  if (collection) return collection;
  throw new DatabaseError("NamespaceNotFound", `ns does not exist: ${namespaceOf(command)}`);
}

/** `listIndexes`. */
export function listIndexes(command: Command): Doc {
  const { namespace, indexes } = existing(command);
  return listCursor(namespace, [ID_INDEX, ...indexes.map(describeIndex)]);
}

/** `dropIndexes`: by name, by key, several names, or `*`. */
export async function dropIndexes(command: Command): Promise<Doc> {
  const { engine } = command.server;
  const collection = existing(command);
  const before = collection.indexes.length + 1;
  await exclusively(collection, command.deadline, async () => {
    const gone = selectIndexes(collection, command.body.get("index") ?? null);
    collection.indexes = collection.indexes.filter((index) => !gone.includes(index));
    await engine.catalog.save(collection);
    for (const index of gone) await sweepRange(engine.store, "entries", index.id);
  });
  return docOf({ nIndexesWas: integer(before) });
}

function selectIndexes(collection: Collection, wanted: Value): Index[] {
  if (wanted === "*") return collection.indexes;
  if (Array.isArray(wanted)) return wanted.flatMap((name) => selectIndexes(collection, name));
  if (isNamed(wanted, ID)) throw new DatabaseError("InvalidOptions", "cannot drop _id index");
  const found = collection.indexes.filter((index) => isNamed(wanted, index));
  if (found.length > 0) return found;
  throw new DatabaseError(
    "IndexNotFound",
    isDoc(wanted) ? "can't find index with key" : `index not found with name [${String(wanted)}]`,
  );
}
