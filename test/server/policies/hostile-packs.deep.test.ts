import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { costly, hostile } from "../../rules/hostile.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { expectRefused, policyOfficer } from "./hostile.ts";

let server: TestServer;
let officer: ApiClient;

beforeAll(async () => {
  server = await startTestServer();
  officer = await policyOfficer(server);
});

afterAll(() => server.close());

describe("every hostile pack through the API is refused, and others are answered meanwhile", () => {
  it.each([...hostile, ...costly.map(([name, text]) => [name, text()] as const)])("%s", async (_, text) => {
    expect.hasAssertions();
    await expectRefused(server, officer, text);
  });
});
