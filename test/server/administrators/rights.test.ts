import { beforeAll, describe, expect, it } from "vitest";
import { AccountModel } from "../../../src/models/account.ts";
import { MembershipModel } from "../../../src/models/membership.ts";
import { NotificationModel } from "../../../src/models/notification.ts";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { PersonModel } from "../../../src/models/person.ts";
import { noteAdministrators } from "../../../src/server/commands/administrators/note-administrators.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { getSession, resetPersonPassword } from "../../../src/shared/contracts/accounts.ts";
import * as contracts from "../../../src/shared/contracts/administrators.ts";
import { listPeople } from "../../../src/shared/contracts/people.ts";
import {
  adminOf,
  buildFile,
  buildMembership,
  buildPerson,
  inTransaction,
  newPerson,
  type Unit,
} from "../../support/world.ts";
import { addOne, freshUnit } from "./support.ts";
import { codeOf } from "../../support/answers.ts";
import { auditTypes } from "../../support/applications.ts";
import { useProvince } from "../../support/province.ts";

let unit: Unit;
let boss: ApiClient;
const { server, world } = useProvince();

beforeAll(async () => {
  ({ unit, boss } = await freshUnit(server, world.authority));
});

const missingId = "f".repeat(24);
const told = async (accountId: string) =>
  (await NotificationModel.find({ accountId }).lean()).map(({ kind }) => kind).toSorted();

describe("PUT /administrators/:id/status", () => {
  it("200: disabling holds from the next request, enabling gives the right back; both are told and recorded", async () => {
    const added = await addOne(server, boss);
    expect((await added.client.call(listPeople, {})).status).toBe(200);
    const disabled = await boss.ok(contracts.setAdministratorStatus, { id: added.id, status: "disabled" });
    expect(disabled.status).toBe("disabled");
    expect((await added.client.call(listPeople, {})).status).toBe(401);
    await boss.ok(contracts.setAdministratorStatus, { id: added.id, status: "disabled" });
    await boss.ok(contracts.setAdministratorStatus, { id: added.id, status: "active" });
    expect((await added.client.call(listPeople, {})).status).toBe(200);
    expect(await told(added.accountId)).toEqual([
      "administrator.added",
      "administrator.disabled",
      "administrator.enabled",
    ]);
    expect(await auditTypes(added.accountId)).toEqual([
      "administrator.added",
      "administrator.status_changed",
      "administrator.status_changed",
    ]);
  });

  it("403 for oneself and for anybody but the super-administrator; 404 for another unit's", async () => {
    const added = await addOne(server, boss, ["administrators:manage", "roles:manage"]);
    const other = await addOne(server, boss);
    const request = { id: other.id, status: "disabled" as const };
    expect(await codeOf(added.client.call(contracts.setAdministratorStatus, request))).toEqual([
      403,
      "permission.denied",
    ]);
    const own = { id: unit.adminRoleKey, status: "disabled" as const };
    expect(await codeOf(boss.call(contracts.setAdministratorStatus, own))).toEqual([
      403,
      "administrator.self",
    ]);
    const hospital = await adminOf(server.app, server.url, world.hospital);
    for (const id of [other.id, missingId]) {
      const answer = hospital.call(contracts.setAdministratorStatus, { id, status: "disabled" });
      expect(await codeOf(answer)).toEqual([404, "administrator.not_found"]);
    }
    expect((await server.client().call(contracts.setAdministratorStatus, request)).status).toBe(401);
  });
});

