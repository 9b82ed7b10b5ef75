import { describe, expect, it } from "vitest";
import { MembershipModel } from "../../../src/models/membership.ts";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { OrganizationVersionModel } from "../../../src/models/organization-version.ts";
import { PersonModel } from "../../../src/models/person.ts";
import { listApplications, withdrawApplication } from "../../../src/shared/contracts/applications.ts";
import type { RequestOf } from "../../../src/shared/contracts/endpoint.ts";
import * as contracts from "../../../src/shared/contracts/organization-changes.ts";
import { getSession } from "../../../src/shared/contracts/accounts.ts";
import { decideTasks } from "../../../src/shared/contracts/workflow.ts";
import { creditCode } from "../../../src/server/seeds/synthetic.ts";
import {
  auditTypes,
  decide,
  endOf,
  messagesTo,
  openTask,
  storedApplication,
} from "../../support/applications.ts";
import { declareOwn } from "../../support/declaring.ts";
import {
  adminOf,
  buildFile,
  buildUnit,
  inTransaction,
  newMember,
  newPerson,
  nextSerial,
  personClient,
  type Unit,
} from "../../support/world.ts";
import { statusesOf } from "../../support/answers.ts";
import { useProvince } from "../../support/province.ts";

const { server, world } = useProvince();

const admin = (unit: Unit) => adminOf(server.app, server.url, unit);

/** An employer of its own below the health authority: tests do not meet each other's changes. */
function freshUnit(): Promise<Unit> {
  const given = { kind: "employer" as const, regionCode: "410100" };
  return inTransaction(server.app, (ctx) => buildUnit(ctx, given, world.authority));
}

async function requestOf(unit: Unit, given: { name?: string; creditCode?: string } = {}) {
  const name = given.name ?? `改名单位${nextSerial()}`;
  const code = given.creditCode ?? unit.creditCode ?? "";
  const scan = await buildFile(server.app, unit.adminAccountId);
  return { mode: "rename" as const, name, creditCode: code, scan };
}

async function apply(unit: Unit, given?: RequestOf<typeof contracts.submitOrganizationChange>) {
  const client = await admin(unit);
  return client.call(contracts.submitOrganizationChange, given ?? (await requestOf(unit)));
}

async function stored(unit: Unit) {
  return OrganizationModel.findById(unit._id).lean();
}

