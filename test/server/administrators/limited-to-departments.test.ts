import { beforeAll, describe, expect, it } from "vitest";
import { MembershipModel } from "../../../src/models/membership.ts";
import { PersonModel, type Person } from "../../../src/models/person.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../src/models/workflow-task.ts";
import { unheldTasks } from "../../../src/server/queries/workflow/unheld-tasks.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { resetPersonPassword } from "../../../src/shared/contracts/accounts.ts";
import * as contracts from "../../../src/shared/contracts/administrators.ts";
import {
  getApplication,
  listApplications,
  listBlockingItems,
} from "../../../src/shared/contracts/applications.ts";
import { issueCertificate, listPrintable } from "../../../src/shared/contracts/certificates.ts";
import {
  getDeclaration,
  listDeclarations,
  submitDeclarations,
} from "../../../src/shared/contracts/declarations.ts";
import { deleteDepartment } from "../../../src/shared/contracts/departments.ts";
import { findPerson, getPerson, listPeople } from "../../../src/shared/contracts/people.ts";
import { submitProfileChange } from "../../../src/shared/contracts/profile-changes.ts";
import { findTasks } from "../../../src/shared/contracts/review-lists.ts";
import {
  countTasks,
  decideTask,
  decideTasks,
  getInstance,
  getTask,
  listTasks,
} from "../../../src/shared/contracts/workflow.ts";
import type { Module } from "../../../src/shared/modules.ts";
import { codeOf } from "../../support/answers.ts";
import { declarationRequest, declareOwn } from "../../support/declaring.ts";
import { newDepartment } from "../../support/departments.ts";
import { auditOf } from "../../support/login.ts";
import { useProvince } from "../../support/province.ts";
import {
  adminOf,
  freshIdNumber,
  newPerson,
  newUnit,
  nextSerial,
  personClient,
  type Unit,
} from "../../support/world.ts";
import { type Added, addOne, freshUnit } from "./support.ts";

/** ADM-13: an administrator who is limited to departments, against one who is not. */

const modules: Module[] = [
  "people:query",
  "people:reset-password",
  "declarations:review",
  "declarations:submit",
  "changes:people",
  "certificates:print",
];

const { server, world } = useProvince();

let unit: Unit;
let boss: ApiClient;
let added: Added;
let limited: ApiClient;
let internal: string;
let ward: string;
let surgery: string;
let insider: Person & { idNumber: string };
let wardDoctor: Person & { idNumber: string };
let surgeon: Person & { idNumber: string };
let nobodys: Person & { idNumber: string };
let below: Person & { idNumber: string };

beforeAll(async () => {
  const { app } = server;
  ({ unit, boss } = await freshUnit(server, world.authority));
  internal = await newDepartment(app, unit, { name: "内科" });
  ward = await newDepartment(app, unit, { name: "内科一病区", parentId: internal });
  surgery = await newDepartment(app, unit, { name: "外科" });
  insider = await newPerson(app, unit, { departmentId: internal, departmentName: "内科" });
  wardDoctor = await newPerson(app, unit, { departmentId: ward, departmentName: "内科一病区" });
  surgeon = await newPerson(app, unit, { departmentId: surgery, departmentName: "外科" });
  nobodys = await newPerson(app, unit);
  below = await newPerson(app, await newUnit(app, unit));
  added = await addOne(server, boss, modules);
  const { rows } = await boss.ok(contracts.listRoles, {});
  const roleIds = rows.filter((role) => role.modules.length === modules.length).map(({ id }) => id);
  await boss.ok(contracts.setAdministratorRoles, { id: added.id, roleIds, departmentIds: [internal] });
  limited = added.client;
});

async function declaredBy(person: Person) {
  const { app, url } = server;
  return await declareOwn({ app, client: await personClient(app, url, person), person });
}