describe("DELETE /administrators/:id", () => {
  it("200: takes the right only: account and person stay, and can be appointed again", async () => {
    const added = await addOne(server, boss);
    expect((await boss.call(contracts.deleteAdministrator, { id: added.id })).status).toBe(200);
    expect((await added.client.call(getSession, {})).status).toBe(401);
    expect((await AccountModel.findById(added.accountId).lean())?.status).toBe("active");
    expect(await told(added.accountId)).toEqual(["administrator.added", "administrator.removed"]);
    expect(await codeOf(boss.call(contracts.deleteAdministrator, { id: added.id }))).toEqual([
      404,
      "administrator.not_found",
    ]);
    const role = await boss.ok(contracts.createRole, { name: "再任命", modules: ["people:query"] });
    const administrator = { kind: "existing" as const, idNumber: added.idNumber };
    await boss.ok(contracts.addAdministrator, { roleIds: [role.id], administrator });
  });

  it("a unit whose administrators' accounts are closed has nobody to act for it, until it gets somebody", async () => {
    const { unit: left } = await freshUnit(server, world.authority);
    const hasAdministrator = async () =>
      (await OrganizationModel.findById(left._id).lean())?.hasAdministrator;
    const auditor = await newPerson(server.app, left);
    const right = { accountId: auditor.accountId, organization: left, role: "auditor" as const };
    await buildMembership(server.app, { ...right, modules: ["audit:read"] });
    await AccountModel.updateOne({ _id: left.adminAccountId }, { $set: { status: "disabled" } });
    await inTransaction(server.app, () => noteAdministrators(left._id));
    expect(await hasAdministrator()).toBe(false);
    const authority = await adminOf(server.app, server.url, world.authority);
    const administrator = { kind: "person" as const, personId: auditor._id };
    const letter = await buildFile(server.app, world.authority.adminAccountId);
    const request = { id: left._id, administrator, letter, reason: "原管理员账号已注销" };
    await authority.ok(contracts.appointSuperAdministrator, request);
    expect(await hasAdministrator()).toBe(true);
  });
});

describe("roles", () => {
  it("200: a changed role holds at the next request; several roles add up", async () => {
    const added = await addOne(server, boss, ["declarations:submit"]);
    expect((await added.client.call(listPeople, {})).status).toBe(403);
    const role = await boss.ok(contracts.createRole, { name: "查询", modules: ["people:query"] });
    const { roleIds } = await boss.ok(contracts.getAdministrator, { id: added.id });
    const set = { id: added.id, roleIds: [...roleIds, role.id] };
    await boss.ok(contracts.setAdministratorRoles, set);
    expect((await added.client.call(listPeople, {})).status).toBe(200);
    expect((await added.client.ok(getSession, {})).modules).toContain("declarations:submit");
    const changed = { id: role.id, name: "导入", modules: ["people:import" as const] };
    await boss.ok(contracts.changeRole, changed);
    expect((await added.client.call(listPeople, {})).status).toBe(403);
    expect((await added.client.ok(getSession, {})).modules.toSorted()).toEqual([
      "declarations:submit",
      "people:import",
    ]);
    expect(await auditTypes(role.id)).toEqual(["role.changed", "role.created"]);
    expect(await told(added.accountId)).toContain("administrator.roles");
  });

  it("an edit of a role and an appointment with it at once leave nobody with what the role no longer grants", async () => {
    const role = await boss.ok(contracts.createRole, { name: "竞争", modules: ["people:query"] });
    const people = await inTransaction(server.app, async (ctx) => [
      await buildPerson(ctx, unit),
      await buildPerson(ctx, unit),
      await buildPerson(ctx, unit),
    ]);
    await Promise.all([
      boss.ok(contracts.changeRole, { id: role.id, name: "竞争", modules: ["certificates:print"] }),
      ...people.map(({ _id }) =>
        boss.ok(contracts.addAdministrator, {
          roleIds: [role.id],
          administrator: { kind: "person", personId: _id },
        }),
      ),
    ]);
    const memberships = await MembershipModel.find({ roleIds: role.id }).lean();
    expect(memberships).toHaveLength(3);
    expect(memberships.flatMap(({ modules }) => modules)).toEqual(Array(3).fill("certificates:print"));
  });

  it("409: a role in use is not deleted, a name is not used twice; 200 when nobody has it", async () => {
    const added = await addOne(server, boss);
    const { roleIds } = await boss.ok(contracts.getAdministrator, { id: added.id });
    const [id = ""] = roleIds;
    const refused = await boss.call(contracts.deleteRole, { id });
    expect([refused.status, refused.body.error?.code, refused.body.error?.details]).toEqual([
      409,
      "role.in_use",
      { count: 1 },
    ]);
    await boss.ok(contracts.createRole, { name: "占用名", modules: ["people:query"] });
    const rename = { id, name: "占用名", modules: ["people:query" as const] };
    expect(await codeOf(boss.call(contracts.changeRole, rename))).toEqual([409, "role.exists"]);
    await boss.ok(contracts.deleteAdministrator, { id: added.id });
    expect((await boss.call(contracts.deleteRole, { id })).status).toBe(200);
    expect(await codeOf(boss.call(contracts.deleteRole, { id }))).toEqual([404, "role.not_found"]);
  });

  it("400 for modules that the unit lacks; 403 without the super-administrator; 404 for another unit's role", async () => {
    const role = await boss.ok(contracts.createRole, { name: "边界", modules: ["people:query"] });
    const lacking = { id: role.id, name: "边界", modules: ["bureaus:create" as const] };
    expect(await codeOf(boss.call(contracts.changeRole, lacking))).toEqual([
      400,
      "role.module_not_available",
    ]);
    const added = await addOne(server, boss, ["roles:manage"]);
    const own = { id: role.id, name: "自授", modules: ["people:reveal-identity" as const] };
    for (const answer of [
      added.client.call(contracts.changeRole, own),
      added.client.call(contracts.deleteRole, { id: role.id }),
      added.client.call(contracts.createRole, { name: "自授", modules: ["people:query"] }),
    ])
      expect(await codeOf(answer)).toEqual([403, "permission.denied"]);
    const hospital = await adminOf(server.app, server.url, world.hospital);
    const edit = { id: role.id, name: "他", modules: ["people:query" as const] };
    expect(await codeOf(hospital.call(contracts.changeRole, edit))).toEqual([404, "role.not_found"]);
    const foreign = { id: added.id, roleIds: [missingId] };
    expect(await codeOf(boss.call(contracts.setAdministratorRoles, foreign))).toEqual([
      404,
      "role.not_found",
    ]);
  });
});

