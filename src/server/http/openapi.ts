import { z } from "zod";
import { errorCodes } from "../../shared/error-codes.ts";
import type { EndpointContract } from "../../shared/contracts/endpoint.ts";
import type { App } from "../command-context.ts";
import type { Endpoint } from "./endpoint.ts";

type Json = Record<string, unknown>;

/** OpenAPI 3.1 made from the contracts; nothing in it is written by hand. */
export function openApiDocument(app: App, endpoints: readonly Endpoint[]): Json {
  const paths: Record<string, Json> = {};
  for (const { contract } of endpoints) {
    const path = `/api${contract.path.replace(/:(\w+)/g, "{$1}")}`;
    const operations = paths[path] ?? {};
    paths[path] = operations;
    operations[contract.method.toLowerCase()] = operation(contract);
  }
  return {
    openapi: "3.1.0",
    info: { title: app.env.PLATFORM_NAME, version: app.version, description: "错误代码见 docs/errors.md。" },
    paths,
    components: {
      securitySchemes: { session: { type: "apiKey", in: "cookie", name: "xueshi_session" } },
      schemas: { Error: errorSchema },
    },
  };
}

function operation(contract: EndpointContract): Json {
  return {
    operationId: contract.id,
    summary: contract.summary,
    tags: [contract.path.split("/")[1]],
    ...(contract.access === "public" ? {} : { security: [{ session: [] }] }),
    parameters: [
      ...parameters("path", contract.params),
      ...parameters("query", contract.query),
      ...idempotency(contract),
    ],
    ...requestBody(contract),
    responses: responses(contract),
  };
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Json;
  return rest;
}

function parameters(place: "path" | "query", schema: z.ZodType | undefined): Json[] {
  if (schema === undefined) return [];
  const object = schemaOf(schema, "input") as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(object.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || (object.required ?? []).includes(name),
    schema: property,
  }));
}

function idempotency(contract: EndpointContract): Json[] {
  if (contract.method === "GET") return [];
  return [
    {
      name: "Idempotency-Key",
      in: "header",
      required: false,
      description: "重复提交同一标识得到同一结果",
      schema: { type: "string", maxLength: 100 },
    },
  ];
}

function requestBody(contract: EndpointContract): Json {
  if (contract.upload !== undefined) {
    const fields =
      contract.body === undefined ? {} : (schemaOf(contract.body, "input")["properties"] as Json);
    const properties = { ...fields, [contract.upload.field]: { type: "string", format: "binary" } };
    const schema = { type: "object", properties, required: [contract.upload.field] };
    return { requestBody: { required: true, content: { "multipart/form-data": { schema } } } };
  }
  if (contract.body === undefined) return {};
  return {
    requestBody: {
      required: true,
      content: { "application/json": { schema: schemaOf(contract.body, "input") } },
    },
  };
}

function responses(contract: EndpointContract): Json {
  const content =
    contract.binary === undefined
      ? { "application/json": { schema: schemaOf(contract.response, "output") } }
      : { [contract.binary.contentType]: { schema: { type: "string", format: "binary" } } };
  const result: Json = { 200: { description: contract.summary, content } };
  const codes = [
    "request.invalid",
    ...(contract.access === "public" ? [] : ["session.required"]),
    ...(contract.upload === undefined ? [] : ["file.infected", "file.scan_unavailable"]),
    ...contract.errors,
  ];
  for (const code of codes) {
    const { status } = errorCodes[code as keyof typeof errorCodes];
    const entry = (result[status] ?? {
      description: "",
      content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
    }) as { description: string };
    entry.description = entry.description === "" ? code : `${entry.description}, ${code}`;
    result[status] = entry;
  }
  return result;
}

const errorSchema: Json = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "requestId", "problems", "details"],
      properties: {
        code: { type: "string", enum: Object.keys(errorCodes) },
        message: { type: "string" },
        requestId: { type: "string" },
        problems: {
          type: "array",
          items: { type: "object", properties: { path: { type: "string" }, message: { type: "string" } } },
        },
        details: { type: "object" },
      },
    },
  },
};
