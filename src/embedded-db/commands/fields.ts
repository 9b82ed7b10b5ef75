import { type Doc, isDoc, isNumber, isTruthy, typeName, type Value } from "../bson/values.ts";
import { DatabaseError, notImplemented, typeMismatch } from "../errors.ts";

const isBool = (value: Value) => typeof value === "boolean";
/** What the words behind a field's name mean. */
const TYPES = {
  any: () => true,
  array: Array.isArray,
  bool: isBool,
  /** A bool, or a number in its place. */
  flag: (value: Value) => isBool(value) || isNumber(value),
  long: (value: Value) => typeof value === "bigint",
  number: isNumber,
  object: isDoc,
  string: (value: Value) => typeof value === "string",
};
type Type = keyof typeof TYPES;

interface Field {
  type: Type;
  required: boolean;
  /** MongoDB knows it and this database does not: refused unless it asks for nothing. */
  refused: boolean;
}
/** Fields of one command, statement or option document, by their names. */
export type Fields = ReadonlyMap<string, Field>;

/** Reads a list of names with their types: a required one has a `*` before it, one that is refused a `!`. */
function fields(list: string): Fields {
  const read = (word: string): [string, Field] => {
    const [, mark, name, type = "any"] = /^([*!]?)([^:]+):?(\w+)?$/.exec(word) as string[];
    return [name as string, { type: type as Type, required: mark === "*", refused: mark === "!" }];
  };
  return new Map(list.trim().split(/\s+/).map(read));
}

/** What MongoDB 7 accepts with every command. */
const GENERIC = `$db:string $readPreference:object $clusterTime lsid:object txnNumber:long autocommit:bool
  startTransaction:bool readConcern:object maxTimeMS:number comment apiVersion:string
  apiStrict:bool apiDeprecationErrors:bool $audit $client clientOperationKey !stmtId !databaseVersion !shardVersion
  !coordinator !maxTimeMSOpOnly`;

const CONCERN = "writeConcern:object";
const WRITE = `${CONCERN} ordered:bool bypassDocumentValidation:flag let:object !stmtIds !encryptionInformation`;

const LISTS = {
  find: `filter:object projection:object sort:object hint collation:object skip:number limit:number batchSize:number
    singleBatch:bool allowDiskUse:bool noCursorTimeout:bool allowPartialResults:bool let:object !min !max !returnKey
    !showRecordId !tailable !awaitData !oplogReplay !term !readOnce !ntoreturn !options
    !allowSpeculativeMajorityRead !$_requestResumeToken !$_resumeAfter !encryptionInformation`,
  getMore: "getMore:long *collection:string batchSize:number !term !lastKnownCommittedOpTime",
  killCursors: "*cursors:array",
  insert: `*documents:array ${WRITE}`,
  update: `*updates:array ${WRITE} !runtimeConstants !isTimeseriesNamespace`,
  delete: `*deletes:array ${WRITE}`,
  findAndModify: `${CONCERN} findandmodify query:object sort:object remove:flag update new:flag fields:object upsert:flag
    bypassDocumentValidation:flag arrayFilters:array hint collation:object let:object !runtimeConstants !sampleId
    !encryptionInformation`,
  count:
    "query:object limit:number skip:number hint collation:object fields !queryOptions !encryptionInformation",
  distinct: "*key:string query:object collation:object hint !encryptionInformation",
  aggregate: `${CONCERN} *pipeline:array cursor:object allowDiskUse:bool bypassDocumentValidation:flag collation:object hint
    let:object !explain !fromMongos !needsMerge !isMapReduceCommand !collectionUUID !passthroughToShard !exchange
    !encryptionInformation`,
  explain: "*explain:object verbosity:string",
  create: `${CONCERN} collation:object !capped !size !max !viewOn !pipeline !timeseries !validator !validationLevel
    !validationAction !clusteredIndex !idIndex !autoIndexId !encryptedFields !changeStreamPreAndPostImages
    !expireAfterSeconds !recordPreImages !storageEngine !indexOptionDefaults !temp !flags`,
  drop: `${CONCERN} !collectionUUID`,
  dropDatabase: CONCERN,
  createIndexes: `${CONCERN} *indexes:array commitQuorum !ignoreUnknownIndexOptions !isTimeseriesNamespace`,
  listIndexes: "cursor:object !includeBuildUUIDs !includeIndexBuildInfo !isTimeseriesNamespace",
  dropIndexes: `${CONCERN} *index !isTimeseriesNamespace`,
  listCollections: "filter:object nameOnly:flag cursor:object authorizedCollections:flag",
  listDatabases: "filter:object nameOnly:flag authorizedDatabases:bool",
  collStats: "!scale",
  dbStats: "freeStorage:number !scale",
  commitTransaction: `${CONCERN} recoveryToken:object`,
  abortTransaction: `${CONCERN} recoveryToken:object`,
  endSessions: "*endSessions:array",
  killAllSessions: "",
};

