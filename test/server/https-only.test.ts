import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../src/shared/api-client.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let client: ApiClient;

beforeAll(async () => {
  const env = { PUBLIC_URL: "https://xueshi.example/", TRUSTED_PROXIES: "1" };
  server = await startTestServer({ demonstration: true, env });
  client = server.client();
}, 120_000);
afterAll(() => server.close());

const overHttp = { "x-forwarded-proto": "http", "x-forwarded-for": "203.0.113.7" };
const overHttps = { ...overHttp, "x-forwarded-proto": "https" };

/** GEN-02: the platform is served by https only; who comes without is sent there. */
describe("behind a proxy with TLS", () => {
  it("who came by http is sent to the https address, whatever he asked", async () => {
    for (const [method, path] of [
      ["GET", "/"],
      ["GET", "/api/tasks?page=2"],
      ["POST", "/api/captchas"],
      ["GET", "//evil.example/x"],
    ] as const) {
      const answer = await client.raw(method, path, { headers: overHttp });
      expect([answer.status, answer.headers.get("location")]).toEqual([308, `https://xueshi.example${path}`]);
    }
  });

  it("https, health checks and requests of the machine itself are answered", async () => {
    expect((await client.raw("GET", "/api/platform", { headers: overHttps })).status).toBe(200);
    expect((await client.raw("GET", "/readyz", { headers: overHttp })).status).toBe(200);
    expect((await client.raw("GET", "/api/platform")).status).toBe(200);
  });

  it("the session's cookie is for https, for this site's pages, and for no script", async () => {
    const account = { role: "employer", idNumber: "410105198001019038", password: "Xueshi@2026" };
    const { captchaId } = (await client.raw("POST", "/api/captchas", { headers: overHttps })).body;
    const answer = await client.raw("POST", "/api/sessions", {
      headers: { "content-type": "application/json", origin: "https://xueshi.example" },
      body: JSON.stringify({ ...account, captchaId, captchaText: "TEST" }),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("set-cookie")).toMatch(
      /^xueshi_session=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    );
    expect(answer.headers.get("strict-transport-security")).toMatch(/max-age=31536000/);
  });
});
