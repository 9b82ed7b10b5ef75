import { beforeAll, describe, expect, it } from "vitest";
import { MembershipModel } from "../../../src/models/membership.ts";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { PersonModel } from "../../../src/models/person.ts";
import { getApplication, withdrawApplication } from "../../../src/shared/contracts/applications.ts";
import * as contracts from "../../../src/shared/contracts/closures.ts";
import { listBlockingItems } from "../../../src/shared/contracts/applications.ts";
import { getSession } from "../../../src/shared/contracts/accounts.ts";
import { searchOrganizations } from "../../../src/shared/contracts/organizations.ts";
import {
  checkCreditCode,
  registerOrganization,
  registerPerson,
} from "../../../src/shared/contracts/registrations.ts";
import { decideTask, listTasks } from "../../../src/shared/contracts/workflow.ts";
import {
  auditTypes,
  decide,
  endOf,
  messagesTo,
  openTask,
  storedApplication,
} from "../../support/applications.ts";
import { buildLogin, password } from "../../support/login.ts";
import { organizationForm, personForm } from "../../support/registrations.ts";
import {
  adminOf,
  buildMembership,
  newPerson,
  newUnit,
  personClient,
  type Unit,
} from "../../support/world.ts";
import { applyToClose, findOperator } from "./support.ts";
import { statusesOf } from "../../support/answers.ts";
import { useProvince } from "../../support/province.ts";

let operator: Unit;
const { server, world } = useProvince();

beforeAll(async () => {
  operator = await findOperator();
});

const admin = (unit: Unit) => adminOf(server.app, server.url, unit);

function freshUnit(
  kind: "employer" | "authority" | "base" = "employer",
  superior: Unit = world.authority,
): Promise<Unit> {
  return newUnit(server.app, superior, { kind });
}

async function stored(unit: Unit) {
  return OrganizationModel.findById(unit._id).lean();
}

/** Superior and operator carry a 注销 out. */
async function closeWholly(unit: Unit): Promise<string> {
  const { body } = await applyToClose(server, unit);
  expect((await decide(server, world.authority, body)).status).toBe(200);
  const executed = await decide(server, operator, { ...body, outcome: "execute", comment: "" });
  expect(executed.status).toBe(200);
  return body.id;
}

