import { request } from "node:http";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AuditEventModel } from "../../src/models/audit-event.ts";
import { errorCodes } from "../../src/shared/error-codes.ts";
import type { ApiClient, ApiProblem } from "../../src/shared/api-client.ts";
import type { EndpointContract } from "../../src/shared/contracts/endpoint.ts";
import { DepartmentModel } from "../../src/models/department.ts";
import { addDepartment } from "../../src/shared/contracts/departments.ts";
import { listTasks } from "../../src/shared/contracts/workflow.ts";
import { endpoints } from "../../src/server/routes/all.ts";
import { demonstrationClient } from "../support/demonstration.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

/** Values that pass for text or structure and break what stores or searches for them; requests that are hardly HTTP (§5). */

let server: TestServer;
let client: ApiClient;

beforeAll(async () => {
  server = await startTestServer({ demonstration: true });
  client = await demonstrationClient(server, "用人单位");
}, 120_000);
afterAll(() => server.close());

const session = new Set(["getSession", "logOut", "switchRole", "logIn"]);
const contracts = endpoints
  .map((endpoint) => endpoint.contract)
  .filter((contract) => !session.has(contract.id));
const withJson = contracts.filter(
  ({ method, upload, body }) => (method === "POST" || method === "PUT") && !upload && body,
);
const withQuery = contracts.filter(({ method, query }) => method === "GET" && query);

const pathOf = (contract: EndpointContract) => `/api${contract.path.replace(/:\w+/g, "f".repeat(24))}`;
const namesOf = (schema: unknown) => Object.keys((schema as { shape?: object }).shape ?? {});

function errorOf(body: Record<string, unknown>): ApiProblem {
  const error = body["error"] as ApiProblem;
  expect(Object.hasOwn(errorCodes, error.code)).toBe(true);
  expect(error.message).toMatch(/[\u4e00-\u9fff]/);
  return error;
}

async function postText(contract: EndpointContract, body: string) {
  const answer = await client.raw(contract.method, pathOf(contract), {
    body,
    headers: { "content-type": "application/json" },
  });
  return { status: answer.status, error: errorOf(answer.body) };
}

describe("text that is no text", () => {
  it.each(withJson.map((contract) => [contract.id, contract] as const))(
    "%s refuses NUL, half a surrogate pair and an endless nesting at their place",
    async (_id, contract) => {
      const [name = "any"] = namesOf(contract.body);
      const nested = `${"[".repeat(5000)}1${"]".repeat(5000)}`;
      const bodies = [
        [`{"${name}":"a\\u0000b"}`, `body.${name}`],
        [`{"${name}":["好",{"x":"\\ud800"}]}`, `body.${name}.1.x`],
        [`{"${name}":${nested}}`, `body.${name}.0.0`],
        [`{"a\\u0000":1}`, "body"],
      ] as const;
      for (const [body, path] of bodies) {
        const { status, error } = await postText(contract, body);
        expect([status, error.code]).toEqual([400, "request.invalid"]);
        expect(error.problems.map((problem) => problem.path)).toContain(path);
      }
    },
  );

  it.each(withQuery.map((contract) => [contract.id, contract] as const))(
    "%s refuses NUL in each of its filters",
    async (_id, contract) => {
      for (const name of namesOf(contract.query)) {
        const answer = await client.raw("GET", `${pathOf(contract)}?${name}=a%00b`);
        expect([answer.status, errorOf(answer.body).problems[0]?.path]).toEqual([400, `query.${name}`]);
      }
    },
  );

  it("characters that mean something to a search mean themselves", async () => {
    for (const q of ["(", "[a", ".*", "\\", "^$", "(a+)+$", "$where", "😀"]) {
      const answer = await client.call(listTasks, { q });
      expect([answer.status, answer.body.rows]).toEqual([200, []]);
    }
  });
});

describe("field problems", () => {
  it("are said in words of a form, without the value, however long the name", async () => {
    const name = "x".repeat(100_000);
    const { error } = await postText(addDepartment, JSON.stringify({ name: 7, [name]: 1 }));
    const messages = error.problems.map((problem) => problem.message).join("；");
    expect(messages).toContain("类型不符，应为文字");
    expect(messages).toContain("不认识的字段：xxx");
    expect(messages.length).toBeLessThan(500);
    const missing = await postText(addDepartment, "{}");
    expect(missing.error.problems).toContainEqual({ path: "body.name", message: "必填" });
  });
});

