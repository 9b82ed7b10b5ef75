import { beforeAll, describe, expect, it } from "vitest";
import { NotificationModel } from "../../../src/models/notification.ts";
import type { Person } from "../../../src/models/person.ts";
import { SweepModel } from "../../../src/models/sweep.ts";
import { WorkflowTask } from "../../../src/models/workflow-task.ts";
import { remindHolder } from "../../../src/server/commands/workflow/remind-holder.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import * as contracts from "../../../src/shared/contracts/administrators.ts";
import { objectToDeclaration } from "../../../src/shared/contracts/declaration-changes.ts";
import { submitDeclarations } from "../../../src/shared/contracts/declarations.ts";
import { urgeInstance } from "../../../src/shared/contracts/instances.ts";
import { setReviewRight } from "../../../src/shared/contracts/subordinates.ts";
import { submitTransfer } from "../../../src/shared/contracts/transfers.ts";
import { declarationRequest, declareOwn } from "../../support/declaring.ts";
import { newDepartment } from "../../support/departments.ts";
import { useProvince } from "../../support/province.ts";
import { adminOf, inTransaction, newPerson, personClient, type Unit } from "../../support/world.ts";
import { type Added, addOne, freshUnit } from "./support.ts";

/** Administrators who are limited to departments are told of what they can see, and of nothing else (ADM-13). */

const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

let unit: Unit;
let boss: ApiClient;
let limited: Added;
let free: Added;
let doctor: Person;
let surgeon: Person;
let clerk: Person;

beforeAll(async () => {
  const { app } = server;
  ({ unit, boss } = await freshUnit(server, world.authority));
  const internal = await newDepartment(app, unit, { name: "内科" });
  const ward = await newDepartment(app, unit, { name: "内科一病区", parentId: internal });
  const surgery = await newDepartment(app, unit, { name: "外科" });
  doctor = await newPerson(app, unit, { departmentId: ward, departmentName: "内科一病区" });
  surgeon = await newPerson(app, unit, { departmentId: surgery, departmentName: "外科" });
  clerk = await newPerson(app, unit);
  const modules = ["declarations:review", "declarations:submit", "transfers:manage"] as const;
  free = await addOne(server, boss, [...modules]);
  limited = await addOne(server, boss, [...modules]);
  const { roleIds } = await boss.ok(contracts.getAdministrator, { id: limited.id });
  await boss.ok(contracts.setAdministratorRoles, { id: limited.id, roleIds, departmentIds: [internal] });
});

/** Who of 超级管理员, the unlimited and the limited administrator was told of something. */
async function told(kind: string, subjectId: string): Promise<boolean[]> {
  const ids = [unit.adminAccountId, free.accountId, limited.accountId];
  const messages = await NotificationModel.find({ kind, subjectId }, { accountId: 1 }).lean();
  return ids.map((id) => messages.some(({ accountId }) => accountId === id));
}

const clientOf = (person: Person) => personClient(server.app, server.url, person);
const declaredBy = async (person: Person) =>
  await declareOwn({ app: server.app, client: await clientOf(person), person });

describe.each([
  { who: "a department below his", of: () => doctor, hears: true },
  { who: "another department", of: () => surgeon, hears: false },
  { who: "no department", of: () => clerk, hears: false },
])("an item of a person of $who", ({ of, hears }) => {
  it("that is urged, and that is due", async () => {
    const { instanceId } = await declaredBy(of());
    await (await clientOf(of())).ok(urgeInstance, { id: instanceId });
    expect(await told("instance.urged", instanceId)).toEqual([true, true, hears]);
    const task = await WorkflowTask.findOne({ instanceId, status: "open" }).lean();
    if (task === null || task.dueAt === null) throw new Error("no task with a time limit");
    const { dueAt } = task;
    await SweepModel.deleteMany({});
    const app = { ...server.app, clock: fixedClock(dueAt.toISOString()) };
    expect(await inTransaction(app, (ctx) => remindHolder(ctx, task))).toBe(true);
    expect(await told("task.reminded", instanceId)).toEqual([true, true, hears]);
  });

  it("that he objects to", async () => {
    const person = of();
    const people = [{ personId: person._id }];
    const request = await declarationRequest(server.app, unit.adminAccountId, { people });
    const [declaration] = (await boss.ok(submitDeclarations, request)).declarations;
    const { id = "" } = declaration ?? {};
    await (await clientOf(person)).ok(objectToDeclaration, { id, reason: "并未参加" });
    expect(await told("declaration.objected", id)).toEqual([true, true, hears]);
  });

  it("who wants to change his unit", async () => {
    const person = await newPerson(server.app, unit, {
      departmentId: of().departmentId,
      departmentName: of().departmentName,
    });
    const to = { kind: "unit" as const, organizationId: world.company._id };
    const transfer = await (await clientOf(person)).ok(submitTransfer, { to, reason: "工作调动" });
    expect(await told("transfer.submitted", transfer.id)).toEqual([true, true, hears]);
  });
});

it("what concerns the whole unit is told to everybody with the module", async () => {
  const asAuthority = await adminOf(server.app, server.url, world.authority);
  await asAuthority.ok(setReviewRight, { id: unit._id, closed: true, reason: "审核不及时" });
  expect(await told("review-right.closed", unit._id)).toEqual([true, true, true]);
});