/**
 * The fields of each command, as MongoDB 7 names them. Commands whose fields MongoDB itself does not check (hello,
 * ping, serverStatus and their like) are not in the table.
 */
export const COMMAND_FIELDS: ReadonlyMap<string, Fields> = new Map(
  Object.entries(LISTS).map(([name, list]) => [name, fields(`${name} ${list} ${GENERIC}`)]),
);

/** Fields of the documents, or of the items of the array, that a field of a command holds. */
export const NESTED_FIELDS: ReadonlyMap<string, Fields> = new Map([
  [
    "update.updates",
    fields(`*q:object *u multi:bool upsert:bool arrayFilters:array hint collation:object upsertSupplied:bool !c
      !sampleId`),
  ],
  ["delete.deletes", fields("*q:object *limit:number hint collation:object !sampleId")],
  ["readConcern", fields("level:string afterClusterTime provenance !atClusterTime")],
  ["writeConcern", fields("w j:flag wtimeout fsync:flag provenance")],
  ["cursor", fields("batchSize:number")],
]);

function wrongType(path: string, value: Value, type: string): DatabaseError {
  return typeMismatch(`BSON field '${path}' is the wrong type '${typeName(value)}', expected type '${type}'`);
}

/**
 * Checks the fields of a document by their table. Throws 40415 for a field that MongoDB does not know either,
 * NotImplemented (238) for one that this database leaves out, TypeMismatch (14) for a value of another type, and 40414
 * where a required field is missing; null is as good as missing.
 */
function checkFields(doc: Doc, path: string, fields: Fields): void {
  for (const [name, value] of doc) {
    const field = fields.get(name);
    if (!field) throw new DatabaseError(40415, `BSON field '${path}.${name}' is an unknown field.`);
    if (field.refused && isTruthy(value)) throw notImplemented(`the option ${name} of ${path}`);
    if (value !== null && !TYPES[field.type](value)) throw wrongType(`${path}.${name}`, value, field.type);
    if (name === "collation") checkCollation(value);
  }
  checkRequired(doc, path, fields);
}

function checkRequired(doc: Doc, path: string, fields: Fields): void {
  for (const [name, { type, required }] of fields) {
    const value = type === "any" ? doc.get(name) : (doc.get(name) ?? undefined);
    if (required && value === undefined)
      throw new DatabaseError(40414, `BSON field '${path}.${name}' is missing but a required field`);
  }
}

/** Only the order of bytes is known here. */
export function checkCollation(collation: Value): void {
  if (!isDoc(collation) || collation.size === 0) return;
  if (collation.get("locale") !== "simple" || collation.size > 1)
    throw notImplemented("a collation other than simple");
}

/** Checks the fields of a command, and of documents in it. What it throws is MongoDB's, see `checkFields`. */
export function checkCommand(name: string, body: Doc): void {
  const own = COMMAND_FIELDS.get(name);
  if (!own) return;
  if (body.has("writeConcern") && !own.has("writeConcern"))
    throw new DatabaseError("InvalidOptions", `${name} does not support writeConcern`);
  checkFields(body, name, own);
  for (const [path, nested] of NESTED_FIELDS) {
    const value = body.get(path.slice(path.indexOf(".") + 1)) ?? [];
    for (const item of Array.isArray(value) ? value : [value]) {
      if (!isDoc(item)) throw typeMismatch(`${path} must hold objects`);
      checkFields(item, path, nested);
    }
  }
}
