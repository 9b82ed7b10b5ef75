import { beforeAll, describe, expect, it } from "vitest";
import { NotificationModel } from "../../../src/models/notification.ts";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { WorkflowTask } from "../../../src/models/workflow-task.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { isoDate } from "../../../src/shared/dates.ts";
import { submitProfileChange } from "../../../src/shared/contracts/profile-changes.ts";
import * as contracts from "../../../src/shared/contracts/subordinates.ts";
import { submitTransfer } from "../../../src/shared/contracts/transfers.ts";
import { decideTask, getInstance, listTasks } from "../../../src/shared/contracts/workflow.ts";
import { addWorkingDays } from "../../../src/workflows/assignment/working-days.ts";
import { decide } from "../../support/applications.ts";
import { auditOf } from "../../support/login.ts";
import { declareOwn, taskOf } from "../../support/declaring.ts";
import { adminOf, newMember, newPerson, newUnit, personClient, type Unit } from "../../support/world.ts";
import { codeOf, statusesOf } from "../../support/answers.ts";
import { useProvince } from "../../support/province.ts";

/** Noon of a working Monday in Shanghai; moves only when a test says so. */
let now = new Date("2026-11-23T04:00:00Z");
let authority: ApiClient;
const { server, world } = useProvince({ clock: { now: () => now } });

beforeAll(async () => {
  authority = await adminOf(server.app, server.url, world.authority);
});

const missingId = "f".repeat(24);

async function freshChild(): Promise<{ unit: Unit; admin: ApiClient }> {
  const unit = await newUnit(server.app, world.authority);
  return { unit, admin: await adminOf(server.app, server.url, unit) };
}

/** Somebody of the unit declares; the instance that reviews it. */
async function declare(unit: Unit): Promise<string> {
  const person = await newPerson(server.app, unit);
  const client = await personClient(server.app, server.url, person);
  const { instanceId } = await declareOwn({ app: server.app, client, person });
  return instanceId;
}

const close = (client: ApiClient, id: string, reason = "多次错误审核") =>
  client.call(contracts.setReviewRight, { id, closed: true, reason });
const messagesOf = (unit: Unit, kind: string) =>
  NotificationModel.find({ accountId: unit.adminAccountId, kind }).lean();

