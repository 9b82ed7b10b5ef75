import type { z } from "zod";
import type { ErrorCode } from "../error-codes.ts";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** What a response that is not JSON is. */
export interface BinaryResponse {
  contentType: string;
  description: string;
}

/** The one file field of a multipart request, and what it may hold. */
export interface UploadRule {
  field: string;
  maxBytes: number;
  /** media types; "any" for parts of a file, which are nothing by themselves */
  accept: readonly string[] | "any";
}

/**
 * The only definition of one endpoint: the server validates by it, OpenAPI is generated from it, and the web
 * client is typed by it. `path` uses `:name` parameters and excludes the `/api` prefix.
 */
export interface EndpointContract<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> {
  id: string;
  method: Method;
  path: string;
  /** One Chinese line: what it does. */
  summary: string;
  /** "public" needs no session; "initial" is also open to a session that must change its password first. */
  access: "public" | "session" | "initial";
  params?: Params;
  query?: Query;
  body?: Body;
  /** The one multipart file field of an upload; its other fields are `body`. */
  upload?: UploadRule;
  response: Response;
  binary?: BinaryResponse;
  errors: readonly ErrorCode[];
}

/** Keeps the literal types of a contract, and whether it takes a file or answers with one. */
export function defineEndpoint<
  Params extends z.ZodType = z.ZodNever,
  Query extends z.ZodType = z.ZodNever,
  Body extends z.ZodType = z.ZodNever,
  Response extends z.ZodType = z.ZodNever,
  Upload extends UploadRule | undefined = undefined,
  Binary extends BinaryResponse | undefined = undefined,
>(
  contract: EndpointContract<Params, Query, Body, Response> & { upload?: Upload; binary?: Binary },
): EndpointContract<Params, Query, Body, Response> & Having<"upload", Upload> & Having<"binary", Binary> {
  return contract as never;
}

type Having<Name extends string, Value> = Value extends object ? Record<Name, Value> : unknown;

type PartOf<Part extends z.ZodType> = [Part] extends [z.ZodNever] ? unknown : z.output<Part>;
type SentPartOf<Part extends z.ZodType> = [Part] extends [z.ZodNever] ? unknown : z.input<Part>;

/** What a handler receives: parameters, query and body in one validated object. */
export type InputOf<Contract> =
  Contract extends EndpointContract<infer Params, infer Query, infer Body, infer _Response>
    ? PartOf<Params> & PartOf<Query> & PartOf<Body>
    : never;

/** What a client sends. */
export type RequestOf<Contract> =
  Contract extends EndpointContract<infer Params, infer Query, infer Body, infer _Response>
    ? SentPartOf<Params> & SentPartOf<Query> & SentPartOf<Body>
    : never;

/** What the endpoint answers with. */
export type ResponseOf<Contract> =
  Contract extends EndpointContract<infer _Params, infer _Query, infer _Body, infer Response>
    ? z.output<Response>
    : never;
