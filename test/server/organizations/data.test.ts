import { describe, expect, it } from "vitest";
import { OrganizationVersionModel } from "../../../src/models/organization-version.ts";
import { PersonModel } from "../../../src/models/person.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import * as contracts from "../../../src/shared/contracts/organizations.ts";
import { auditOf } from "../../support/login.ts";
import { adminOf, newMember, newPerson, newUnit, personClient, type Unit } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

let now = new Date("2026-11-20T04:00:00Z");

const { server, world } = useProvince({ clock: { now: () => now } });

async function freshUnit(): Promise<{ unit: Unit; admin: ApiClient }> {
  const unit = await newUnit(server.app, world.authority);
  return { unit, admin: await adminOf(server.app, server.url, unit) };
}

describe("PUT /organizations/:id/data", () => {
  it("200: in effect at once, recorded, kept as a version with its dates", async () => {
    const { unit } = await freshUnit();
    const start = now;
    now = new Date("2026-11-22T04:00:00Z");
    // A session of its own: one that is used two days later would end by the database's own clock.
    const admin = await adminOf(server.app, server.url, unit);
    const saved = await admin.ok(contracts.saveOrganizationData, {
      id: unit._id,
      phone: "0371-65432100",
      address: "郑州市示例路（东段）1号",
      creditStandard: "按学时折算标准认定。\n每月受理一次。",
      reviewLimitWorkingDays: 5,
      contactName: "王主任",
      contactPhone: "0371-65432101",
    });
    expect(saved).toMatchObject({ phone: "0371-65432100", reviewLimitWorkingDays: 5, contactName: "王主任" });
    const { rows } = await admin.ok(contracts.listOrganizationVersions, { id: unit._id });
    expect(rows.map(({ number, phone, validTo }) => [number, phone, validTo])).toEqual([
      [2, "0371-65432100", null],
      [1, unit.phone, now.toISOString()],
    ]);
    expect(rows[0]?.changed.toSorted()).toEqual([
      "address",
      "contactName",
      "contactPhone",
      "creditStandard",
      "phone",
      "reviewLimitWorkingDays",
    ]);
    const then = await admin.ok(contracts.listOrganizationVersions, { id: unit._id, on: "2026-11-21" });
    expect(then.rows.map(({ phone }) => phone)).toEqual([unit.phone]);
    const never = await admin.ok(contracts.listOrganizationVersions, { id: unit._id, on: "2026-11-19" });
    expect(never.rows).toEqual([]);
    now = start;
    const events = (await auditOf(unit._id)).filter(({ type }) => type === "organization.data_saved");
    expect(events).toHaveLength(1);
  });

  it("200: what is already so changes nothing; two at once keep one line of versions", async () => {
    const { unit, admin } = await freshUnit();
    await admin.ok(contracts.saveOrganizationData, { id: unit._id, phone: unit.phone });
    expect(await OrganizationVersionModel.countDocuments({ organizationId: unit._id })).toBe(1);
    const answers = await Promise.all(
      ["1", "2", "3"].map((digit) =>
        admin.call(contracts.saveOrganizationData, { id: unit._id, phone: `0371-6000000${digit}` }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const versions = await OrganizationVersionModel.find({ organizationId: unit._id })
      .sort({ number: 1 })
      .lean();
    expect(versions.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect(versions.filter(({ validTo }) => validTo === null)).toHaveLength(1);
  });

  it("200: people of the unit belong to its new industry", async () => {
    const { unit, admin } = await freshUnit();
    const person = await newPerson(server.app, unit);
    await admin.ok(contracts.saveOrganizationData, { id: unit._id, industry: "P" });
    expect((await PersonModel.findById(person._id).lean())?.industry).toBe("P");
  });

  it("400: controlled fields say where they are changed; nothing is saved", async () => {
    const { unit, admin } = await freshUnit();
    for (const [field, value, where] of [
      ["name", "新名称", "修改单位信息"],
      ["creditCode", "12410100MB0000000X", "修改单位信息"],
      ["superiorId", world.city._id, "更换上级部门"],
      ["regionCode", "410300", "更换上级部门"],
    ] as const) {
      const request = { id: unit._id, phone: "0371-11111111", [field]: value };
      const answer = await admin.call(contracts.saveOrganizationData, request);
      expect(answer.status).toBe(400);
      expect(answer.body.error?.problems).toMatchObject([{ path: `body.${field}` }]);
      expect(answer.body.error?.problems[0]?.message).toContain(`「${where}」`);
    }
    expect((await admin.ok(contracts.getOrganization, { id: unit._id })).phone).toBe(unit.phone);
    for (const wrong of [{ reviewLimitWorkingDays: 0 }, { industry: "ZZ" }, { phone: "打电话" }])
      expect((await admin.call(contracts.saveOrganizationData, { id: unit._id, ...wrong })).status).toBe(400);
  });

  it("403 for superiors and without the module; 404 outside; 401 for nobody", async () => {
    const { unit } = await freshUnit();
    const request = { id: unit._id, phone: "0371-22222222" };
    const accountId = world.company.adminAccountId;
    const right = { accountId, role: "employer" as const, modules: ["people:query" as const] };
    const person = await newPerson(server.app, unit);
    for (const client of [
      await adminOf(server.app, server.url, world.authority),
      (await newMember(server, unit, right)).client,
      await personClient(server.app, server.url, person),
    ])
      expect((await client.call(contracts.saveOrganizationData, request)).body.error?.code).toBe(
        "permission.denied",
      );
    const company = await adminOf(server.app, server.url, world.company);
    expect((await company.call(contracts.saveOrganizationData, request)).body.error?.code).toBe(
      "organization.not_found",
    );
    expect((await company.call(contracts.listOrganizationVersions, { id: unit._id })).status).toBe(404);
    expect((await server.client().call(contracts.saveOrganizationData, request)).status).toBe(401);
  });
});

describe("GET /organizations/:id", () => {
  it("names whom to ask on the spot: superior and 同级人社, by their contact where there is one (GEN-12)", async () => {
    const { unit, admin } = await freshUnit();
    const authority = await adminOf(server.app, server.url, world.authority);
    await authority.ok(contracts.saveOrganizationData, {
      id: world.authority._id,
      contactName: "李科长",
      contactPhone: "0371-67000001",
    });
    const { contacts } = await admin.ok(contracts.getOrganization, { id: unit._id });
    expect(contacts).toEqual(
      expect.arrayContaining([
        { organizationName: world.authority.name, name: "李科长", phone: "0371-67000001" },
        { organizationName: world.city.name, name: null, phone: world.city.phone },
      ]),
    );
  });
});
