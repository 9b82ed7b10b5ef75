/** What can go wrong when a document is printed. The message is Chinese, for the user; the cause is for the log. */
export type PrintingErrorCode =
  | "printing.browser_not_found"
  | "printing.browser_failed"
  | "printing.cache_unsafe"
  | "printing.timeout"
  | "printing.closed"
  | "printing.overflow"
  | "printing.seal_not_sample";

/** The one error class of this folder; `code` is stable, `message` may be shown to a user. */
export class PrintingError extends Error {
  readonly code: PrintingErrorCode;

  constructor(code: PrintingErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "PrintingError";
    this.code = code;
  }
}