describe("PUT /subordinates/:id/review-right", () => {
  it("200: the open queue goes to the superior at once, marked 代审; the child sees why; all can be decided there", async () => {
    const { unit, admin } = await freshChild();
    const instances = [await declare(unit), await declare(unit)];
    const answer = await authority.ok(contracts.setReviewRight, {
      id: unit._id,
      closed: true,
      reason: "人员不足",
    });
    expect(answer).toEqual({ id: unit._id, reviewClosed: true, movedTasks: 2 });
    expect((await admin.ok(listTasks, { box: "todo" })).rows).toEqual([]);
    const [told] = await messagesOf(unit, "review-right.closed");
    expect(told?.text).toContain("人员不足");
    const changed = (await auditOf(unit._id)).filter(
      ({ type }) => type === "organization.review_right_changed",
    );
    expect(changed.map(({ data }) => data)).toEqual([{ closed: true, reason: "人员不足", movedTasks: 2 }]);
    const [instanceId = ""] = instances;
    const view = await admin.ok(getInstance, { id: instanceId });
    expect(view.steps[0]?.notice).toContain(`由「${world.authority.name}」代审`);
    // Twice: in the child's place, then its own step.
    for (const holder of [authority, authority, await adminOf(server.app, server.url, world.city)])
      await holder.ok(decideTask, { id: await taskOf(holder, instanceId), outcome: "approve" });
    expect((await admin.ok(getInstance, { id: instanceId })).status).toBe("completed");
  });

  it("what is declared or sent in again afterwards passes the child over; reopening gives it the new ones back", async () => {
    const { unit, admin } = await freshChild();
    const before = await declare(unit);
    await admin.ok(decideTask, { id: await taskOf(admin, before), outcome: "approve" });
    expect((await close(authority, unit._id)).body.movedTasks).toBe(0);
    const after = await declare(unit);
    const first = await WorkflowTask.findOne({ instanceId: after }).lean();
    expect(first?.candidate.id).toBe(world.authority._id);
    expect(first?.notice).toContain("审核权限已被上级关闭");
    const reopen = { id: unit._id, closed: false, reason: "已整改" };
    await authority.ok(contracts.setReviewRight, reopen);
    expect(await messagesOf(unit, "review-right.opened")).toHaveLength(1);
    expect((await OrganizationModel.findById(unit._id).lean())?.reviewClosedReason).toBeNull();
    const again = await declare(unit);
    expect(await taskOf(admin, again)).toMatch(/^[0-9a-f]{24}$/);
    expect((await WorkflowTask.findOne({ instanceId: after }).lean())?.candidate.id).toBe(
      world.authority._id,
    );
  });

  it("closes the right to review hours only: transfers and changes of people stay the child's (SUB-02)", async () => {
    const { unit } = await freshChild();
    await close(authority, unit._id);
    const asPerson = async () => personClient(server.app, server.url, await newPerson(server.app, unit));
    const transfer = await (await asPerson()).ok(submitTransfer, {
      to: { kind: "unit", organizationId: world.company._id },
      reason: "工作调动",
    });
    const change = await (await asPerson()).ok(submitProfileChange, {
      changes: { school: "河南中医药大学" },
      remark: "",
    });
    expect([transfer.holderName, change.holderName]).toEqual([unit.name, unit.name]);
    for (const application of [transfer, change])
      expect((await decide(server, unit, application)).status).toBe(200);
  });

  it("a step that opens after the closing, on a route frozen before it, is the superior's too", async () => {
    const { unit: middle } = await freshChild();
    const leaf = await newUnit(server.app, middle);
    const instanceId = await declare(leaf);
    await close(authority, middle._id, "临时关闭");
    const leafAdmin = await adminOf(server.app, server.url, leaf);
    await leafAdmin.ok(decideTask, { id: await taskOf(leafAdmin, instanceId), outcome: "approve" });
    const open = await WorkflowTask.findOne({ instanceId, status: "open" }).lean();
    expect(open?.candidate.id).toBe(world.authority._id);
    expect(open?.notice).toBe(`「${middle.name}」审核权限已被上级关闭，由「${world.authority.name}」代审`);
  });

  it("of a decision by the child and the closing at once, each item is decided or handed over, never both", async () => {
    const { unit, admin } = await freshChild();
    const instances: string[] = [];
    for (let count = 0; count < 4; count += 1) instances.push(await declare(unit));
    const tasks = await Promise.all(instances.map((instanceId) => taskOf(admin, instanceId)));
    const [closing, ...decisions] = await Promise.all([
      close(authority, unit._id),
      ...tasks.map((id) => admin.call(decideTask, { id, outcome: "approve" })),
    ]);
    expect(closing?.status).toBe(200);
    const approved = decisions.filter(({ status }) => status === 200).length;
    for (const { status } of decisions) expect([200, 404, 409]).toContain(status);
    expect(closing?.body.movedTasks).toBe(4 - approved);
    const firstSteps = await WorkflowTask.find({ _id: { $in: tasks } }).lean();
    expect(firstSteps.filter(({ status }) => status === "decided")).toHaveLength(approved);
    expect(await WorkflowTask.countDocuments({ "candidate.id": unit._id, status: "open" })).toBe(0);
  });

  it("409 when it is so already, of two at once one; 400 without a reason", async () => {
    const { unit } = await freshChild();
    const both = await Promise.all([close(authority, unit._id), close(authority, unit._id)]);
    expect(statusesOf(both)).toEqual([200, 409]);
    expect(await codeOf(close(authority, unit._id))).toEqual([409, "organization.review_right_unchanged"]);
    expect((await close(authority, unit._id, "")).status).toBe(400);
  });

  it("403 for who is further above and without the module; 404 outside; 401 for nobody", async () => {
    const { unit, admin } = await freshChild();
    const city = await adminOf(server.app, server.url, world.city);
    expect(await codeOf(close(city, unit._id))).toEqual([403, "permission.denied"]);
    for (const other of [admin, await adminOf(server.app, server.url, world.company)])
      expect(await codeOf(close(other, unit._id))).toEqual([404, "organization.not_found"]);
    expect(await codeOf(close(authority, missingId))).toEqual([404, "organization.not_found"]);
    const accountId = world.company.adminAccountId;
    const right = { accountId, role: "authority" as const, modules: ["people:query" as const] };
    const { client: reader } = await newMember(server, world.authority, right);
    expect(await codeOf(close(reader, unit._id))).toEqual([403, "permission.denied"]);
    expect(await codeOf(reader.call(contracts.listOwnSubordinates, {}))).toEqual([403, "permission.denied"]);
    expect((await close(server.client(), unit._id)).status).toBe(401);
  });
});

