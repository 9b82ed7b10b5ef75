import type { z } from "zod";
import type { EndpointContract, RequestOf, ResponseOf } from "../shared/contracts/endpoint.ts";

/** The typed client of the API: one function per kind of call, all driven by the contracts in `src/shared`. */

export interface FieldProblem {
  path: string;
  message: string;
}

type AnyContract = EndpointContract<z.ZodType, z.ZodType, z.ZodType, z.ZodType>;
type Values = Record<string, unknown>;

/** A refusal by the server (or no answer at all: code `network`). `message` is Chinese and can be shown as it is. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly requestId: string | null;
  readonly problems: FieldProblem[];
  readonly details: Record<string, unknown>;

  constructor(status: number, error: Partial<ErrorBody>) {
    super(error.message ?? "服务器没有应答，请检查网络后重试");
    this.name = "ApiError";
    this.code = error.code ?? "network";
    this.status = status;
    this.requestId = error.requestId ?? null;
    this.problems = error.problems ?? [];
    this.details = error.details ?? {};
  }
}

interface ErrorBody {
  code: string;
  message: string;
  requestId: string;
  problems: FieldProblem[];
  details: Record<string, unknown>;
}

export interface CallOptions {
  /** Same key for a repeated submission of the same content: the server then acts only once (FLW-13). */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

const sessionLostListeners = new Set<() => void>();

/** Calls `listener` whenever the server says that there is no (longer a) session; returns how to stop. */
export function onSessionLost(listener: () => void): () => void {
  sessionLostListeners.add(listener);
  return () => sessionLostListeners.delete(listener);
}

/** A random UUID, also where the page is not a secure context (`crypto.randomUUID` is missing there). */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Sends one request of a contract. Throws ApiError; never answers with unparsed text. */
export async function callApi<Contract extends AnyContract>(
  contract: Contract,
  request: RequestOf<Contract>,
  options: CallOptions = {},
): Promise<ResponseOf<Contract>> {
  const answer = await sendRequest(contract, (request ?? {}) as Values, options);
  const text = await answer.text();
  return readAnswer(answer.status, text) as ResponseOf<Contract>;
}

/** A file that a write answers with, by the name that the server gives it. Throws ApiError as `callApi`. */
export async function downloadApi<Contract extends AnyContract>(
  contract: Contract,
  request: RequestOf<Contract>,
): Promise<{ content: Blob; fileName: string }> {
  const answer = await sendRequest(contract, (request ?? {}) as Values, {});
  if (!answer.ok) readAnswer(answer.status, await answer.text());
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(answer.headers.get("Content-Disposition") ?? "")?.[1];
  return { content: await answer.blob(), fileName: decodeURIComponent(encoded ?? "download") };
}

function sendRequest(contract: AnyContract, request: Values, options: CallOptions): Promise<Response> {
  const { url, body } = splitRequest(contract, request);
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (contract.method === "POST") headers["Idempotency-Key"] = options.idempotencyKey ?? newIdempotencyKey();
  const init: RequestInit = { method: contract.method, headers, credentials: "same-origin" };
  if (body !== undefined) init.body = JSON.stringify(body);
  if (options.signal !== undefined) init.signal = options.signal;
  return send(url, init);
}

/** Uploads one file with the other fields of an upload contract; `onProgress` gets 0–100. */
export function uploadApi<Contract extends AnyContract>(
  contract: Contract,
  upload: { fields?: RequestOf<Contract>; file: File },
  onProgress: (percent: number) => void = () => {},
): Promise<ResponseOf<Contract>> {
  const { url, body } = splitRequest(contract, (upload.fields ?? {}) as Values);
  const form = new FormData();
  for (const [name, value] of Object.entries(body ?? {})) {
    if (value !== undefined) form.append(name, fieldText(value));
  }
  form.append(contract.upload?.field ?? "file", upload.file, upload.file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(contract.method, url);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Idempotency-Key", newIdempotencyKey());
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(Math.round((event.loaded / event.total) * 100));
    });
    request.addEventListener("error", () => reject(new ApiError(0, {})));
    request.addEventListener("load", () => {
      try {
        resolve(readAnswer(request.status, request.responseText) as ResponseOf<Contract>);
      } catch (error) {
        reject(error instanceof Error ? error : new ApiError(0, {}));
      }
    });
    request.send(form);
  });
}

/** The address of a binary answer (PDF, workbook), for links, frames and downloads. */
export function binaryUrl<Contract extends AnyContract>(
  contract: Contract,
  request: RequestOf<Contract>,
): string {
  return splitRequest(contract, (request ?? {}) as Values).url;
}

/** Path parameters by name, then the query of a GET or the body of a write. */
function splitRequest(contract: AnyContract, request: Values): { url: string; body: Values | undefined } {
  const rest = { ...request };
  const path = contract.path.replaceAll(/:([A-Za-z]+)/g, (_match, name: string) => {
    const value = rest[name];
    delete rest[name];
    return encodeURIComponent(fieldText(value));
  });
  const url = `/api${path}`;
  if (contract.query === undefined) return { url, body: contract.body === undefined ? undefined : rest };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) {
    if (value !== undefined && value !== null && value !== "") query.set(name, fieldText(value));
  }
  const text = query.toString();
  return { url: text === "" ? url : `${url}?${text}`, body: undefined };
}

/** Parameters and form fields of the contracts are plain values; anything else would be a mistake in a contract. */
function fieldText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, {});
  }
}

function readAnswer(status: number, text: string): unknown {
  const parsed = parseJson(text);
  if (status >= 200 && status < 300) return parsed;
  const body = (parsed as { error?: Partial<ErrorBody> } | undefined)?.error;
  const failure = new ApiError(
    status,
    body ?? { code: "network", message: `服务器应答异常（${status}），请稍后重试` },
  );
  if (failure.code === "session.required" || failure.code === "session.expired") {
    for (const listener of sessionLostListeners) listener();
  }
  throw failure;
}

function parseJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What to tell the user about any thrown value. */
export function errorText(error: unknown): string {
  if (error instanceof ApiError) {
    const withNumber = error.status >= 500 && error.requestId !== null;
    return withNumber ? `${error.message}（请求编号 ${error.requestId}）` : error.message;
  }
  return "页面出现异常，请刷新后重试";
}