async function openTaskOf(instanceId: string): Promise<string> {
  const { rows } = await boss.ok(listTasks, { box: "todo", pageSize: 100 });
  return rows.find((row) => row.instanceId === instanceId)?.id ?? "";
}

describe("setting the limit", () => {
  it("is shown with the administrator, recorded, and kept when only the roles change", async () => {
    const shown = await boss.ok(contracts.getAdministrator, { id: added.id });
    expect(shown.departments).toEqual([{ id: internal, name: "内科" }]);
    const again = await boss.ok(contracts.setAdministratorRoles, { id: added.id, roleIds: shown.roleIds });
    expect(again.departments).toEqual([{ id: internal, name: "内科" }]);
    const events = await auditOf(added.accountId);
    expect(
      events.filter(({ type }) => type === "administrator.roles_changed").map(({ data }) => data),
    ).toContainEqual({
      membershipId: added.id,
      roleIds: shown.roleIds,
      departmentIds: [internal],
    });
  });

  it("comes with a new administrator, is changed, and is taken away", async () => {
    const role = await boss.ok(contracts.createRole, {
      name: `查询${nextSerial()}`,
      modules: ["people:query"],
    });
    const administrator = { kind: "person" as const, personId: surgeon._id };
    const one = await boss.ok(contracts.addAdministrator, {
      roleIds: [role.id],
      departmentIds: [ward, ward],
      administrator,
    });
    expect(one.departments).toEqual([{ id: ward, name: "内科一病区" }]);
    const set = (departmentIds: string[]) =>
      boss.ok(contracts.setAdministratorRoles, { id: one.id, roleIds: [role.id], departmentIds });
    expect((await set([surgery])).departments).toEqual([{ id: surgery, name: "外科" }]);
    expect((await set([])).departments).toEqual([]);
    await boss.ok(contracts.deleteAdministrator, { id: one.id });
  });

  it("404 for another unit's department, 403 for whoever is no super-administrator", async () => {
    const foreign = await newDepartment(server.app, world.hospital, { name: "外单位科室" });
    const { roleIds } = await boss.ok(contracts.getAdministrator, { id: added.id });
    const wrong = { id: added.id, roleIds, departmentIds: [foreign] };
    expect(await codeOf(boss.call(contracts.setAdministratorRoles, wrong))).toEqual([
      404,
      "department.not_found",
    ]);
    const administrator = { kind: "person" as const, personId: insider._id };
    const refused = { roleIds, departmentIds: [foreign], administrator };
    expect(await codeOf(boss.call(contracts.addAdministrator, refused))).toEqual([
      404,
      "department.not_found",
    ]);
    expect(
      (await limited.call(contracts.setAdministratorRoles, { ...wrong, departmentIds: [] })).status,
    ).toBe(403);
  });

  it("400 for policy officers, whose rights are fixed; 409 to delete a department that limits somebody", async () => {
    const bureau = await freshUnit(server, world.city);
    const { boss: cityBoss, unit: city } = { boss: bureau.boss, unit: bureau.unit };
    const departmentId = await newDepartment(server.app, city, { name: "处室" });
    const one = await addOne(server, cityBoss);
    const { roleIds } = await cityBoss.ok(contracts.getAdministrator, { id: one.id });
    await cityBoss.ok(contracts.setAdministratorRoles, {
      id: one.id,
      roleIds,
      departmentIds: [departmentId],
    });
    const refused = await cityBoss.call(deleteDepartment, { id: departmentId });
    expect([refused.status, refused.body.error?.message]).toEqual([
      409,
      expect.stringContaining("有管理员以其为管理范围"),
    ]);
    const idNumber = freshIdNumber();
    const administrator = { kind: "new" as const, idNumber, name: "政策员", phone: "13900000002" };
    const officer = { as: "policy-officer" as const, departmentIds: [departmentId], administrator };
    const bureauBoss = await adminOf(server.app, server.url, world.city);
    expect(await codeOf(bureauBoss.call(contracts.addAdministrator, officer))).toEqual([
      400,
      "request.invalid",
    ]);
    await cityBoss.ok(contracts.setAdministratorRoles, { id: one.id, roleIds, departmentIds: [] });
    await cityBoss.ok(deleteDepartment, { id: departmentId });
  });
});

