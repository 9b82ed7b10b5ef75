/** Why a file could not be read. The message is Chinese and tells the user what to do. */
export type SpreadsheetErrorCode =
  | "spreadsheet.missing"
  | "spreadsheet.too_large"
  | "spreadsheet.unreadable"
  | "spreadsheet.encrypted"
  | "spreadsheet.nested_archive"
  | "spreadsheet.too_many_entries"
  | "spreadsheet.inflates_too_much"
  | "spreadsheet.no_header"
  | "spreadsheet.duplicate_header"
  | "spreadsheet.too_many_rows"
  | "spreadsheet.too_many_columns"
  | "spreadsheet.too_slow"
  | "spreadsheet.too_complex";

/** The one error class of this folder; `code` is stable, `message` may be shown to a user. */
export class SpreadsheetError extends Error {
  readonly code: SpreadsheetErrorCode;

  constructor(code: SpreadsheetErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "SpreadsheetError";
    this.code = code;
  }
}