describe("POST /organization-closures 注销", () => {
  describe("200", () => {
    it("approved is not executed: only the operator's step closes it (DRG-04)", async () => {
      const unit = await freshUnit();
      const client = await admin(unit);
      const { status, body } = await applyToClose(server, unit);
      expect([status, body.status, body.holderName]).toEqual([200, "pending", world.authority.name]);
      const statusName = async () =>
        (await (await admin(operator)).ok(getApplication, { id: body.id })).statusName;
      expect(await statusName()).toBe("待审核");
      expect((await stored(unit))?.closureId).toBe(body.id);
      await decide(server, world.authority, body);
      expect(await stored(unit)).toMatchObject({ status: "active" });
      expect(await statusName()).toBe("已批准，待执行");
      const { rows } = await (await admin(operator)).ok(listTasks, {});
      expect(rows.map(({ businessId }) => businessId)).toContain(body.id);
      await decide(server, operator, { ...body, outcome: "execute", comment: "" });

      expect(await stored(unit)).toMatchObject({
        status: "closed",
        hasAdministrator: false,
        closureId: null,
      });
      expect(await endOf(body)).toBe("executed");
      expect(await statusName()).toBe("已执行");
      expect(await storedApplication(body.id)).toMatchObject({ status: "approved", openKey: null });
      expect(await auditTypes(unit._id)).toContain("organization.closed");
      expect(await messagesTo(unit.adminAccountId, body.id)).toMatchObject([
        { kind: "application.advanced" },
        { kind: "application.approved" },
      ]);
      expect(await messagesTo(operator.adminAccountId, body.id)).toMatchObject([
        { kind: "application.advanced", title: "注销/合并申请进入下一步" },
      ]);
      // DRG-07: the session ends at the next request; the right is gone, the account is not.
      expect((await client.call(getSession, {})).status).toBe(401);
      const right = await MembershipModel.findById(unit.adminRoleKey).lean();
      expect(right?.status).toBe("disabled");
    });

    it("its administrators are told 单位已注销 at the login; nobody can choose it any more (LOG-10)", async () => {
      const unit = await freshUnit();
      const login = await buildLogin(server.app, world.hospital);
      const given = {
        accountId: login.accountId,
        organization: unit,
        role: "employer" as const,
        modules: [],
      };
      await buildMembership(server.app, given);
      await closeWholly(unit);
      const refused = await server
        .client()
        .logIn("employer", login.idNumber, password)
        .catch((error: unknown) => error);
      expect(String(refused)).toContain(`您所在的单位「${unit.name}」已注销`);
      await server.client().logIn("professional", login.idNumber, password);
      const { rows } = await server.client().ok(searchOrganizations, { name: unit.name });
      expect(rows).toEqual([]);
      const form = await personForm(server.client(), world, { organizationId: unit._id });
      expect((await server.client().call(registerPerson, form)).status).toBe(404);
    });

    it("keeps the code until the operator releases it, once (DRG-07)", async () => {
      const unit = await freshUnit();
      const code = unit.creditCode ?? "";
      const client = await admin(operator);
      const early = await client.call(contracts.releaseCreditCode, { id: unit._id, reason: "核实无误" });
      expect([early.status, early.body.error?.code]).toEqual([409, "organization.code_not_releasable"]);
      await closeWholly(unit);
      const held = await server.client().ok(checkCreditCode, { creditCode: code });
      expect(held).toMatchObject({ available: false, holder: `${unit.name}（已注销）` });
      const form = await organizationForm(server.client(), world, { creditCode: code });
      expect((await server.client().call(registerOrganization, form)).status).toBe(409);
      await client.ok(contracts.releaseCreditCode, { id: unit._id, reason: "核实无误" });
      expect(await server.client().ok(checkCreditCode, { creditCode: code })).toMatchObject({
        available: true,
      });
      const again = await client.call(contracts.releaseCreditCode, { id: unit._id, reason: "核实无误" });
      expect(again.status).toBe(409);
      expect(await auditTypes(unit._id)).toContain("organization.code_released");
    });

    it("rejected by the superior, or by the operator with a reason, it goes on as before", async () => {
      const unit = await freshUnit();
      const first = await applyToClose(server, unit);
      await decide(server, world.authority, { ...first.body, outcome: "reject" });
      const second = await applyToClose(server, unit);
      await decide(server, world.authority, second.body);
      const without = await decide(server, operator, { ...second.body, outcome: "reject", comment: "" });
      expect(without.body.error?.code).toBe("task.comment_required");
      await decide(server, operator, { ...second.body, outcome: "reject", comment: "证明无公章" });
      for (const { body } of [first, second]) expect(await endOf(body)).toBe("rejected");
      expect(await stored(unit)).toMatchObject({ status: "active", closureId: null });
      expect((await (await admin(unit)).call(getSession, {})).status).toBe(200);
    });

    it("is withdrawn before each step, the operator's included (DRG-08)", async () => {
      const unit = await freshUnit();
      const client = await admin(unit);
      const first = await applyToClose(server, unit);
      await client.ok(withdrawApplication, { id: first.body.id });
      const second = await applyToClose(server, unit);
      await decide(server, world.authority, second.body);
      await client.ok(withdrawApplication, { id: second.body.id });
      expect(await stored(unit)).toMatchObject({ status: "active", closureId: null });
      for (const { body } of [first, second]) expect(await endOf(body)).toBe("ended");
    });

    it("works for an authority and a base, too (DRG-09)", async () => {
      for (const kind of ["authority", "base"] as const) {
        const unit = await freshUnit(kind, world.city);
        const { body } = await applyToClose(server, unit);
        await decide(server, world.city, body);
        await decide(server, operator, { ...body, outcome: "execute", comment: "" });
        expect(await stored(unit)).toMatchObject({ status: "closed" });
      }
    });
  });

  it("400 without a reason", async () => {
    const unit = await freshUnit();
    const proof = { fileId: "f".repeat(24), name: "证明.pdf" };
    const request = { closureKind: "close" as const, reason: " ", proof };
    expect((await (await admin(unit)).call(contracts.submitClosure, request)).status).toBe(400);
  });

  it("401 without a session", async () => {
    const proof = { fileId: "f".repeat(24), name: "证明.pdf" };
    const request = { closureKind: "close" as const, reason: "机构改革", proof };
    expect((await server.client().call(contracts.submitClosure, request)).status).toBe(401);
  });

  it("403 for a bureau, a professional, and for whoever would execute without being the operator", async () => {
    expect((await applyToClose(server, world.county)).status).toBe(403);
    const unit = await freshUnit();
    const person = await newPerson(server.app, unit);
    const client = await personClient(server.app, server.url, person);
    expect((await client.call(contracts.getClosureTemplate, {})).status).toBe(403);
    for (const other of [world.city, unit]) {
      const call = { id: unit._id, reason: "核实无误" };
      expect((await (await admin(other)).call(contracts.releaseCreditCode, call)).status).toBe(403);
    }
  });

  it("404: the operator's step for everybody else, an unknown organization for the operator", async () => {
    const unit = await freshUnit();
    const { body } = await applyToClose(server, unit);
    await decide(server, world.authority, body);
    const { _id: id } = await openTask(body);
    for (const other of [world.authority, world.province, unit]) {
      const { status } = await (await admin(other)).call(decideTask, { id, outcome: "execute" });
      expect(status).toBe(404);
    }
    const call = { id: "0".repeat(24), reason: "核实无误" };
    expect((await (await admin(operator)).call(contracts.releaseCreditCode, call)).status).toBe(404);
  });

  describe("409", () => {
    it("people, subordinates and open items block, each named with its link (DRG-02, DRG-05)", async () => {
      const unit = await freshUnit();
      await newPerson(server.app, unit);
      await freshUnit("employer", unit);
      const form = await personForm(server.client(), world, { organizationId: unit._id });
      await server.client().ok(registerPerson, form);
      const { status, body } = await applyToClose(server, unit);
      expect([status, body.error?.code]).toEqual([409, "application.blocked"]);
      const { items } = await (await admin(unit)).ok(listBlockingItems, { kind: "organization-closure" });
      expect(items.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(["people", "subordinates", "task:person-registration"]),
      );
      expect(body.error?.problems).toHaveLength(items.length);
    });

    it("what has come up since the approval blocks the execution; nothing is changed", async () => {
      const unit = await freshUnit();
      const { body } = await applyToClose(server, unit);
      await decide(server, world.authority, body);
      await newPerson(server.app, unit);
      const { status, body: refused } = await decide(server, operator, {
        ...body,
        outcome: "execute",
        comment: "",
      });
      expect([status, refused.error?.code]).toEqual([409, "application.blocked"]);
      expect(await stored(unit)).toMatchObject({ status: "active", closureId: body.id });
      expect(await storedApplication(body.id)).toMatchObject({ status: "pending" });
    });

    it("「已有注销/合并申请在审核流程中」", async () => {
      const unit = await freshUnit();
      await applyToClose(server, unit);
      const { body } = await applyToClose(server, unit);
      expect(body.error?.message).toBe("已有注销/合并申请在审核流程中");
    });

    it("executed and withdrawn at once: one of the two", async () => {
      const unit = await freshUnit();
      const { body } = await applyToClose(server, unit);
      await decide(server, world.authority, body);
      const client = await admin(unit);
      const answers = await Promise.all([
        decide(server, operator, { ...body, outcome: "execute", comment: "" }),
        client.call(withdrawApplication, { id: body.id }),
      ]);
      const wins = answers.filter(({ status }) => status === 200);
      expect(wins).toHaveLength(1);
      const status = answers[0]?.status === 200 ? "closed" : "active";
      expect(await stored(unit)).toMatchObject({ status, closureId: null });
    });
  });
});