describe("bodies", () => {
  it("unpack to at most a megabyte", async () => {
    const bomb = gzipSync(Buffer.from(JSON.stringify({ name: "x".repeat(20_000_000) })));
    const answer = await client.raw("POST", "/api/departments", {
      body: new Uint8Array(bomb),
      headers: { "content-type": "application/json", "content-encoding": "gzip" },
    });
    expect([answer.status, errorOf(answer.body).code]).toEqual([413, "request.too_large"]);
  });

  it("__proto__ and constructor are unknown fields, and change no object", async () => {
    const { status } = await postText(addDepartment, '{"name":"部门","__proto__":{"a":1},"constructor":{}}');
    expect(status).toBe(400);
    expect(({} as Record<string, unknown>)["a"]).toBeUndefined();
  });
});

describe("Idempotency-Key", () => {
  it("answers a repeated submit once, refuses it with another content, and serves two at once", async () => {
    const headers = { "idempotency-key": "hostile-1" };
    const before = await DepartmentModel.countDocuments({});
    const answers = await Promise.all(
      [1, 2, 3].map(() => client.call(addDepartment, { name: "同一次提交" }, headers)),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    for (const { status } of answers) expect([200, 409]).toContain(status);
    const again = await client.call(addDepartment, { name: "同一次提交" }, headers);
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([200, "true"]);
    const other = await client.call(addDepartment, { name: "另一内容" }, headers);
    expect([other.status, other.body.error?.code]).toEqual([409, "request.idempotency_mismatch"]);
    expect(await DepartmentModel.countDocuments({})).toBe(before + 1);
    const long = await client.call(addDepartment, { name: "太长" }, { "idempotency-key": "k".repeat(101) });
    expect(long.status).toBe(400);
  });
});

/** A request that `fetch` would not send. */
function send(method: string, path: string): Promise<{ status: number; allow: string; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      server.url + path,
      { method, headers: { cookie: client.cookie } },
      (incoming) => {
        let text = "";
        incoming.on("data", (chunk: Buffer) => (text += chunk.toString()));
        incoming.on("end", () =>
          resolve({ status: incoming.statusCode ?? 0, allow: incoming.headers.allow ?? "", text }),
        );
      },
    );
    outgoing.on("error", reject).end();
  });
}

/** Bytes straight to the socket, and whatever comes back. */
function sendBytes(bytes: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(Number(port), hostname === "localhost" ? "127.0.0.1" : hostname);
    socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
    socket.on("close", () => resolve(text)).on("error", reject);
    socket.write(bytes);
  });
}

describe("methods", () => {
  it("HEAD answers as GET without a body; OPTIONS says what is allowed", async () => {
    expect(await send("HEAD", "/api/tasks")).toMatchObject({ status: 200, text: "" });
    const options = await send("OPTIONS", "/api/tasks");
    expect([options.status, options.allow]).toEqual([200, "HEAD, GET"]);
  });

  it.each(["TRACE", "PATCH", "PROPFIND", "DELETE"])(
    "%s is refused with the methods that exist",
    async (method) => {
      const before = await AuditEventModel.countDocuments({});
      const answer = await send(method, "/api/tasks");
      expect([answer.status, errorOf(JSON.parse(answer.text)).code]).toEqual([
        405,
        "request.method_not_allowed",
      ]);
      expect(answer.allow).toBe("HEAD, GET");
      expect(await AuditEventModel.countDocuments({})).toBe(before);
    },
  );
});

describe("requests that are hardly HTTP", () => {
  it.each([
    ["a URL of 20,000 characters", `GET /api/tasks?q=${"x".repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    ["a line that is none", "what is this\r\n\r\n", 400],
    [
      "two lengths",
      "POST /api/captchas HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
      400,
    ],
  ])("%s has the one shape of errors", async (_what, bytes, status) => {
    const answer = await sendBytes(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const { code } = errorOf(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4)));
    expect(code).toBe(status === 431 ? "request.header_too_large" : "request.malformed");
  });
});
