import { describe, expect, it } from "vitest";
import { AccountModel } from "../../../src/models/account.ts";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import { MembershipModel } from "../../../src/models/membership.ts";
import { NotificationModel } from "../../../src/models/notification.ts";
import { StoredFileModel } from "../../../src/models/stored-file.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { getSession } from "../../../src/shared/contracts/accounts.ts";
import * as contracts from "../../../src/shared/contracts/administrators.ts";
import type { RequestOf } from "../../../src/shared/contracts/endpoint.ts";
import { password } from "../../support/login.ts";
import {
  adminOf,
  buildFile,
  freshIdNumber,
  newPerson,
  personClient,
  type Unit,
} from "../../support/world.ts";
import { addOne, freshUnit, supersOf } from "./support.ts";
import { codeOf } from "../../support/answers.ts";
import { auditTypes } from "../../support/applications.ts";
import { useProvince } from "../../support/province.ts";

const { server, world } = useProvince();

const transfer = (client: ApiClient, id: string, given = password) =>
  client.call(contracts.transferSuperAdministrator, { id, password: given });
const told = async (accountId: string) =>
  (await NotificationModel.find({ accountId }).lean()).map(({ kind }) => kind);

describe("POST /administrators/:id/super-administrator", () => {
  it("200: the new one has every right, the former none there; both are told; it is recorded", async () => {
    const { unit, boss } = await freshUnit(server, world.authority);
    const added = await addOne(server, boss);
    const made = await boss.ok(contracts.transferSuperAdministrator, { id: added.id, password });
    expect(made).toMatchObject({ isSuperAdministrator: true, roleIds: [] });
    expect((await boss.call(getSession, {})).status).toBe(401);
    expect(await MembershipModel.countDocuments({ accountId: unit.adminAccountId })).toBe(0);
    await added.client.ok(contracts.createRole, { name: "新超管的角色", modules: ["people:query"] });
    expect(await told(unit.adminAccountId)).toEqual(["administrator.replaced"]);
    expect(await told(added.accountId)).toContain("administrator.super");
    expect(await auditTypes(added.accountId)).toContain("administrator.super_transferred");
    expect(await auditTypes(unit.adminAccountId)).toEqual(["administrator.removed"]);
  });

  it("leaves the former one's own professional account untouched", async () => {
    const { unit, boss } = await freshUnit(server, world.authority);
    const person = await newPerson(server.app, unit, { accountId: unit.adminAccountId });
    const added = await addOne(server, boss);
    await boss.ok(contracts.transferSuperAdministrator, { id: added.id, password });
    const professional = await personClient(server.app, server.url, person);
    expect((await professional.ok(getSession, {})).role).toBe("professional");
  });

  it("400: the actor's own password is wrong, and counts; nothing changes", async () => {
    const { unit, boss } = await freshUnit(server, world.authority);
    const added = await addOne(server, boss);
    for (let count = 1; count <= 5; count += 1)
      expect(await codeOf(transfer(boss, added.id, "Falsch@2026"))).toEqual([
        400,
        "password.confirmation_wrong",
      ]);
    expect(await codeOf(transfer(boss, added.id))).toEqual([401, "login.locked"]);
    expect(await supersOf(unit)).toMatchObject([{ accountId: unit.adminAccountId }]);
  });

  it("403 for oneself and for others; 404 for another unit's; 409 for a disabled one", async () => {
    const { unit, boss } = await freshUnit(server, world.authority);
    const [one, two] = [await addOne(server, boss, ["administrators:manage"]), await addOne(server, boss)];
    expect(await codeOf(transfer(boss, unit.adminRoleKey))).toEqual([403, "administrator.self"]);
    expect(await codeOf(transfer(one.client, two.id))).toEqual([403, "permission.denied"]);
    expect(await codeOf(transfer(one.client, one.id))).toEqual([403, "permission.denied"]);
    expect(await codeOf(transfer(boss, world.hospital.adminRoleKey))).toEqual([
      404,
      "administrator.not_found",
    ]);
    await boss.ok(contracts.setAdministratorStatus, { id: two.id, status: "disabled" });
    expect(await codeOf(transfer(boss, two.id))).toEqual([409, "administrator.disabled"]);
    expect((await transfer(server.client(), two.id)).status).toBe(401);
    expect(await supersOf(unit)).toHaveLength(1);
  });

  it("of many transfers at once exactly one wins, and there is always exactly one", async () => {
    const { unit, boss } = await freshUnit(server, world.authority);
    const added = [];
    for (let count = 0; count < 4; count += 1) added.push(await addOne(server, boss));
    const authority = await adminOf(server.app, server.url, world.authority);
    const letter = await buildFile(server.app, world.authority.adminAccountId);
    const counts: number[] = [];
    let running = true;
    const watching = (async () => {
      while (running) counts.push((await supersOf(unit)).length);
    })();
    const answers = await Promise.all([
      ...added.map(({ id }) => transfer(boss, id)),
      authority.call(contracts.appointSuperAdministrator, takeOver(unit, added[0]?.idNumber ?? "", letter)),
    ]);
    running = false;
    await watching;
    const statuses = answers.slice(0, 4).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(1);
    for (const status of statuses) expect([200, 401, 403, 409]).toContain(status);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    expect(new Set(counts)).toEqual(new Set([1]));
    expect(await supersOf(unit)).toHaveLength(1);
  });
});

