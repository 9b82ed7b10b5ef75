/** Error codes of MongoDB that this server answers with; the names go into `codeName`. */
export const ERROR_CODES = {
  InternalError: 1,
  BadValue: 2,
  NoSuchKey: 4,
  HostUnreachable: 6,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  IllegalOperation: 20,
  InvalidBSON: 22,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  IndexAlreadyExists: 68,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  InvalidPipelineOperator: 168,
  WriteConflict: 112,
  TransactionTooOld: 225,
  ConversionFailure: 241,
  NotImplemented: 238,
  OperationNotSupportedInTransaction: 263,
  NoSuchTransaction: 251,
  TransactionCommitted: 256,
  UnsupportedFormat: 12,
  OverflowError: 15,
  InvalidIdField: 53,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  Interrupted: 11601,
  OutOfDiskSpace: 14031,
} as const;

export type ErrorCodeName = keyof typeof ERROR_CODES;

const NAMES = new Map<number, string>(Object.entries(ERROR_CODES).map(([name, code]) => [code, name]));

export const TRANSIENT_TRANSACTION_ERROR = "TransientTransactionError";

/** An error that goes to the client as MongoDB would send it: code, codeName, errmsg and labels. */
export class DatabaseError extends Error {
  readonly codeName: string;
  readonly code: number;
  labels: string[] = [];
  /** Extra top-level fields of the reply or write error, such as `keyPattern` and `keyValue`. */
  details: ReadonlyMap<string, unknown> | null = null;

  constructor(codeName: ErrorCodeName | number, message: string) {
    super(message);
    this.code = typeof codeName === "number" ? codeName : ERROR_CODES[codeName];
    this.codeName = typeof codeName === "number" ? (NAMES.get(codeName) ?? `Location${codeName}`) : codeName;
  }
}

/** The one refusal for what this database leaves out on purpose (docs/embedded-database.md lists it). */
export function notImplemented(what: string): DatabaseError {
  return new DatabaseError("NotImplemented", `${what} is not supported by the embedded database`);
}

export function badValue(message: string): DatabaseError {
  return new DatabaseError("BadValue", message);
}

export function failedToParse(message: string): DatabaseError {
  return new DatabaseError("FailedToParse", message);
}

export function typeMismatch(message: string): DatabaseError {
  return new DatabaseError("TypeMismatch", message);
}

export function writeConflict(): DatabaseError {
  const error = new DatabaseError(
    "WriteConflict",
    "Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry your operation or multi-document transaction.",
  );
  error.labels = [TRANSIENT_TRANSACTION_ERROR];
  return error;
}