describe("people", () => {
  it("lists those of his departments and of the ones below them only", async () => {
    const namesOf = async (client: ApiClient, query = {}) =>
      (await client.ok(listPeople, { ownOnly: "false", pageSize: 100, ...query })).rows
        .map(({ id }) => id)
        .toSorted();
    expect(await namesOf(limited)).toEqual([insider._id, wardDoctor._id].toSorted());
    expect(await namesOf(limited, { departmentId: ward })).toEqual([wardDoctor._id]);
    expect(await namesOf(limited, { departmentId: surgery })).toEqual([]);
    expect((await namesOf(boss)).length).toBeGreaterThanOrEqual(5);
  });

  it("others do not exist: neither by id nor by ID number, nor to act on", async () => {
    for (const { _id: id, idNumber } of [surgeon, nobodys, below]) {
      expect((await limited.call(getPerson, { id })).status).toBe(404);
      expect((await limited.ok(findPerson, { idNumber })).person).toBeNull();
      expect((await limited.call(resetPersonPassword, { id })).status).toBe(404);
      const blocks = { kind: "person-deregistration" as const, personId: id };
      expect((await limited.call(listBlockingItems, blocks)).status).toBe(404);
      expect((await limited.call(issueCertificate, { id, year: 2026 })).status).toBe(404);
    }
    expect((await limited.call(getPerson, { id: wardDoctor._id })).status).toBe(200);
    expect((await limited.ok(findPerson, { idNumber: insider.idNumber })).person?.id).toBe(insider._id);
    const newcomer = await newPerson(server.app, unit, { departmentId: ward });
    expect((await limited.call(resetPersonPassword, { id: newcomer._id })).status).toBe(200);
    await PersonModel.deleteOne({ _id: newcomer._id });
  });

  it("lists for printing hold nobody else", async () => {
    const query = { year: 2026, onlyPassed: "false" as const, pageSize: 100 };
    const { rows } = await limited.ok(listPrintable, query);
    expect(rows.map(({ personId }) => personId).toSorted()).toEqual([insider._id, wardDoctor._id].toSorted());
    expect((await limited.ok(listPrintable, { ...query, onlyPassed: "true" })).rows).toEqual([]);
  });
});

describe("tasks", () => {
  it("shows, counts and decides those of his departments' people, alone and in a batch", async () => {
    const mine = await declaredBy(wardDoctor);
    const also = await declaredBy(insider);
    const others = [await declaredBy(surgeon), await declaredBy(nobodys)];
    const ids = [];
    for (const { instanceId } of [mine, also, ...others]) ids.push(await openTaskOf(instanceId));
    const [first = "", second = "", third = "", fourth = ""] = ids;

    const shown = await limited.ok(listTasks, { box: "todo", pageSize: 100 });
    expect(shown.rows.map(({ id }) => id).toSorted()).toEqual([first, second].toSorted());
    expect((await limited.ok(countTasks, {})).total).toBe(2);
    const ofSurgery = await limited.ok(listTasks, { box: "todo", departmentId: surgery });
    expect(ofSurgery.rows).toEqual([]);
    const byNumber = await limited.ok(findTasks, { box: "todo", idNumber: surgeon.idNumber });
    expect(byNumber.rows).toEqual([]);

    for (const id of [third, fourth]) {
      expect((await limited.call(getTask, { id })).status).toBe(404);
      expect(await codeOf(limited.call(decideTask, { id, outcome: "approve" }))).toEqual([
        404,
        "task.not_found",
      ]);
    }
    const [other] = others;
    expect((await limited.call(getInstance, { id: other?.instanceId ?? "" })).status).toBe(404);
    expect((await limited.call(getInstance, { id: mine.instanceId })).status).toBe(200);

    const batch = await limited.ok(decideTasks, { taskIds: [first, third], outcome: "approve" });
    expect(batch.results.map(({ taskId, ok }) => [taskId, ok])).toEqual([
      [first, true],
      [third, false],
    ]);
    await limited.ok(decideTask, { id: second, outcome: "reject", comment: "材料不全" });
    const done = await limited.ok(listTasks, { box: "done", pageSize: 100 });
    expect(done.rows.map(({ id }) => id).toSorted()).toEqual([first, second].toSorted());
    await boss.ok(decideTask, { id: third, outcome: "approve" });
  });

  it("follows a department that comes below his, from the next request", async () => {
    const later = await newDepartment(server.app, unit, { name: "内科二病区", parentId: ward });
    const person = await newPerson(server.app, unit, { departmentId: later });
    const { instanceId } = await declaredBy(person);
    const { rows } = await limited.ok(listTasks, { box: "todo", pageSize: 100 });
    expect(rows.map((row) => row.instanceId)).toContain(instanceId);
  });
});

