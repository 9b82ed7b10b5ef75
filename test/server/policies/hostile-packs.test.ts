import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { costly, hostile } from "../../rules/hostile.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { expectRefused, policyOfficer } from "./hostile.ts";

/** One of each kind; `hostile-packs.deep.test.ts` sends them all. */
const chosen = [
  "nothing",
  "__proto__ as a member",
  "code as an expression",
  "an enormous number",
  "10 MB of text",
  "100,000 nested lists",
  "500,000 values",
  "30 forms of 150 rules",
];

let server: TestServer;
let officer: ApiClient;

beforeAll(async () => {
  server = await startTestServer();
  officer = await policyOfficer(server);
});

afterAll(() => server.close());

describe("a hostile pack through the API", () => {
  const all = [...hostile, ...costly.map(([name, text]) => [name, text()] as const)];

  it("is one of the known ones", () => {
    expect(chosen.filter((name) => !all.some(([known]) => known === name))).toEqual([]);
  });

  it.each(all.filter(([name]) => chosen.includes(name)))(
    "is refused, and others are answered: %s",
    async (_, text) => {
      expect.hasAssertions();
      await expectRefused(server, officer, text);
    },
  );
});
