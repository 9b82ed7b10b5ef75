import { type Doc, isDoc, isTruthy, type Value } from "../bson/values.ts";
import { DatabaseError, notImplemented } from "../errors.ts";

/** Fields of one command, statement or option document: names that are understood, and names that are refused. */
export interface Fields {
  known: ReadonlySet<string>;
  /** MongoDB knows them and this database does not: refused unless they ask for nothing. */
  refused: ReadonlySet<string>;
}

/** Reads a list of names, those that are refused with a `!` before them. */
function fields(list: string): Fields {
  const names = list.split(/\s+/);
  const refused = names.filter((name) => name.startsWith("!")).map((name) => name.slice(1));
  return { known: new Set(names), refused: new Set(refused) };
}

/** What MongoDB 7 accepts with every command. */
const GENERIC = `$db $readPreference $clusterTime lsid txnNumber autocommit startTransaction stmtId readConcern
  writeConcern maxTimeMS comment apiVersion apiStrict apiDeprecationErrors $audit $client clientOperationKey
  !databaseVersion !shardVersion !coordinator !maxTimeMSOpOnly`;
const WRITE = "ordered bypassDocumentValidation let stmtIds !encryptionInformation";

const LISTS = {
  find: `filter projection sort hint collation skip limit batchSize singleBatch allowDiskUse noCursorTimeout
    allowPartialResults let !min !max !returnKey !showRecordId !tailable !awaitData !oplogReplay !term !readOnce
    !ntoreturn !options !allowSpeculativeMajorityRead !$_requestResumeToken !$_resumeAfter !encryptionInformation`,
  getMore: "collection batchSize !term !lastKnownCommittedOpTime",
  killCursors: "cursors",
  insert: `documents ${WRITE}`,
  update: `updates ${WRITE} !runtimeConstants !isTimeseriesNamespace`,
  delete: `deletes ${WRITE}`,
  findAndModify: `findandmodify query sort remove update new fields upsert bypassDocumentValidation arrayFilters hint
    collation let !runtimeConstants !sampleId !encryptionInformation`,
  count: "query limit skip hint collation fields !queryOptions !encryptionInformation",
  distinct: "key query collation hint !encryptionInformation",
  aggregate: `pipeline cursor allowDiskUse bypassDocumentValidation collation hint let !explain !fromMongos !needsMerge
    !isMapReduceCommand !collectionUUID !passthroughToShard !exchange !encryptionInformation`,
  explain: "verbosity",
  create: `collation !capped !size !max !viewOn !pipeline !timeseries !validator !validationLevel !validationAction
    !clusteredIndex !idIndex !autoIndexId !encryptedFields !changeStreamPreAndPostImages !expireAfterSeconds
    !recordPreImages !storageEngine !indexOptionDefaults !temp !flags`,
  drop: "!collectionUUID",
  dropDatabase: "",
  createIndexes: "indexes commitQuorum !ignoreUnknownIndexOptions !isTimeseriesNamespace",
  listIndexes: "cursor !includeBuildUUIDs !includeIndexBuildInfo !isTimeseriesNamespace",
  dropIndexes: "index !isTimeseriesNamespace",
  listCollections: "filter nameOnly cursor authorizedCollections",
  listDatabases: "filter nameOnly authorizedDatabases",
  collStats: "!scale",
  dbStats: "freeStorage !scale",
  commitTransaction: "recoveryToken",
  abortTransaction: "recoveryToken",
  endSessions: "",
  killAllSessions: "",
};

/**
 * The fields of each command, as MongoDB 7 names them. Commands whose fields MongoDB itself does not check (hello,
 * ping, serverStatus and their like) are not in the table.
 */
export const COMMAND_FIELDS: ReadonlyMap<string, Fields> = new Map(
  Object.entries(LISTS).map(([name, list]) => [name, fields(`${name} ${list} ${GENERIC}`)]),
);

/** Fields of documents inside of commands. */
export const NESTED_FIELDS = {
  "update.updates": fields("q u multi upsert arrayFilters hint collation upsertSupplied !c !sampleId"),
  "delete.deletes": fields("q limit hint collation !sampleId"),
  readConcern: fields("level afterClusterTime provenance !atClusterTime"),
  writeConcern: fields("w j wtimeout fsync provenance"),
  cursor: fields("batchSize"),
} as const;

/**
 * Checks the fields of a document by their table. Throws 40415 for a field that MongoDB does not know either, and
 * NotImplemented (238) for one that this database leaves out.
 */
export function checkFields(doc: Doc, path: string, { known, refused }: Fields): void {
  for (const [name, value] of doc) {
    if (name === "collation") checkCollation(value);
    if (known.has(name)) continue;
    if (!refused.has(name))
      throw new DatabaseError(40415, `BSON field '${path}.${name}' is an unknown field.`);
    if (isTruthy(value)) throw notImplemented(`the option ${name} of ${path}`);
  }
}

/** Only the order of bytes is known here. */
export function checkCollation(collation: Value | undefined): void {
  if (!isDoc(collation) || collation.size === 0) return;
  if (collation.get("locale") !== "simple" || collation.size > 1)
    throw notImplemented("a collation other than simple");
}

/** Checks a whole command: its fields, and those of its concerns and its cursor. */
export function checkCommandFields(name: string, body: Doc): void {
  const modern = name === "findandmodify" ? "findAndModify" : name;
  const own = COMMAND_FIELDS.get(modern);
  if (!own) return;
  checkFields(body, modern, own);
  for (const nested of ["readConcern", "writeConcern", "cursor"] as const) {
    const value = body.get(nested);
    if (isDoc(value)) checkFields(value, nested, NESTED_FIELDS[nested]);
  }
}
