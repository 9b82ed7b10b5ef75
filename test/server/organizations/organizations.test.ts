import { beforeAll, describe, expect, it } from "vitest";
import { AccountModel } from "../../../src/models/account.ts";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { createOperator } from "../../../src/server/seeds/ensure-operator.ts";
import { accountAs } from "../../../src/server/seeds/acting.ts";
import { creditCode } from "../../../src/server/seeds/synthetic.ts";
import * as contracts from "../../../src/shared/contracts/organizations.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { buildLogin, password, passwordHash } from "../../support/login.ts";
import { adminOf, clientOf, freshIdNumber, inTransaction, type World } from "../../support/world.ts";
import { statusesOf } from "../../support/answers.ts";
import { auditTypes } from "../../support/applications.ts";
import { useProvince } from "../../support/province.ts";

let operator: ApiClient;
const { server, world } = useProvince();

beforeAll(async () => {
  const idNumber = freshIdNumber();
  const hash = await passwordHash();
  await inTransaction(server.app, (ctx) =>
    createOperator(ctx, { name: "运维", idNumber, passwordHash: hash }),
  );
  const actor = await accountAs(server.app, idNumber, "operator");
  operator = await clientOf(server.app, server.url, actor);
});

const admin = (unit: World["city"]) => adminOf(server.app, server.url, unit);

function bureauForm(regionCode: string, given: Record<string, unknown> = {}) {
  return {
    name: `${regionCode}人社局（示例）`,
    regionCode,
    phone: "0371-61234567",
    administrator: { idNumber: freshIdNumber(), name: "管理员", phone: "13600000000" },
    ...given,
  };
}

describe("GET /organizations/options", () => {
  it("200: live organizations by kind, region and name, without a session", async () => {
    const client = server.client();
    const inRegion = await client.ok(contracts.searchOrganizations, { regionCode: "410100" });
    expect(inRegion.rows.map(({ id }) => id)).toEqual(
      expect.arrayContaining([world.city._id, world.authority._id, world.hospital._id, world.base._id]),
    );
    expect(inRegion.rows.map(({ id }) => id)).not.toContain(world.county._id);
    const within = await client.ok(contracts.searchOrganizations, {
      regionCode: "410100",
      withinRegion: "true",
      kinds: "bureau",
    });
    expect(within.rows.map(({ id }) => id).toSorted()).toEqual([world.city._id, world.county._id].toSorted());
    const named = await client.ok(contracts.searchOrganizations, { name: world.hospital.name });
    expect(named.rows).toMatchObject([{ superiorName: world.authority.name, regionPath: "河南省 / 郑州市" }]);
  });

  it("200: shows nothing that is closed, and takes a name literally", async () => {
    const client = server.client();
    await OrganizationModel.updateOne({ _id: world.company._id }, { $set: { status: "closed" } });
    const closed = await client.ok(contracts.searchOrganizations, { name: world.company.name });
    expect(closed).toMatchObject({ rows: [], total: 0, totalIsExact: true });
    await OrganizationModel.updateOne({ _id: world.company._id }, { $set: { status: "active" } });
    expect((await client.ok(contracts.searchOrganizations, { name: ".*" })).rows).toEqual([]);
    expect((await client.ok(contracts.searchOrganizations, { name: "(" })).rows).toEqual([]);
  });

  it("200: pages", async () => {
    const client = server.client();
    const pages = await Promise.all(
      [1, 2].map((page) => client.ok(contracts.searchOrganizations, { page, pageSize: 3 })),
    );
    const ids = pages.flatMap(({ rows }) => rows.map(({ id }) => id));
    expect(new Set(ids).size).toBe(6);
    expect(pages[0]?.total).toBe(pages[1]?.total);
  });

  it("400: unknown kinds, regions, and pages beyond reason", async () => {
    const client = server.client();
    for (const wrong of [
      { kinds: "operator" },
      { regionCode: "999999" },
      { pageSize: 100_000 },
      { page: 0 },
      { name: "x".repeat(200) },
      { secret: "1" },
    ]) {
      expect((await client.call(contracts.searchOrganizations, wrong)).status).toBe(400);
    }
  });
});

describe("GET /organizations/suggested-bureau", () => {
  it.each([
    ["20", "410105", "province"],
    ["40", "410105", "city"],
    ["50", "410105", "county"],
    ["90", "410105", "county"],
    ["50", "410102", "city"],
    ["40", "419001", "province"],
  ] as const)("200: level %s in %s → the %s's bureau", async (level, regionCode, unit) => {
    const { bureau } = await server.client().ok(contracts.suggestBureau, { level, regionCode });
    expect(bureau?.id).toBe(world[unit]._id);
  });

  it("400: an unknown level", async () => {
    const answer = await server.client().call(contracts.suggestBureau, { level: "1", regionCode: "410105" });
    expect(answer.status).toBe(400);
  });
});

