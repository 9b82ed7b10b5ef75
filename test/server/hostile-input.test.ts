import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AuditEventModel } from "../../src/models/audit-event.ts";
import { errorCodes } from "../../src/shared/error-codes.ts";
import type { ApiClient } from "../../src/shared/api-client.ts";
import type { EndpointContract } from "../../src/shared/contracts/endpoint.ts";
import { endpoints } from "../../src/server/routes/all.ts";
import { demonstrationClient } from "../support/demonstration.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

/**
 * Every endpoint against the inputs that nobody should send (issue's §5): a clear error with a documented code,
 * never a 500, nothing written. Signed in as an administrator who may do most things, so that inputs get far.
 */

let server: TestServer;
let client: ApiClient;

beforeAll(async () => {
  server = await startTestServer({ demonstration: true });
  client = await demonstrationClient(server, "用人单位");
}, 120_000);
afterAll(() => server.close());

const unknownId = "f".repeat(24);
const session = new Set(["getSession", "logOut", "switchRole", "logIn"]);
const contracts = endpoints
  .map((endpoint) => endpoint.contract)
  .filter((contract) => !session.has(contract.id));
const withBody = contracts.filter((contract) => contract.method === "POST" && contract.upload === undefined);

function pathOf(contract: EndpointContract, id = unknownId): string {
  return `/api${contract.path.replace(/:\w+/g, id)}`;
}

async function send(contract: EndpointContract, body: string, headers: Record<string, string> = {}) {
  return client.raw(contract.method, pathOf(contract), {
    body,
    headers: { "content-type": "application/json", ...headers },
  });
}

function expectRefusal(answer: { status: number; body: Record<string, unknown> }): void {
  const error = answer.body["error"] as { code: string; message: string; requestId: string } | undefined;
  expect(error).toBeDefined();
  expect(answer.status).toBeLessThan(500);
  expect(Object.hasOwn(errorCodes, error?.code ?? "")).toBe(true);
  expect(error?.message).toMatch(/[\u4e00-\u9fff]/);
  expect(error?.requestId).toMatch(/^[0-9a-f-]{36}$/);
}

describe.each(withBody.map((contract) => [contract.id, contract] as const))("%s", (_id, contract) => {
  it("refuses what is not JSON", async () => {
    for (const body of ["{", "[1,2", "\u0000", '{"a":1}}', "undefined", '{"__proto__":{"a":1}}']) {
      expectRefusal(await send(contract, body));
    }
  });

  it("refuses another content type", async () => {
    const answer = await send(contract, "a=1", { "content-type": "text/plain" });
    expect(answer.status).toBe(415);
    expectRefusal(answer);
  });

  it("refuses more than a megabyte", async () => {
    const answer = await send(contract, JSON.stringify({ a: "x".repeat(1_200_000) }));
    expect(answer.status).toBe(413);
    expectRefusal(answer);
  });

  it("writes nothing on any of these", async () => {
    const before = await AuditEventModel.countDocuments({});
    for (const body of ["{", "[]", wrongTypes(contract)]) await send(contract, body);
    expect(await AuditEventModel.countDocuments({})).toBe(before);
  });
});

describe("every body", () => {
  const described = withBody
    .filter((contract) => contract.body !== undefined)
    .map((contract) => [contract.id, contract] as const);

  it.each(described)("%s refuses wrong types, unknown fields and over-long text", async (_id, contract) => {
    const bodies = [
      "[]",
      '"text"',
      "12",
      "null",
      JSON.stringify({ nobodyKnowsThisField: 1 }),
      wrongTypes(contract),
      longTexts(contract),
    ];
    for (const body of bodies) {
      const answer = await send(contract, body);
      expectRefusal(answer);
      expect([400, 403, 404]).toContain(answer.status);
    }
  });
});

/** The fields that a contract names, each with values of the wrong type. */
function shapeOf(contract: EndpointContract): string[] {
  const body = contract.body as unknown as { shape?: Record<string, unknown> } | undefined;
  return Object.keys(body?.shape ?? {});
}

function wrongTypes(contract: EndpointContract): string {
  return JSON.stringify(Object.fromEntries(shapeOf(contract).map((name) => [name, { $gt: "" }])));
}

function longTexts(contract: EndpointContract): string {
  return JSON.stringify(Object.fromEntries(shapeOf(contract).map((name) => [name, "长".repeat(5000)])));
}

describe("every address with parameters", () => {
  const withParams = contracts.filter((contract) => contract.path.includes(":"));

  it.each(withParams.map((contract) => [contract.id, contract] as const))(
    "%s refuses odd ids",
    async (_id, contract) => {
      for (const id of [
        "1",
        "%00",
        "..%2F..%2Fetc",
        "$where",
        "x".repeat(3000),
        "%E0%A4%A",
        "%ed%a0%80",
        unknownId,
      ]) {
        const answer = await client.raw(contract.method, pathOf(contract, id), {
          headers: { "content-type": "application/json" },
          ...(contract.method === "POST" ? { body: "{}" } : {}),
        });
        expectRefusal(answer);
      }
    },
  );
});

describe("every list", () => {
  const lists = contracts.filter((contract) => contract.method === "GET" && contract.query !== undefined);

  it.each(lists.map((contract) => [contract.id, contract] as const))(
    "%s refuses odd queries",
    async (_id, contract) => {
      for (const query of [
        "?page=0",
        "?page=1e9",
        "?pageSize=100000",
        "?page[$gt]=1",
        "?nobody=1",
        "?page=1&page=2",
        "?year=abc",
        "?%ZZ",
      ]) {
        const answer = await client.raw("GET", `${pathOf(contract)}${query}`);
        expect(answer.status).toBeLessThan(500);
        if (answer.status !== 200) expectRefusal(answer);
      }
    },
  );
});

describe("every endpoint that needs a session", () => {
  const closed = endpoints
    .map((endpoint) => endpoint.contract)
    .filter((contract) => contract.access !== "public");

  it.each(closed.map((contract) => [contract.id, contract] as const))(
    "%s answers 401 to nobody and to a forged token",
    async (_id, contract) => {
      const nobody = server.client();
      const headers = { "content-type": "application/json" };
      const body = contract.method === "POST" ? { body: "{}" } : {};
      expect((await nobody.raw(contract.method, pathOf(contract), { headers, ...body })).status).toBe(401);
      nobody.cookie = "xueshi_session=eyJhbGciOiJub25lIn0.eyJzaWQiOiIxIn0.";
      const forged = await nobody.raw(contract.method, pathOf(contract), { headers, ...body });
      expect(forged.status).toBe(401);
      expectRefusal(forged);
    },
  );
});

describe("writes from another site", () => {
  it("are refused by their Origin", async () => {
    const answer = await client.raw("POST", "/api/captchas", {
      headers: { origin: "https://evil.example" },
      body: "{}",
    });
    expect([answer.status, (answer.body["error"] as { code: string }).code]).toEqual([
      403,
      "request.wrong_origin",
    ]);
  });
});

describe("unknown addresses and methods", () => {
  it("are 404 and 405 with documented codes", async () => {
    expectRefusal(await client.raw("GET", "/api/nothing-here"));
    const answer = await client.raw("PUT", "/api/sessions", { body: "{}" });
    expect(answer.status).toBe(405);
    expectRefusal(answer);
  });
});