describe("a unit without anybody but him", () => {
  it("has nobody for people of other departments: their items go upward (FLW-10), his own stay", async () => {
    const mine = await declaredBy(wardDoctor);
    const theirs = await declaredBy(surgeon);
    const right = { _id: unit.adminRoleKey };
    await MembershipModel.updateOne(right, { status: "disabled" });
    try {
      const tasks = await WorkflowTask.find({
        instanceId: { $in: [mine.instanceId, theirs.instanceId] },
        status: "open",
      }).lean<WorkflowTaskRecord[]>();
      expect(tasks).toHaveLength(2);
      const unheld = await unheldTasks(tasks);
      expect(unheld.map(({ task, reason }) => [task.instanceId, reason])).toEqual([
        [theirs.instanceId, "no-reviewer"],
      ]);
    } finally {
      await MembershipModel.updateOne(right, { status: "active" });
    }
  });
});

describe("declarations and applications", () => {
  it("declares for his departments' people only, and sees theirs only", async () => {
    const request = async (personId: string) => ({
      ...(await declarationRequest(server.app, added.accountId)),
      people: [{ personId }],
    });
    expect(await codeOf(limited.call(submitDeclarations, await request(surgeon._id)))).toEqual([
      404,
      "person.not_found",
    ]);
    const own = await limited.ok(submitDeclarations, await request(wardDoctor._id));
    const asBoss = await declarationRequest(server.app, unit.adminAccountId);
    const foreign = await boss.ok(submitDeclarations, { ...asBoss, people: [{ personId: surgeon._id }] });
    const [mine, theirs] = [own.declarations[0]?.id ?? "", foreign.declarations[0]?.id ?? ""];
    const { rows } = await limited.ok(listDeclarations, { pageSize: 100 });
    expect(rows.map(({ id }) => id)).toContain(mine);
    expect(rows.map(({ id }) => id)).not.toContain(theirs);
    expect((await limited.call(getDeclaration, { id: mine })).status).toBe(200);
    expect((await limited.call(getDeclaration, { id: theirs })).status).toBe(404);
  });

  it("sees applications of his departments' people only", async () => {
    const change = async (person: Person) => {
      const client = await personClient(server.app, server.url, person);
      return await client.ok(submitProfileChange, { changes: { school: `学校${nextSerial()}` } });
    };
    const mine = await change(insider);
    const theirs = await change(surgeon);
    const { rows } = await limited.ok(listApplications, { box: "own", pageSize: 100 });
    expect(rows.map(({ id }) => id)).toContain(mine.id);
    expect(rows.map(({ id }) => id)).not.toContain(theirs.id);
    expect((await limited.call(getApplication, { id: theirs.id })).status).toBe(404);
    expect((await limited.call(getApplication, { id: mine.id })).status).toBe(200);
  });
});