describe("GET /organizations/:id", () => {
  it("200: for itself, for those above, for its professionals and the operator", async () => {
    const login = await buildLogin(server.app, world.hospital);
    const professional = await server.client().logIn("professional", login.idNumber, password);
    for (const client of [await admin(world.hospital), await admin(world.city), professional, operator]) {
      const view = await client.ok(contracts.getOrganization, { id: world.hospital._id });
      expect(view).toMatchObject({
        natureName: "事业单位",
        superiorName: world.authority.name,
        bureauName: world.city.name,
        administratorCount: 1,
        personCount: 1,
      });
    }
  });

  it("401: without a session", async () => {
    const answer = await server.client().call(contracts.getOrganization, { id: world.city._id });
    expect(answer.status).toBe(401);
  });

  it("404: for those beside and below, and for none", async () => {
    for (const [unit, id] of [
      [world.company, world.hospital._id],
      [world.elsewhere, world.hospital._id],
      [world.hospital, world.authority._id],
      [world.city, "0".repeat(24)],
    ] as const) {
      const answer = await (await admin(unit)).call(contracts.getOrganization, { id });
      expect([answer.status, answer.body.error?.code]).toEqual([404, "organization.not_found"]);
    }
  });

  it("400: an id that is none", async () => {
    const client = await admin(world.city);
    expect((await client.call(contracts.getOrganization, { id: "abc" })).status).toBe(400);
  });
});

describe("GET /organizations/:id/subordinates", () => {
  it("200: the ones directly below, by name", async () => {
    const page = await (await admin(world.province)).ok(contracts.listSubordinates, { id: world.city._id });
    expect(page.rows.map(({ id }) => id).toSorted()).toEqual(
      [world.county._id, world.authority._id, world.base._id].toSorted(),
    );
    const named = await (await admin(world.city)).ok(contracts.listSubordinates, {
      id: world.city._id,
      name: world.base.name,
    });
    expect(named.rows.map(({ id }) => id)).toEqual([world.base._id]);
  });

  it("401 and 404", async () => {
    const { _id: id } = world.city;
    expect((await server.client().call(contracts.listSubordinates, { id })).status).toBe(401);
    const login = await buildLogin(server.app, world.hospital);
    const professional = await server.client().logIn("professional", login.idNumber, password);
    const own = await professional.call(contracts.listSubordinates, { id: world.hospital._id });
    expect(own.status).toBe(404);
    expect((await (await admin(world.elsewhere)).call(contracts.listSubordinates, { id })).status).toBe(404);
  });
});

describe("POST /bureaus", () => {
  it("200: below the bureau of the region above; its administrator signs in", async () => {
    const idNumber = freshIdNumber();
    const administrator = { idNumber, name: "刘局", phone: "13600000001", password, roles: ["auditor"] };
    const created = await operator.ok(
      contracts.createBureau,
      bureauForm("410102", { administrator }) as never,
    );
    expect(created).toMatchObject({ kind: "bureau", superiorName: world.city.name });
    const organization = await OrganizationModel.findById(created.id).lean();
    expect(organization).toMatchObject({
      bureauId: created.id,
      level: "50",
      ancestorIds: [world.city._id, world.province._id],
    });
    await server.client().logIn("bureau", idNumber, password);
    await server.client().logIn("auditor", idNumber, password);
    expect(await auditTypes(created.id)).toEqual(["organization.created"]);
  });

  it("200: by a bureau above, skipping a level that has none yet; initial password", async () => {
    const form = bureauForm("410202");
    const created = await (await admin(world.province)).ok(contracts.createBureau, form as never);
    expect(created.superiorName).toBe(world.province.name);
    const idNumberIndex = server.app.secrets.blindIndex(form.administrator.idNumber);
    const account = await AccountModel.findOne({ idNumberIndex }).lean();
    expect(account).toMatchObject({ passwordHash: null, mustChangePassword: true });
  });

  it("400: a superior that is none of the region's", async () => {
    const form = bureauForm("410103", { superiorId: world.elsewhere._id });
    const answer = await operator.call(contracts.createBureau, form);
    expect([answer.status, answer.body.error?.code]).toEqual([400, "registration.superior_invalid"]);
  });

  it("401: without a session", async () => {
    expect((await server.client().call(contracts.createBureau, bureauForm("410103"))).status).toBe(401);
  });

  it("403: for another region, one's own, or without the right", async () => {
    for (const client of [
      await admin(world.elsewhere),
      await admin(world.county),
      await admin(world.authority),
      await admin(world.hospital),
    ]) {
      const answer = await client.call(contracts.createBureau, bureauForm("410106"));
      expect([answer.status, answer.body.error?.code]).toEqual([403, "permission.denied"]);
    }
    expect(await OrganizationModel.countDocuments({ regionCode: "410106" })).toBe(0);
  });

  it("409: a second bureau of a region, a credit code in use, one of two that race", async () => {
    const second = await operator.call(contracts.createBureau, bureauForm("410105"));
    expect(second.body.error).toMatchObject({
      code: "organization.exists",
      details: { name: world.county.name },
    });
    const taken = bureauForm("410106", { creditCode: world.hospital.creditCode });
    const answer = await operator.call(contracts.createBureau, taken);
    expect(answer.body.error?.code).toBe("registration.credit_code_taken");
    const free = { creditCode: creditCode("11", "410108", 7) };
    const racing = await Promise.all(
      [1, 2, 3].map(() => operator.call(contracts.createBureau, bureauForm("410108", free))),
    );
    expect(statusesOf(racing)).toEqual([200, 409, 409]);
  });
});