describe("a published 审核时限", () => {
  it("shortens the time of the unit's own steps, and lengthens none", async () => {
    const { unit } = await freshChild();
    await OrganizationModel.updateOne({ _id: unit._id }, { $set: { reviewLimitWorkingDays: 3 } });
    const dueDays = async () => {
      const task = await WorkflowTask.findOne({ instanceId: await declare(unit) }).lean();
      return [isoDate(task?.dueAt ?? now), (task?.remindAt?.getTime() ?? 0) - now.getTime()];
    };
    const [dueOn, remindMs] = await dueDays();
    expect(dueOn).toBe(isoDate(addWorkingDays(server.app.workflow.addWorkdays, now, 3)));
    expect(remindMs).toBe(
      (addWorkingDays(server.app.workflow.addWorkdays, now, 3).getTime() - now.getTime()) / 2,
    );
    await OrganizationModel.updateOne({ _id: unit._id }, { $set: { reviewLimitWorkingDays: 60 } });
    expect((await dueDays())[0]).toBe(isoDate(addWorkingDays(server.app.workflow.addWorkdays, now, 10)));
  });
});

describe("GET /subordinates", () => {
  it("200: children with their super-administrator, open items and the oldest one's age", async () => {
    const { unit } = await freshChild();
    await declare(unit);
    const start = now;
    now = new Date(start.getTime() + 3 * 86_400_000);
    await declare(unit);
    // A session of its own: one that is used days later would end by the database's own clock.
    const later = await adminOf(server.app, server.url, world.authority);
    const find = async () => {
      const { rows } = await later.ok(contracts.listOwnSubordinates, { name: unit.name });
      return rows.find(({ id }) => id === unit._id);
    };
    expect(await find()).toMatchObject({
      pending: 2,
      pendingIsExact: true,
      oldestDays: 3,
      oldestAt: start.toISOString(),
      superAdministrator: { id: unit.adminRoleKey },
      reviewClosed: false,
      hasAdministrator: true,
    });
    await close(later, unit._id, "查看");
    expect(await find()).toMatchObject({ pending: 0, oldestAt: null, reviewClosedReason: "查看" });
    const closed = await later.ok(contracts.listOwnSubordinates, { reviewClosed: "true", pageSize: 50 });
    expect(closed.rows.map(({ id }) => id)).toContain(unit._id);
    expect(closed.rows.every((row) => row.reviewClosed)).toBe(true);
    now = start;
  });

  it("shows nothing of others, in pages", async () => {
    const city = await adminOf(server.app, server.url, world.city);
    const { rows } = await city.ok(contracts.listOwnSubordinates, { pageSize: 50 });
    expect(rows.map(({ id }) => id).toSorted()).toEqual(
      [world.county._id, world.authority._id, world.base._id].toSorted(),
    );
    const page = await city.ok(contracts.listOwnSubordinates, { page: 2, pageSize: 2 });
    expect([page.rows.length, page.total]).toEqual([1, 3]);
    expect((await city.call(contracts.listOwnSubordinates, { pageSize: 51 })).status).toBe(400);
  });
});

describe("POST /subordinates/:id/reminders", () => {
  it("200: tells the child's administrators; 409 again within 24 hours, of two at once one is sent", async () => {
    const { unit } = await freshChild();
    await declare(unit);
    const remind = (client = authority) =>
      client.call(contracts.remindSubordinate, { id: unit._id, message: "年底前办结" });
    const both = await Promise.all([remind(), remind()]);
    expect(statusesOf(both)).toEqual([200, 409]);
    const [message] = await messagesOf(unit, "organization.reminded");
    expect(message?.text).toContain("1项待办");
    expect(message?.text).toContain("年底前办结");
    const again = await remind();
    expect(again.body.error?.code).toBe("organization.reminded_recently");
    expect(again.body.error?.message).toContain("2026-11-24 12:00");
    const start = now;
    now = new Date(start.getTime() + 86_400_000);
    expect((await remind(await adminOf(server.app, server.url, world.authority))).status).toBe(200);
    now = start;
    expect(await messagesOf(unit, "organization.reminded")).toHaveLength(2);
    expect((await auditOf(unit._id)).filter(({ type }) => type === "organization.reminded")).toHaveLength(2);
  });

  it("409 when nothing waits; 404 outside; 403 further above", async () => {
    const { unit, admin } = await freshChild();
    const { _id: id } = unit;
    expect(await codeOf(authority.call(contracts.remindSubordinate, { id }))).toEqual([
      409,
      "organization.nothing_pending",
    ]);
    expect(await codeOf(admin.call(contracts.remindSubordinate, { id }))).toEqual([
      404,
      "organization.not_found",
    ]);
    const city = await adminOf(server.app, server.url, world.city);
    expect(await codeOf(city.call(contracts.remindSubordinate, { id }))).toEqual([403, "permission.denied"]);
  });
});