function takeOver(unit: Unit, idNumber: string, letter: { fileId: string; name: string }) {
  const administrator = { kind: "existing" as const, idNumber };
  return { id: unit._id, administrator, letter, reason: "原超级管理员已离职" };
}

describe("POST /organizations/:id/super-administrator", () => {
  it("200: superior and 同级人社 appoint a new one against the unit's letter; the former loses his rights", async () => {
    for (const above of [world.authority, world.city]) {
      const { unit, boss } = await freshUnit(server, world.authority);
      const client = await adminOf(server.app, server.url, above);
      const letter = await buildFile(server.app, above.adminAccountId);
      const idNumber = freshIdNumber();
      const made = await client.ok(contracts.appointSuperAdministrator, {
        id: unit._id,
        administrator: { kind: "new", idNumber, name: "接任者", phone: "13900000009", password },
        letter,
        reason: "原超级管理员去世",
      });
      expect(made).toMatchObject({ name: "接任者", isSuperAdministrator: true });
      expect((await boss.call(getSession, {})).status).toBe(401);
      const successor = await server.client().logIn("employer", idNumber, password);
      await successor.ok(contracts.createRole, { name: "接任", modules: ["people:query"] });
      expect(await told(unit.adminAccountId)).toEqual(["administrator.replaced"]);
      const [event] = await AuditEventModel.find({
        type: "administrator.super_appointed",
        "data.organizationId": unit._id,
      }).lean();
      expect(event?.data).toMatchObject({
        letterFileId: letter.fileId,
        formerAccountId: unit.adminAccountId,
        reason: "原超级管理员去世",
      });
      const kept = await StoredFileModel.findById(letter.fileId).lean();
      expect(kept?.usedBy).toBe(unit._id);
      expect(kept?.scopeIds).toEqual(expect.arrayContaining([unit._id, world.authority._id, world.city._id]));
    }
  });

  it("200: for a unit that has none any more; it can act again", async () => {
    const { unit } = await freshUnit(server, world.authority);
    await MembershipModel.deleteMany({ organizationId: unit._id });
    const client = await adminOf(server.app, server.url, world.authority);
    const person = await newPerson(server.app, unit);
    const letter = await buildFile(server.app, world.authority.adminAccountId);
    await client.ok(contracts.appointSuperAdministrator, takeOver(unit, person.idNumber, letter));
    expect(await supersOf(unit)).toMatchObject([{ accountId: person.accountId }]);
  });

  it("404 outside of the scope, 403 for who is further above, for oneself, and without the right", async () => {
    const { unit, boss } = await freshUnit(server, world.authority);
    const person = await newPerson(server.app, unit);
    const request = async (above: Unit) =>
      takeOver(unit, person.idNumber, await buildFile(server.app, above.adminAccountId));
    const as = async (above: Unit) =>
      codeOf(
        (await adminOf(server.app, server.url, above)).call(
          contracts.appointSuperAdministrator,
          await request(above),
        ),
      );
    expect(await as(world.company)).toEqual([404, "organization.not_found"]);
    expect(await as(world.province)).toEqual([403, "permission.denied"]);
    expect(await codeOf(boss.call(contracts.appointSuperAdministrator, await request(unit)))).toEqual([
      404,
      "organization.not_found",
    ]);
    const authority = await adminOf(server.app, server.url, world.authority);
    const self = await newPerson(server.app, unit, { accountId: world.authority.adminAccountId });
    const letter = await buildFile(server.app, world.authority.adminAccountId);
    const administrator = { kind: "person" as const, personId: self._id };
    const own = { id: unit._id, administrator, letter, reason: "自任" };
    expect(await codeOf(authority.call(contracts.appointSuperAdministrator, own))).toEqual([
      403,
      "administrator.self",
    ]);
    expect((await server.client().call(contracts.appointSuperAdministrator, own)).status).toBe(401);
    expect(await supersOf(unit)).toMatchObject([{ accountId: unit.adminAccountId }]);
  });

  it("404: somebody else's file is no letter; 409: he is it already, or is no user; nothing changes", async () => {
    const { unit } = await freshUnit(server, world.authority);
    const authority = await adminOf(server.app, server.url, world.authority);
    const person = await newPerson(server.app, unit);
    const foreign = await buildFile(server.app, world.company.adminAccountId);
    const call = (request: ReturnType<typeof takeOver>) =>
      codeOf(authority.call(contracts.appointSuperAdministrator, request));
    expect(await call(takeOver(unit, person.idNumber, foreign))).toEqual([404, "file.not_found"]);
    expect(await supersOf(unit)).toMatchObject([{ accountId: unit.adminAccountId }]);
    const letter = await buildFile(server.app, world.authority.adminAccountId);
    expect(await call(takeOver(unit, freshIdNumber(), letter))).toEqual([409, "registration.not_user"]);
    await authority.ok(contracts.appointSuperAdministrator, takeOver(unit, person.idNumber, letter));
    expect(await call(takeOver(unit, person.idNumber, letter))).toEqual([409, "administrator.exists"]);
  });

  it("409: nobody whose account is disabled is appointed, raised or added: he could never act", async () => {
    const { unit, boss } = await freshUnit(server, world.authority);
    const authority = await adminOf(server.app, server.url, world.authority);
    const letter = await buildFile(server.app, world.authority.adminAccountId);
    const [person, added] = [await newPerson(server.app, unit), await addOne(server, boss)];
    const ids = [person.accountId, added.accountId];
    await AccountModel.updateMany({ _id: { $in: ids } }, { $set: { status: "disabled" } });
    const role = await boss.ok(contracts.createRole, { name: "经办", modules: ["people:query"] });
    const of = (administrator: RequestOf<typeof contracts.addAdministrator>["administrator"]) =>
      boss.call(contracts.addAdministrator, { roleIds: [role.id], administrator });
    for (const answer of [
      authority.call(contracts.appointSuperAdministrator, takeOver(unit, person.idNumber, letter)),
      transfer(boss, added.id),
      of({ kind: "person", personId: person._id }),
      of({ kind: "existing", idNumber: person.idNumber }),
    ])
      expect(await codeOf(answer)).toEqual([409, "administrator.account_disabled"]);
    expect(await supersOf(unit)).toMatchObject([{ accountId: unit.adminAccountId }]);
  });
});