describe("closure and registration at once", () => {
  it("one wins, the other is a 409: never a newcomer in a closing unit", async () => {
    for (let round = 0; round < 6; round += 1) {
      const unit = await freshUnit();
      const form = await personForm(server.client(), world, { organizationId: unit._id });
      const [closure, registration] = await Promise.all([
        applyToClose(server, unit),
        server.client().call(registerPerson, form),
      ]);
      expect(statusesOf([closure, registration])).toEqual([200, 409]);
      const code = closure.status === 200 ? registration.body.error?.code : closure.body.error?.code;
      expect(code).toBe(closure.status === 200 ? "organization.closing" : "application.blocked");
    }
  });

  it("a registration that is approved while the unit applies: no person in a closing unit", async () => {
    for (let round = 0; round < 4; round += 1) {
      const unit = await freshUnit();
      const child = await organizationForm(server.client(), world, { superiorId: unit._id });
      const { body } = await server.client().call(registerOrganization, child);
      const { rows } = await (await admin(unit)).ok(listTasks, {});
      const task = rows.find(({ businessId }) => businessId === body.registrationId);
      const [closure, approval] = await Promise.all([
        applyToClose(server, unit),
        (await admin(unit)).call(decideTask, { id: task?.id ?? "", outcome: "approve" }),
      ]);
      expect([closure.status, approval.status]).toEqual([409, 200]);
      expect(await OrganizationModel.countDocuments({ superiorId: unit._id, status: "active" })).toBe(1);
    }
  });
});

