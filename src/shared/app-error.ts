import { type ErrorCode, errorCodes } from "./error-codes.ts";

/** One problem of one field: where (`body.phone`), and what to do about it, in Chinese. */
export interface FieldProblem {
  path: string;
  message: string;
}

/** Values named in a message, and field problems. Never personal data: details reach logs. */
export type ErrorDetails = Record<string, string | number | boolean | null | readonly FieldProblem[]>;

/** The one error that commands, queries and routes throw on purpose. Everything else is a 500 without its text. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(fill(errorCodes[code].message, details));
    this.name = "AppError";
    this.code = code;
    this.status = errorCodes[code].status;
    this.details = details;
  }
}

/** An invalid request whose problems belong to fields; each appears at its field and in the summary (REG-24). */
export function invalidFields(problems: readonly FieldProblem[]): AppError {
  return new AppError("request.invalid", { problems });
}

function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? "—"));
}
