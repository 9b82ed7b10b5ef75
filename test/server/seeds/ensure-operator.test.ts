import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AccountModel } from "../../../src/models/account.ts";
import { ensureOperator } from "../../../src/server/seeds/ensure-operator.ts";
import { changePassword, getSession } from "../../../src/shared/contracts/accounts.ts";
import { createBureau } from "../../../src/shared/contracts/organizations.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { freshIdNumber } from "../../support/world.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

describe("the first start", () => {
  it("makes one operator, who changes the one-time password and creates the provincial bureau", async () => {
    await AccountModel.deleteMany({});
    const { idNumber, password } = await ensureOperator(server.app);
    const client = await server.client().logIn("operator", idNumber, password);
    expect((await client.ok(getSession, {})).mustChangePassword).toBe(true);
    const administrator = { idNumber: freshIdNumber(), name: "省厅管理员", phone: "13600000000", roles: [] };
    const form = { name: "省厅（示例）", regionCode: "410000", phone: "0371-60000000", administrator };
    expect((await client.call(createBureau, form)).body.error?.code).toBe("password.change_required");
    await client.ok(changePassword, { oldPassword: password, newPassword: "Yunwei@2026" });
    expect((await client.ok(createBureau, form)).superiorName).toBeNull();
  });
});