describe("POST /administrators", () => {
  it("appoints one of the unit's own people by choosing him; 404 for another unit's", async () => {
    const role = await boss.ok(contracts.createRole, { name: "本单位", modules: ["people:query"] });
    const own = await newPerson(server.app, unit);
    const other = await newPerson(server.app, world.hospital);
    const choose = (personId: string) =>
      boss.call(contracts.addAdministrator, {
        roleIds: [role.id],
        administrator: { kind: "person", personId },
      });
    expect((await choose(own._id)).body).toMatchObject({ name: own.name, roleNames: ["本单位"] });
    expect(await codeOf(choose(own._id))).toEqual([409, "administrator.exists"]);
    expect(await codeOf(choose(other._id))).toEqual([404, "person.not_found"]);
    const none = { administrator: { kind: "person" as const, personId: own._id } };
    expect(await codeOf(boss.call(contracts.addAdministrator, none))).toEqual([400, "request.invalid"]);
  });

  it("a bureau appoints policy officers and auditors, whose rights are fixed; others may not", async () => {
    const client = await adminOf(server.app, server.url, world.city);
    const person = await newPerson(server.app, world.city);
    const administrator = { kind: "person" as const, personId: person._id };
    const added = await client.ok(contracts.addAdministrator, { as: "auditor", administrator });
    const details = await client.ok(contracts.getAdministrator, { id: added.id });
    expect(details.modules.map(({ module }) => module)).toEqual([
      "workflow:inspect",
      "records:export",
      "audit:read",
    ]);
    const role = await client.ok(contracts.createRole, { name: "审核", modules: ["people:query"] });
    const set = client.call(contracts.setAdministratorRoles, { id: added.id, roleIds: [role.id] });
    expect(await codeOf(set)).toEqual([400, "request.invalid"]);
    const own = await newPerson(server.app, unit);
    const refused = boss.call(contracts.addAdministrator, {
      as: "policy-officer",
      administrator: { kind: "person", personId: own._id },
    });
    expect(await codeOf(refused)).toEqual([403, "permission.denied"]);
  });
});

