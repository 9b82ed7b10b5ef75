import { Readable } from "node:stream";
import {
  type AbstractCursor,
  type ClientSession,
  type Collection,
  type Db,
  type Document,
  GridFSBucket,
  type MongoClient,
  ReadPreference,
} from "mongodb";

/** A test asks for what this runner (or this driver) does not have: the test is skipped, with this reason. */
export class Skip extends Error {}

export interface Call {
  target: unknown;
  args: Document;
  run(operations: Document[]): Promise<void>;
}

type Run = (call: Call) => Promise<unknown>;

const collection = (call: Call) => call.target as Collection<Document>;
const database = (call: Call) => call.target as Db;
const client = (call: Call) => call.target as MongoClient;
const session = (call: Call) => call.target as ClientSession;

function rest(args: Document, ...used: string[]): Document {
  return Object.fromEntries(Object.entries(args).filter(([name]) => !used.includes(name)));
}

function requestOf(request: Document): Document {
  const [[kind, spec]] = Object.entries(request) as [[string, Document]];
  return { [kind]: spec };
}

async function streamToBuffer(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

function cursorOptions(args: Document): Document {
  return rest(args, "filter", "pipeline");
}

async function upload(bucket: GridFSBucket, { filename, source, ...options }: Document): Promise<unknown> {
  if (options.disableMD5 !== undefined) throw new Skip("the driver has no disableMD5");
  const stream = bucket.openUploadStream(filename, options);
  await new Promise((resolve, reject) => {
    Readable.from([Buffer.from(source.$$hexBytes, "hex")])
      .pipe(stream)
      .on("finish", resolve)
      .on("error", reject);
  });
  return stream.id;
}

/** Operations of the unified test format, in terms of the driver. */
export const OPERATIONS: Record<string, Run> = {
  insertOne: async (c) => collection(c).insertOne(c.args.document, rest(c.args, "document")),
  insertMany: async (c) => collection(c).insertMany(c.args.documents, rest(c.args, "documents")),
  find: async (c) => collection(c).find(c.args.filter, cursorOptions(c.args)).toArray(),
  findOne: async (c) => collection(c).findOne(c.args.filter, rest(c.args, "filter")),
  createFindCursor: async (c) => {
    const cursor = collection(c).find(c.args.filter, cursorOptions(c.args));
    await cursor.hasNext();
    return cursor;
  },
  iterateOnce: async (c) => (c.target as AbstractCursor).tryNext(),
  iterateUntilDocumentOrError: async (c) => (c.target as AbstractCursor).next(),
  close: async (c) => (c.target as AbstractCursor).close(),
  aggregate: async (c) =>
    (c.target as Collection<Document>).aggregate(c.args.pipeline, cursorOptions(c.args)).toArray(),
  countDocuments: async (c) => collection(c).countDocuments(c.args.filter, rest(c.args, "filter")),
  estimatedDocumentCount: async (c) => collection(c).estimatedDocumentCount(c.args),
  count: async (c) => collection(c).count(c.args.filter, rest(c.args, "filter")),
  distinct: async (c) =>
    collection(c).distinct(c.args.fieldName, c.args.filter ?? {}, rest(c.args, "fieldName", "filter")),
  updateOne: async (c) =>
    collection(c).updateOne(c.args.filter, c.args.update, rest(c.args, "filter", "update")),
  updateMany: async (c) =>
    collection(c).updateMany(c.args.filter, c.args.update, rest(c.args, "filter", "update")),
  replaceOne: async (c) =>
    collection(c).replaceOne(c.args.filter, c.args.replacement, rest(c.args, "filter", "replacement")),
  deleteOne: async (c) => collection(c).deleteOne(c.args.filter, rest(c.args, "filter")),
  deleteMany: async (c) => collection(c).deleteMany(c.args.filter, rest(c.args, "filter")),
  findOneAndUpdate: async (c) =>
    collection(c).findOneAndUpdate(c.args.filter, c.args.update, after(c.args, "filter", "update")),
  findOneAndReplace: async (c) =>
    collection(c).findOneAndReplace(
      c.args.filter,
      c.args.replacement,
      after(c.args, "filter", "replacement"),
    ),
  findOneAndDelete: async (c) => collection(c).findOneAndDelete(c.args.filter, rest(c.args, "filter")),
  bulkWrite: async (c) => collection(c).bulkWrite(c.args.requests.map(requestOf), rest(c.args, "requests")),
  createIndex: async (c) => collection(c).createIndex(c.args.keys, rest(c.args, "keys")),
  dropIndex: async (c) => collection(c).dropIndex(c.args.name, rest(c.args, "name")),
  dropIndexes: async (c) => collection(c).dropIndexes(c.args),
  listIndexes: async (c) => collection(c).listIndexes(c.args).toArray(),
  listIndexNames: async () => {
    throw new Skip("the driver has no listIndexNames");
  },
  assertIndexExists: async (c) => expectTrue(await hasIndex(c), "index exists"),
  assertIndexNotExists: async (c) => expectTrue(!(await hasIndex(c)), "index is absent"),
  listCollections: async (c) => database(c).listCollections(c.args.filter, rest(c.args, "filter")).toArray(),
  listCollectionNames: async (c) =>
    (
      await database(c)
        .listCollections(c.args.filter, { ...rest(c.args, "filter"), nameOnly: true })
        .toArray()
    ).map((one) => one.name),
  createCollection: async (c) => database(c).createCollection(c.args.collection, rest(c.args, "collection")),
  dropCollection: async (c) => database(c).dropCollection(c.args.collection, rest(c.args, "collection")),
  runCommand: async (c) => database(c).command(c.args.command, rest(c.args, "command", "commandName")),
  listDatabases: async (c) => (await client(c).db().admin().listDatabases(c.args)).databases,
  listDatabaseNames: async (c) =>
    (
      await client(c)
        .db()
        .admin()
        .listDatabases({ ...c.args, nameOnly: true })
    ).databases.map((one) => one.name),
  startTransaction: async (c) => session(c).startTransaction(transactionOptions(c.args)),
  commitTransaction: async (c) => session(c).commitTransaction(c.args),
  abortTransaction: async (c) => session(c).abortTransaction(c.args),
  endSession: async (c) => session(c).endSession(),
  withTransaction: async (c) =>
    session(c).withTransaction(
      async () => c.run(c.args.callback),
      transactionOptions(rest(c.args, "callback")),
    ),
  upload: async (c) => upload(c.target as GridFSBucket, c.args),
  download: async (c) => streamToBuffer((c.target as GridFSBucket).openDownloadStream(c.args.id)),
  downloadByName: async (c) =>
    streamToBuffer((c.target as GridFSBucket).openDownloadStreamByName(c.args.filename, c.args)),
  delete: async (c) => (c.target as GridFSBucket).delete(c.args.id),
  rename: async (c) =>
    c.target instanceof GridFSBucket
      ? c.target.rename(c.args.id, c.args.newFilename)
      : collection(c).rename(c.args.to, rest(c.args, "to")),
  modifyCollection: async () => {
    throw new Skip("collMod is refused");
  },
  clientBulkWrite: async () => {
    throw new Skip("client bulkWrite needs a server of version 8");
  },
  createChangeStream: async () => {
    throw new Skip("change streams are left out");
  },
  createCommandCursor: async () => {
    throw new Skip("the driver's runCursorCommand is not mapped");
  },
  createSearchIndex: async () => {
    throw new Skip("search indexes need Atlas");
  },
};

function after(args: Document, ...used: string[]): Document {
  const options = rest(args, ...used);
  if (typeof options.returnDocument === "string")
    options.returnDocument = options.returnDocument.toLowerCase();
  return options;
}

export function transactionOptions(args: Document): Document {
  const options = { ...args };
  if (options.readPreference?.mode) options.readPreference = new ReadPreference(options.readPreference.mode);
  return options;
}

async function hasIndex({ args, target }: Call): Promise<boolean> {
  const found = await (target as MongoClient)
    .db(args.databaseName)
    .collection(args.collectionName)
    .listIndexes()
    .toArray()
    .catch(() => []);
  return found.some((index) => index.name === args.indexName);
}

export function expectTrue(condition: boolean, what: string): void {
  if (!condition) throw new Error(`assertion failed: ${what}`);
}