describe("GET /organization-closures/template", () => {
  it("200: a workbook with the unit's own name and code", async () => {
    for (const closureKind of ["close", "merge"] as const) {
      const client = await admin(world.hospital);
      const answer = await client.bytes(`/organization-closures/template?closureKind=${closureKind}`);
      expect(answer.status).toBe(200);
      const bytes = Buffer.from(answer.bytes);
      expect(bytes.subarray(0, 2).toString()).toBe("PK");
      const { default: ExcelJS } = await import("exceljs");
      const workbook = new ExcelJS.Workbook();
      await workbook.xlsx.load(bytes as never);
      const cells = workbook.worksheets[0]?.getColumn(2).values ?? [];
      expect(cells).toEqual(expect.arrayContaining([world.hospital.name, world.hospital.creditCode]));
    }
  });
});

describe("GET /organization-closures/:id/report", () => {
  it("200: the same for the same data, changes nothing, tells when it can be executed (DRG-08)", async () => {
    const unit = await freshUnit();
    const { body } = await applyToClose(server, unit);
    const client = await admin(operator);
    const before = await client.ok(contracts.getClosureReport, { id: body.id });
    expect(before).toMatchObject({ closureKind: "close", target: null, canExecute: false, blocking: [] });
    await decide(server, world.authority, body);
    const first = await client.ok(contracts.getClosureReport, { id: body.id });
    expect(first).toMatchObject({
      people: { active: 0, deregistered: 0 },
      administrators: 1,
      canExecute: true,
    });
    expect(await client.ok(contracts.getClosureReport, { id: body.id })).toEqual(first);
    await newPerson(server.app, unit);
    const blocked = await client.ok(contracts.getClosureReport, { id: body.id });
    expect(blocked).toMatchObject({
      people: { active: 1 },
      canExecute: false,
      blocking: [{ kind: "people" }],
    });
    expect(await stored(unit)).toMatchObject({ status: "active" });
    await PersonModel.deleteMany({ organizationId: unit._id });
  });

  it("404 for an organization that it does not concern", async () => {
    const unit = await freshUnit();
    const { body } = await applyToClose(server, unit);
    const { status } = await (await admin(world.company)).call(contracts.getClosureReport, { id: body.id });
    expect(status).toBe(404);
  });
});