describe("POST /organization-changes", () => {
  describe("200", () => {
    it("takes effect when the superior approves: name and code everywhere, the old ones as a version", async () => {
      const unit = await freshUnit();
      const person = await newPerson(server.app, unit);
      const code = creditCode("12", "410100", 700_000 + nextSerial());
      const request = await requestOf(unit, { creditCode: code });
      const { status, body } = await apply(unit, request);
      expect([status, body.status, body.holderName]).toEqual([200, "pending", world.authority.name]);
      expect(body.data).toMatchObject({
        modeName: "修改名称/代码",
        changes: [
          { field: "name", old: unit.name, new: request.name },
          { field: "creditCode", old: unit.creditCode, new: code },
        ],
      });
      expect((await stored(unit))?.name).toBe(unit.name);
      expect(await messagesTo(world.authority.adminAccountId, body.id)).toHaveLength(1);

      expect((await decide(server, world.authority, body)).status).toBe(200);
      const scanFileId = request.scan.fileId;
      expect(await stored(unit)).toMatchObject({ name: request.name, creditCode: code, scanFileId });
      expect((await PersonModel.findById(person._id).lean())?.organizationName).toBe(request.name);
      expect((await MembershipModel.findById(unit.adminRoleKey).lean())?.organizationName).toBe(request.name);
      const session = await (await admin(unit)).ok(getSession, {});
      expect(JSON.stringify(session)).toContain(request.name);
      const versions = await OrganizationVersionModel.find({ organizationId: unit._id })
        .sort({ number: 1 })
        .lean();
      expect(versions.map(({ data, validTo }) => [data.name, validTo === null])).toEqual([
        [unit.name, false],
        [request.name, true],
      ]);
      expect(await storedApplication(body.id)).toMatchObject({ status: "approved", openKey: null });
      expect(await endOf(body)).toBe("applied");
      expect(await auditTypes(body.id)).toEqual([
        "application.approved",
        "application.submitted",
        "task.decided",
      ]);
      expect(await auditTypes(unit._id)).toContain("organization.changed");
      expect(await messagesTo(unit.adminAccountId, body.id)).toMatchObject([
        { kind: "application.approved" },
      ]);
    });

    it("换发证照 keeps name and code, and takes the new scan", async () => {
      const unit = await freshUnit();
      const scan = await buildFile(server.app, unit.adminAccountId);
      const { body } = await apply(unit, { mode: "renew", scan });
      await decide(server, world.authority, body);
      const { name, creditCode: code } = unit;
      expect(await stored(unit)).toMatchObject({ name, creditCode: code, scanFileId: scan.fileId });
    });

    it("rejected with a reason nothing changes, and the next one is taken", async () => {
      const unit = await freshUnit();
      const { body } = await apply(unit);
      const refused = await decide(server, world.authority, {
        ...body,
        outcome: "reject",
        comment: "证照不清",
      });
      expect(refused.status).toBe(200);
      expect(await stored(unit)).toMatchObject({ name: unit.name });
      expect(await storedApplication(body.id)).toMatchObject({ status: "rejected", reason: "证照不清" });
      expect(await endOf(body)).toBe("rejected");
      expect(await messagesTo(unit.adminAccountId, body.id)).toMatchObject([
        { kind: "application.rejected" },
      ]);
      expect((await apply(unit)).status).toBe(200);
    });

    it("撤销 ends a pending one; 变更记录 lists both with time and result", async () => {
      const unit = await freshUnit();
      const first = await apply(unit);
      const client = await admin(unit);
      await client.ok(withdrawApplication, { id: first.body.id });
      expect(await endOf(first.body)).toBe("ended");
      const second = await apply(unit);
      await decide(server, world.authority, second.body);
      const { rows } = await client.ok(listApplications, { kind: "organization-change" });
      expect(rows.map(({ status }) => status)).toEqual(["approved", "withdrawn"]);
    });

    it("变更记录 names who reviewed, how and when, beside what was asked for (ORG-07)", async () => {
      const unit = await freshUnit();
      const rows = async () =>
        (await (await admin(unit)).ok(listApplications, { kind: "organization-change" })).rows;
      const { body } = await apply(unit);
      expect((await rows())[0]).toMatchObject({ holderName: world.authority.name, reviews: [] });
      await decide(server, world.authority, { ...body, outcome: "reject", comment: "扫描件不清晰" });
      const second = await apply(unit);
      await decide(server, world.authority, second.body);
      const [approved, rejected] = await rows();
      expect([approved?.statusName, rejected?.statusName]).toEqual(["审核通过", "驳回"]);
      expect(approved?.reviews).toMatchObject([
        { organizationName: world.authority.name, outcomeName: "通过" },
      ]);
      expect(rejected).toMatchObject({
        reason: "扫描件不清晰",
        holderName: null,
        reviews: [{ organizationName: world.authority.name, outcomeName: "驳回" }],
      });
    });

    it("is decided in a batch", async () => {
      const units = [await freshUnit(), await freshUnit()];
      const taskIds = [];
      for (const unit of units) taskIds.push((await openTask((await apply(unit)).body))._id);
      const { results } = await (await admin(world.authority)).ok(decideTasks, {
        taskIds,
        outcome: "approve",
      });
      expect(results).toHaveLength(2);
      for (const unit of units) expect((await stored(unit))?.name).toMatch(/^改名单位/);
    });

    it("goes to the next above, with a notice, when the superior has no administrator", async () => {
      const unit = await freshUnit();
      await MembershipModel.updateMany({ organizationId: world.authority._id }, { status: "disabled" });
      const { body } = await apply(unit);
      const { candidate, notice } = await openTask(body);
      expect(candidate.id).toBe(world.city._id);
      expect(notice).toContain(world.authority.name);
      await MembershipModel.updateMany({ organizationId: world.authority._id }, { status: "active" });
    });
  });

  describe("400", () => {
    it("nothing changes", async () => {
      const unit = await freshUnit();
      const { status, body } = await apply(unit, await requestOf(unit, { name: unit.name }));
      expect([status, body.error?.code]).toEqual([400, "request.invalid"]);
    });

    it("a code with a wrong check digit", async () => {
      const unit = await freshUnit();
      const wrong = (unit.creditCode ?? "").replace(/.$/, (last) => (last === "1" ? "2" : "1"));
      const { body } = await apply(unit, await requestOf(unit, { creditCode: wrong }));
      expect(body.error?.problems.map(({ path }) => path)).toEqual(["body.creditCode"]);
    });
  });

  it("401 without a session", async () => {
    const request = await requestOf(world.hospital);
    expect((await server.client().call(contracts.submitOrganizationChange, request)).status).toBe(401);
  });

  it("403 for an administrator who is not the super-administrator, and for a professional (ORG-04)", async () => {
    const unit = await freshUnit();
    const person = await newPerson(server.app, unit);
    const { client: ordinary } = await newMember(server, unit, {
      accountId: person.accountId,
      role: "employer",
      modules: ["organization:edit", "changes:organizations"],
    });
    for (const client of [ordinary, await personClient(server.app, server.url, person)]) {
      const { status, body } = await client.call(contracts.submitOrganizationChange, await requestOf(unit));
      expect([status, body.error?.code]).toEqual([403, "permission.denied"]);
    }
  });

  it("404 for somebody else's file", async () => {
    const unit = await freshUnit();
    const scan = await buildFile(server.app, world.company.adminAccountId);
    const { status, body } = await apply(unit, { mode: "renew", scan });
    expect([status, body.error?.code]).toEqual([404, "file.not_found"]);
  });

  describe("409", () => {
    it("「已有修改单位信息在审核流程中」, also when two come at once", async () => {
      const unit = await freshUnit();
      const answers = await Promise.all([apply(unit), apply(unit), apply(unit)]);
      expect(statusesOf(answers)).toEqual([200, 409, 409]);
      const { body } = await apply(unit);
      expect(body.error).toMatchObject({
        code: "application.pending_exists",
        message: "已有修改单位信息在审核流程中",
      });
    });

    it("unfinished items of its people, with a link to each kind (ORG-03)", async () => {
      const { unit } = await busyUnit();
      const { status, body } = await apply(unit);
      expect([status, body.error?.code]).toEqual([409, "application.blocked"]);
      expect(body.error?.problems[0]?.path).toMatch(/^\/workspace\//);
    });

    it("a code that another organization has, at submission and when it was taken meanwhile", async () => {
      const unit = await freshUnit();
      const taken = world.hospital.creditCode ?? "";
      const refused = await apply(unit, await requestOf(unit, { creditCode: taken }));
      expect([refused.status, refused.body.error?.code]).toEqual([409, "registration.credit_code_taken"]);
      const code = creditCode("12", "410100", 700_000 + nextSerial());
      const { body } = await apply(unit, await requestOf(unit, { creditCode: code }));
      const other = await freshUnit();
      await OrganizationModel.updateOne({ _id: other._id }, { $set: { creditCode: code } });
      const late = await decide(server, world.authority, body);
      expect([late.status, late.body.error?.code]).toEqual([409, "registration.credit_code_taken"]);
      expect(await storedApplication(body.id)).toMatchObject({ status: "pending" });
    });

    it("nobody above the top reviews it", async () => {
      const request = { ...(await requestOf(world.province)), creditCode: creditCode("11", "410000", 77) };
      const { status, body } = await apply(world.province, request);
      expect([status, body.error?.code]).toEqual([409, "organization.no_reviewer"]);
    });
  });
});

/** A unit with a declaration under review. */
async function busyUnit() {
  const unit = await freshUnit();
  const person = await newPerson(server.app, unit);
  const client = await personClient(server.app, server.url, person);
  const declaration = await declareOwn({ app: server.app, client, person });
  return { unit, person, declaration };
}

describe("POST /organizations/:id/change-leave", () => {
  const leave = { kind: "organization-change" as const, reason: "年底业务繁忙" };

  it("200: lets a busy unit apply once, for that kind only; items go on along their route", async () => {
    const { unit } = await busyUnit();
    await (await admin(world.city)).ok(contracts.allowOrganizationChange, { id: unit._id, ...leave });
    expect(await messagesTo(unit.adminAccountId, unit._id)).toMatchObject([
      { kind: "organization.change_allowed" },
    ]);
    const superiorId = world.city._id;
    const wrongKind = await (await admin(unit)).call(contracts.submitSuperiorChange, {
      superiorType: "bureau",
      superiorId,
    });
    expect(wrongKind.body.error?.code).toBe("application.blocked");
    const { status, body } = await apply(unit);
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ leave: { givenByOrganizationName: world.city.name } });
    await decide(server, world.authority, body);
    expect((await apply(unit)).body.error?.code).toBe("application.blocked");
    expect(await auditTypes(unit._id)).toContain("organization.change_allowed");
  });

  it("400 without a reason", async () => {
    const client = await admin(world.city);
    const call = { id: world.hospital._id, ...leave, reason: "" };
    expect((await client.call(contracts.allowOrganizationChange, call)).status).toBe(400);
  });

  it("403 for whoever is no bureau", async () => {
    const client = await admin(world.authority);
    const call = { id: world.hospital._id, ...leave };
    expect((await client.call(contracts.allowOrganizationChange, call)).status).toBe(403);
  });

  it("404 for a bureau that the unit is not below, and for itself", async () => {
    for (const [unit, id] of [
      [world.elsewhere, world.hospital._id],
      [world.city, world.city._id],
    ] as const) {
      const { status } = await (await admin(unit)).call(contracts.allowOrganizationChange, { id, ...leave });
      expect(status).toBe(404);
    }
  });
});
