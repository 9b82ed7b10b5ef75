import { type Doc, docOf, int, integer, isTruthy, Timestamp } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import { filterOf } from "../query/find.ts";
import type { Collection } from "../storage/catalog.ts";
import { dropCollection, exclusively, commitCatalog } from "../storage/index-build.ts";
import { type Command, docField, findCollection, namespaceOf } from "./context.ts";
import { listCursor } from "./cursors.ts";

export const SET_NAME = "embedded";
export const VERSION = "7.0.0";
const MAX_WIRE_VERSION = 21;

/** `hello` and its old name: a one-member replica set. */
export function hello(command: Command): Doc {
  const { address } = command.server;
  const old = command.name !== "hello";
  return docOf({
    helloOk: true,
    [old ? "ismaster" : "isWritablePrimary"]: true,
    setName: SET_NAME,
    setVersion: int(1),
    secondary: false,
    primary: address,
    me: address,
    hosts: [address],
    maxBsonObjectSize: int(16 * 1024 * 1024),
    maxMessageSizeBytes: int(48_000_000),
    maxWriteBatchSize: int(100_000),
    localTime: new Date(),
    logicalSessionTimeoutMinutes: int(30),
    connectionId: int(command.connection.id),
    minWireVersion: int(0),
    maxWireVersion: int(MAX_WIRE_VERSION),
    readOnly: false,
    lastWrite: docOf({ lastWriteDate: new Date(), majorityWriteDate: new Date() }),
  });
}

export function buildInfo(): Doc {
  return docOf({
    version: VERSION,
    versionArray: [int(7), int(0), int(0), int(0)],
    gitVersion: "embedded",
    modules: ["embedded"],
    bits: int(64),
    debug: false,
    maxBsonObjectSize: int(16 * 1024 * 1024),
    storageEngines: ["lmdb"],
  });
}

export function ok(): Doc {
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
    command.transaction.writes.catalogChanges.add(collection.id);
  } else await exclusively(collection, command.deadline, () => commitCatalog(engine, collection));
  return docOf({});
}

function dropAll(command: Command, collections: Collection[]): Promise<void[]> {
  return Promise.all(
    collections.map((collection) =>
      exclusively(collection, command.deadline, () => dropCollection(command.server.engine, collection)),
    ),
  );
}

/** `drop`. */
export async function drop(command: Command): Promise<Doc> {
  const collection = findCollection(command);
  if (!collection) return docOf({});
  await dropAll(command, [collection]);
  return docOf({ ns: collection.namespace, nIndexesWas: integer(collection.indexes.length + 1) });
}

function collectionsOf(command: Command, database: string): Collection[] {
  return [...command.server.engine.catalog.collections.values()].filter(
    ({ namespace, persisted }) => persisted && namespace.startsWith(`${database}.`),
  );
}

/** `dropDatabase`. */
export async function dropDatabase(command: Command): Promise<Doc> {
  await dropAll(command, collectionsOf(command, command.database));
  return docOf({ dropped: command.database });
}

/** `listCollections`. */
export function listCollections(command: Command): Doc {
  const nameOnly = isTruthy(command.body.get("nameOnly"));
  const filter = filterOf(docField(command.body, "filter"), command.variables);
  const rows = collectionsOf(command, command.database).map<Doc>(({ namespace, uuid }) => {
    const name = namespace.slice(command.database.length + 1);
    if (nameOnly) return docOf({ name, type: "collection" });
    const idIndex = docOf({ v: int(2), key: docOf({ _id: int(1) }), name: "_id_" });
    return docOf({
      name,
      type: "collection",
      options: new Map(),
      info: docOf({ readOnly: false, uuid }),
      idIndex,
    });
  });
  rows.sort((a, b) => (String(a.get("name")) < String(b.get("name")) ? -1 : 1));
  return listCursor(
    `${command.database}.$cmd.listCollections`,
    rows.filter((row) => filter.matches(row)),
  );
}

/** `listDatabases`. */
export function listDatabases(command: Command): Doc {
  const sizes = new Map<string, number>();
  for (const { namespace, persisted, bytes } of command.server.engine.catalog.collections.values()) {
    const name = namespace.slice(0, namespace.indexOf("."));
    if (persisted) sizes.set(name, (sizes.get(name) ?? 0) + bytes);
  }
  const filter = filterOf(docField(command.body, "filter"), command.variables);
  const databases = [...sizes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, bytes]) => docOf({ name, sizeOnDisk: integer(bytes), empty: false }));
  const shown = databases.filter((database) => filter.matches(database));
  if (isTruthy(command.body.get("nameOnly")))
    return docOf({ databases: shown.map((database) => docOf({ name: database.get("name") })) });
  const total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  return docOf({
    databases: shown,
    totalSize: integer(total),
    totalSizeMb: integer(Math.floor(total / 1048576)),
  });
}

/** `collStats`. */
export function collStats(command: Command): Doc {
  const collection = findCollection(command);
  const count = collection?.count ?? 0;
  const bytes = collection?.bytes ?? 0;
  return docOf({
    ns: namespaceOf(command),
    count: integer(count),
    size: integer(bytes),
    avgObjSize: count > 0 ? integer(Math.floor(bytes / count)) : undefined,
    storageSize: integer(bytes),
    nindexes: integer(collection ? collection.indexes.length + 1 : 0),
    capped: false,
    scaleFactor: int(1),
  });
}

/** `dbStats`. */
export function dbStats(command: Command): Doc {
  const collections = collectionsOf(command, command.database);
  const sum = (read: (collection: Collection) => number) =>
    integer(collections.reduce((total, one) => total + read(one), 0));
  return docOf({
    db: command.database,
    collections: integer(collections.length),
    views: int(0),
    objects: sum(({ count }) => count),
    dataSize: sum(({ bytes }) => bytes),
    storageSize: sum(({ bytes }) => bytes),
    indexes: sum(({ indexes }) => indexes.length + 1),
    scaleFactor: int(1),
  });
}

/** `serverStatus`: the few figures that exist here. */
export function serverStatus(command: Command): Doc {
  const { startedAt, sessions, cursors } = command.server;
  return docOf({
    version: VERSION,
    process: "embedded-db",
    pid: integer(process.pid),
    uptime: (Date.now() - startedAt.getTime()) / 1000,
    localTime: new Date(),
    storageEngine: docOf({ name: "lmdb" }),
    transactions: docOf({ currentOpen: integer(sessions.openTransactions) }),
    metrics: docOf({ cursor: docOf({ open: docOf({ total: integer(cursors.count) }) }) }),
    mem: docOf({ resident: integer(Math.round(process.memoryUsage.rss() / 1048576)) }),
  });
}

let lastTime = { t: 0, i: 0 };

/** The cluster's clock, which drivers hand back to us and never read: a second, and a count within it. */
export function clusterTime(): Timestamp {
  const t = Math.floor(Date.now() / 1000);
  lastTime = t > lastTime.t ? { t, i: 1 } : { t: lastTime.t, i: lastTime.i + 1 };
  return new Timestamp(lastTime);
}
