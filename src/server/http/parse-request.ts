import { json } from "co-body";
import type Koa from "koa";
import { z } from "zod";
import { AppError, type FieldProblem, invalidFields } from "../../shared/app-error.ts";
import type { EndpointContract } from "../../shared/contracts/endpoint.ts";
import { scanFile } from "../scan-file.ts";
import { findUnstorable } from "./find-unstorable.ts";
import { type ReceivedFile, receiveUpload } from "./receive-upload.ts";

const nothing = z.strictObject({});
const maxJson = "1mb";

export interface ParsedRequest {
  input: Record<string, unknown>;
  file: ReceivedFile | null;
}

/** Parses parameters, query and body by the contract; all problems of all parts are listed at once (REG-24). */
export async function parseRequest(
  koa: Koa.Context,
  contract: EndpointContract,
  scanner?: string,
): Promise<ParsedRequest> {
  const { raw, file } = await readBody(koa, contract);
  const parts = [
    check("params", contract.params ?? nothing, koa["params"]),
    check("query", contract.query ?? nothing, { ...koa.query }),
    check("body", contract.body ?? nothing, raw),
  ];
  const problems = parts.flatMap((part) => part.problems);
  if (problems.length > 0) {
    await file?.discard();
    throw invalidFields(problems.slice(0, 50));
  }
  if (file !== null) await requireClean(file, scanner);
  const input = Object.assign({}, ...parts.map((part) => part.value)) as Record<string, unknown>;
  return { input, file };
}

async function requireClean(file: ReceivedFile, scanner: string | undefined): Promise<void> {
  try {
    await scanFile(scanner, file.path);
  } catch (error) {
    await file.discard();
    throw error;
  }
}

function check(
  name: string,
  schema: z.ZodType,
  value: unknown,
): { value: unknown; problems: FieldProblem[] } {
  const unstorable = findUnstorable(value);
  if (unstorable !== null) {
    const path = [name, ...unstorable.path].join(".");
    return { value: {}, problems: [{ path, message: unstorable.message }] };
  }
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return { value: parsed.data, problems: [] };
  const problems = parsed.error.issues.map((issue) => ({
    path: [name, ...issue.path.map(String)].join("."),
    message: issue.message,
  }));
  return { value: {}, problems };
}

async function readBody(
  koa: Koa.Context,
  contract: EndpointContract,
): Promise<{ raw: unknown; file: ReceivedFile | null }> {
  if (contract.method === "GET" || contract.method === "DELETE") return { raw: {}, file: null };
  if (contract.upload !== undefined) {
    const { fields, file } = await receiveUpload(koa.req, contract.upload);
    return { raw: fields, file };
  }
  return { raw: await readJson(koa), file: null };
}

async function readJson(koa: Koa.Context): Promise<unknown> {
  const hasBody =
    koa.request.length !== undefined ? koa.request.length > 0 : koa.get("transfer-encoding") !== "";
  if (!hasBody) return {};
  if (koa.is("application/json") === false) throw new AppError("request.unsupported_type");
  try {
    return await json(koa.req, { limit: maxJson, strict: true });
  } catch (error) {
    const status = (error as { status?: number }).status;
    throw new AppError(status === 413 ? "request.too_large" : "request.malformed");
  }
}