describe("GET /administrators/:id", () => {
  it("200 for one's own and those above, masked; 404 beside; 403 for professionals", async () => {
    const added = await addOne(server, boss);
    for (const client of [boss, await adminOf(server.app, server.url, world.city)]) {
      const details = await client.ok(contracts.getAdministrator, { id: added.id });
      expect(details).toMatchObject({ maskedPhone: "139****0001", organizationName: unit.name });
      expect(JSON.stringify(details)).not.toContain(added.idNumber);
    }
    const hospital = await adminOf(server.app, server.url, world.hospital);
    expect(await codeOf(hospital.call(contracts.getAdministrator, { id: added.id }))).toEqual([
      404,
      "administrator.not_found",
    ]);
    expect(await codeOf(added.client.call(contracts.getAdministrator, { id: added.id }))).toEqual([
      403,
      "permission.denied",
    ]);
  });
});

describe("POST /administrators/:id/password-reset", () => {
  it("200: one-time initial password, sessions end, the owner is told", async () => {
    const added = await addOne(server, boss);
    const { expiresAt } = await boss.ok(contracts.resetAdministratorPassword, { id: added.id });
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 71 * 3_600_000);
    expect((await added.client.call(getSession, {})).status).toBe(401);
    const initial = await server.client().logIn("employer", added.idNumber, added.idNumber.slice(-6));
    expect((await initial.call(listPeople, {})).body.error?.code).toBe("password.change_required");
    expect(await told(added.accountId)).toContain("password.reset");
    expect(await auditTypes(added.accountId)).toContain("password.reset_by_administrator");
  });

  it("200: a locked-out super-administrator by the superior or 同级人社; 403 for others and for ordinary ones", async () => {
    const locked = await freshUnit(server, world.authority);
    const authority = await adminOf(server.app, server.url, world.authority);
    const city = await adminOf(server.app, server.url, world.city);
    const province = await adminOf(server.app, server.url, world.province);
    const reset = (client: ApiClient, id: string) =>
      codeOf(client.call(contracts.resetAdministratorPassword, { id }));
    const ordinary = await addOne(server, locked.boss);
    const { adminRoleKey: id } = locked.unit;
    expect(await reset(province, id)).toEqual([403, "permission.denied"]);
    expect(await reset(authority, ordinary.id)).toEqual([403, "permission.denied"]);
    expect(await reset(await adminOf(server.app, server.url, world.hospital), id)).toEqual([
      404,
      "administrator.not_found",
    ]);
    expect(await reset(locked.boss, id)).toEqual([403, "administrator.self"]);
    expect((await reset(city, id))[0]).toBe(200);
    expect((await reset(authority, id))[0]).toBe(200);
  });

  it("403: nobody resets a password that would open rights which are not his", async () => {
    const role = await boss.ok(contracts.createRole, { name: "跨单位", modules: ["people:query"] });
    // Somebody of the unit who also serves the province.
    const person = await newPerson(server.app, unit);
    const { accountId } = person;
    const right = { accountId, organization: world.province, role: "bureau" as const };
    await buildMembership(server.app, { ...right, modules: ["declarations:review"] });
    const administrator = { kind: "person" as const, personId: person._id };
    const added = await boss.ok(contracts.addAdministrator, { roleIds: [role.id], administrator });
    for (const answer of [
      boss.call(contracts.resetAdministratorPassword, { id: added.id }),
      boss.call(resetPersonPassword, { id: person._id }),
    ])
      expect(await codeOf(answer)).toEqual([403, "administrator.rights_elsewhere"]);
    expect((await AccountModel.findById(accountId).lean())?.passwordHash).not.toBeNull();
    expect(await PersonModel.countDocuments({ accountId })).toBe(1);
  });
});
