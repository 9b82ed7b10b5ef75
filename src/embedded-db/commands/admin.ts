import { MAX_DOCUMENT_BYTES } from "../bson/encode.ts";
import { type Doc, docOf, int, integer, isDoc, isTruthy, toNumber } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import { filterOf } from "../query/find.ts";
import { type Collection, ID_INDEX } from "../storage/catalog.ts";
import { dropCollection, exclusively } from "../storage/index-build.ts";
import { type Command, docField, findCollection, listField, namespaceOf } from "./context.ts";
import { listCursor } from "./cursors.ts";

const VERSION = "7.0.0";

/** `hello` and its old name: a one-member replica set. */
export function hello({ server: { address } }: Command): Doc {
  return docOf({
    helloOk: true,
    isWritablePrimary: true,
    ismaster: true,
    setName: "embedded",
    setVersion: int(1),
    primary: address,
    me: address,
    hosts: [address],
    maxBsonObjectSize: int(MAX_DOCUMENT_BYTES),
    maxMessageSizeBytes: int(48_000_000),
    maxWriteBatchSize: int(100_000),
    localTime: new Date(),
    logicalSessionTimeoutMinutes: int(30),
    minWireVersion: int(0),
    maxWireVersion: int(21),
  });
}

export function buildInfo(): Doc {
  const versionArray = [...VERSION.split("."), 0].map((part) => int(Number(part)));
  return docOf({ version: VERSION, versionArray, maxBsonObjectSize: int(MAX_DOCUMENT_BYTES) });
}

/** `serverStatus`: what clients ask it for is the version. */
export function serverStatus(): Doc {
  return docOf({
    version: VERSION,
    process: "embedded-db",
    pid: integer(process.pid),
    uptime: process.uptime(),
  });
}

export function ok(): Doc {
  return docOf({});
}

/** `endSessions`: undoes the open transaction of each. */
export function endSessions({ body, server: { sessions } }: Command): Doc {
  for (const lsid of listField(body, "endSessions")) if (isDoc(lsid)) sessions.of(lsid).abort();
  return docOf({});
}

export function killAllSessions({ server }: Command): Doc {
  server.sessions.abortAll();
  return docOf({});
}

/** `create`. */
export async function create(command: Command): Promise<Doc> {
  const namespace = namespaceOf(command);
  if (findCollection(command))
    throw new DatabaseError("NamespaceExists", `Collection ${namespace} already exists.`);
  const { engine } = command.server;
  const collection = engine.catalog.ensure(namespace);
  if (command.transaction) {
    await command.transaction.enter(collection);
    command.transaction.writes.catalogChanges.add(collection);
  } else await exclusively(collection, command.deadline, () => engine.catalog.save(collection));
  return docOf({});
}

async function dropAll({ server, deadline }: Command, collections: Collection[]): Promise<void> {
  const dropOne = async (one: Collection) => {
    await exclusively(one, deadline, () => dropCollection(server.engine, one));
    server.cursors.drop(one.namespace);
  };
  await Promise.all(collections.map(dropOne));
}

/** `drop`. */
export async function drop(command: Command): Promise<Doc> {
  const collection = findCollection(command);
  if (!collection) return docOf({});
  await dropAll(command, [collection]);
  return docOf({ ns: collection.namespace, nIndexesWas: integer(collection.indexes.length + 1) });
}

/** `dropDatabase`. */
export async function dropDatabase(command: Command): Promise<Doc> {
  const collections = collectionsOf(command);
  await dropAll(command, collections);
  return docOf({ dropped: collections.length > 0 ? command.database : undefined });
}

/** The collections of all databases, or of the command's, in the order of their names. */
function collectionsOf({ server, database }: Command, prefix = `${database}.`): Collection[] {
  return [...server.engine.catalog.collections.values()]
    .filter(({ persisted, namespace }) => persisted && namespace.startsWith(prefix))
    .sort((a, b) => (a.namespace < b.namespace ? -1 : 1));
}

/** Of some rows those that the command's filter takes, name and type only when it asks for names only. */
function listed({ body, variables }: Command, rows: Doc[]): Doc[] {
  const filter = filterOf(docField(body, "filter"), variables);
  const found = rows.filter((row) => filter.matches(row));
  if (!isTruthy(body.get("nameOnly"))) return found;
  return found.map((row) => new Map([...row].filter(([name]) => name === "name" || name === "type")));
}

/** `listCollections`. */
export function listCollections(command: Command): Doc {
  const rows = collectionsOf(command).map(({ namespace, uuid }) =>
    docOf({
      name: namespace.slice(command.database.length + 1),
      type: "collection",
      options: new Map(),
      info: docOf({ readOnly: false, uuid }),
      idIndex: ID_INDEX,
    }),
  );
  return listCursor(`${command.database}.$cmd.listCollections`, listed(command, rows));
}

/** `listDatabases`. */
export function listDatabases(command: Command): Doc {
  const sizes = new Map<string, number>();
  for (const { namespace, bytes } of collectionsOf(command, "")) {
    const [database] = namespace.split(".", 1) as [string];
    sizes.set(database, (sizes.get(database) ?? 0) + bytes);
  }
  const rows = [...sizes].map(([name, bytes]) => docOf({ name, sizeOnDisk: integer(bytes), empty: false }));
  const databases = listed(command, rows);
  if (isTruthy(command.body.get("nameOnly"))) return docOf({ databases });
  const totalSize = databases.reduce((sum, row) => sum + toNumber(row.get("sizeOnDisk")), 0);
  return docOf({ databases, totalSize: integer(totalSize) });
}

/** `collStats`. */
export function collStats(command: Command): Doc {
  const { count, bytes, indexes } = findCollection(command) ?? { count: 0, bytes: 0, indexes: null };
  return docOf({
    ns: namespaceOf(command),
    count: integer(count),
    size: integer(bytes),
    avgObjSize: count > 0 ? integer(Math.floor(bytes / count)) : undefined,
    storageSize: integer(bytes),
    nindexes: integer(indexes ? indexes.length + 1 : 0),
    capped: false,
    scaleFactor: int(1),
  });
}

/** `dbStats`. */
export function dbStats(command: Command): Doc {
  const collections = collectionsOf(command);
  const sum = (of: (collection: Collection) => number) =>
    integer(collections.reduce((total, one) => total + of(one), 0));
  return docOf({
    db: command.database,
    collections: integer(collections.length),
    objects: sum(({ count }) => count),
    dataSize: sum(({ bytes }) => bytes),
    storageSize: sum(({ bytes }) => bytes),
    indexes: sum(({ indexes }) => indexes.length + 1),
    scaleFactor: int(1),
  });
}
