import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AccountModel } from "../../../src/models/account.ts";
import { DeclarationModel } from "../../../src/models/declaration.ts";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { PersonModel } from "../../../src/models/person.ts";
import { PersonYearModel } from "../../../src/models/person-year.ts";
import { RegistrationModel } from "../../../src/models/registration.ts";
import { WorkflowInstance } from "../../../src/models/workflow-instance.ts";
import { WorkflowTask } from "../../../src/models/workflow-task.ts";
import {
  demonstrationPassword,
  demonstrationTiles,
  tileOf,
} from "../../../src/server/seeds/demonstration-people.ts";
import { getSession, logIn } from "../../../src/shared/contracts/accounts.ts";
import { getPlatform } from "../../../src/shared/contracts/platform.ts";
import { countTasks } from "../../../src/shared/contracts/workflow.ts";
import { regions } from "../../../src/shared/dictionaries/regions.ts";
import { type LoginRole, loginRoleNames } from "../../../src/shared/modules.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ demonstration: true });
}, 120_000);
afterAll(() => server.close());

const roleOfTile: Record<string, LoginRole> = {
  professional: "professional",
  accountant: "professional",
  "county-bureau": "bureau",
  "city-bureau": "bureau",
  "province-bureau": "bureau",
};

describe("the demonstration province", () => {
  it("offers one account for each role tile on this machine, and each signs in", async () => {
    const { demonstration, demonstrationAccounts } = await server.client().ok(getPlatform, {});
    expect(demonstration).toBe(true);
    const roles = new Set<string>();
    for (const { idNumber, password, name } of demonstrationAccounts) {
      const tile = demonstrationTiles.find((one) => one.idNumber === idNumber)?.key ?? "";
      const role = roleOfTile[tile] ?? (tile as LoginRole);
      const client = await server.client().logIn(role, idNumber, password);
      expect((await client.ok(getSession, {})).name).toBe(name);
      roles.add(role);
    }
    expect([...roles].toSorted()).toEqual([...loginRoleNames].toSorted());
  });

  it("lets nobody of it in from another machine, and tells him no accounts", async () => {
    const client = server.client();
    const elsewhere = { "x-forwarded-for": "203.0.113.9" };
    const { idNumber } = tileOf("operator");
    const body = { role: "operator", idNumber, password: demonstrationPassword, ...(await client.captcha()) };
    expect((await client.call(logIn, body, elsewhere)).body.error?.code).toBe(
      "login.demonstration_only_here",
    );
    expect((await client.call(getPlatform, {}, elsewhere)).body.demonstrationAccounts).toEqual([]);
    expect(await AccountModel.countDocuments({ demonstration: false })).toBe(0);
  });

  it("has a bureau for every place of the code list, each below the nearest above", async () => {
    const bureaus = await OrganizationModel.find({ kind: "bureau" }).lean();
    const places = regions.filter(({ code }) => code !== "419000");
    expect(bureaus.map(({ regionCode }) => regionCode).toSorted()).toEqual(
      places.map(({ code }) => code).toSorted(),
    );
    const byRegion = new Map(bureaus.map((bureau) => [bureau.regionCode, bureau]));
    for (const bureau of bureaus) {
      const parent = regions.find(({ code }) => code === bureau.regionCode)?.parentCode ?? null;
      const above = parent === "419000" ? "410000" : parent;
      expect(bureau.superiorId).toBe(above === null ? null : byRegion.get(above)?._id);
    }
  });

  it("shows applications in every state", async () => {
    const statusesOf = async (values: Promise<{ status: string }[]>) =>
      [...new Set((await values).map(({ status }) => status))].toSorted();
    expect(await statusesOf(RegistrationModel.find({}, { status: 1 }).lean())).toEqual([
      "approved",
      "pending",
      "rejected",
    ]);
    expect(await statusesOf(DeclarationModel.find({}, { status: 1 }).lean())).toEqual([
      "approved",
      "pending",
      "rejected",
      "withdrawn",
    ]);
    expect((await DeclarationModel.distinct("form")).length).toBeGreaterThanOrEqual(7);
    expect(await PersonModel.countDocuments({})).toBeGreaterThanOrEqual(35);
  });

  it("gives every reviewer something to do, and every open instance a task", async () => {
    for (const tile of ["employer", "city-bureau", "county-bureau"] as const) {
      const client = await server
        .client()
        .logIn(roleOfTile[tile] ?? "employer", tileOf(tile).idNumber, demonstrationPassword);
      expect((await client.ok(countTasks, {})).total).toBeGreaterThan(0);
    }
    const running = await WorkflowInstance.find({ status: "running" }).lean();
    for (const { _id: instanceId } of running) {
      expect(await WorkflowTask.countDocuments({ instanceId, status: "open" })).toBeGreaterThan(0);
    }
  });

  it("has years that passed and years that failed", async () => {
    const results = new Set(await PersonYearModel.distinct("result"));
    expect(results).toEqual(new Set(["passed", "failed"]));
  });
});
