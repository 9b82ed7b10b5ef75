import { type Doc, docOf, integer, type Value } from "./bson/values.ts";

/** Error codes of MongoDB that this server answers with; the names go into `codeName`. */
const ERROR_CODES = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  OverflowError: 15,
  InvalidBSON: 22,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  QueryPlanKilled: 175,
  InvalidNamespace: 73,
  UnknownReplWriteConcern: 79,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  WriteConflict: 112,
  InvalidPipelineOperator: 168,
  TransactionTooOld: 225,
  CursorKilled: 237,
  NotImplemented: 238,
  ConversionFailure: 241,
  NoSuchTransaction: 251,
  TransactionCommitted: 256,
  OperationNotSupportedInTransaction: 263,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  InterruptedAtShutdown: 11600,
  Interrupted: 11601,
  OutOfDiskSpace: 14031,
} as const;

type ErrorCodeName = keyof typeof ERROR_CODES;

const NAMES = new Map<number, string>(Object.entries(ERROR_CODES).map(([name, code]) => [code, name]));

/** An error that goes to the client as MongoDB would send it. */
export class DatabaseError extends Error {
  readonly code: number;
  readonly codeName: string;
  /** Those that a fail point asks for; otherwise they follow from the code. */
  labels: string[] | null = null;
  /** Extra top-level fields of the reply or write error, such as `keyPattern` and `keyValue`. */
  details: ReadonlyMap<string, Value> = new Map();

  constructor(code: ErrorCodeName | number, message: string) {
    super(message);
    this.code = typeof code === "number" ? code : ERROR_CODES[code];
    this.codeName = NAMES.get(this.code) ?? `Location${this.code}`;
  }
}

/** The one refusal for what this database leaves out on purpose (docs/embedded-database.md lists it). */
export function notImplemented(what: string): DatabaseError {
  return new DatabaseError("NotImplemented", `${what} is not supported by the embedded database`);
}

export const badValue = (message: string) => new DatabaseError("BadValue", message);
export const failedToParse = (message: string) => new DatabaseError("FailedToParse", message);
export const typeMismatch = (message: string) => new DatabaseError("TypeMismatch", message);

export function writeConflict(): DatabaseError {
  return new DatabaseError(
    "WriteConflict",
    "Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry your operation or multi-document transaction.",
  );
}

/** The reply that tells an error. */
export function errorReply({ code, codeName, message, details }: DatabaseError): Doc {
  return docOf({ ok: 0, errmsg: message, code: integer(code), codeName, ...Object.fromEntries(details) });
}

/** Codes that drivers repeat a single write after. */
const RETRYABLE = new Set([6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);
/** Codes after which a whole transaction may be repeated, even when its commit met them. */
const TRANSIENT = new Set([24, 112, 246, 251, 267]);

/** The labels by which a driver knows what to repeat after an error of this code in answer to this command. */
export function labelsOf(code: number, command: Doc): string[] {
  if (!command.has("txnNumber")) return [];
  const inside = command.get("autocommit") === false;
  const ends = command.has("commitTransaction") || command.has("abortTransaction");
  if (RETRYABLE.has(code)) return [inside && !ends ? "TransientTransactionError" : "RetryableWriteError"];
  return inside && TRANSIENT.has(code) ? ["TransientTransactionError"] : [];
}
