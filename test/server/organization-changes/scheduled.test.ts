import { describe, expect, it } from "vitest";
import { ApplicationModel } from "../../../src/models/application.ts";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { SweepModel } from "../../../src/models/sweep.ts";
import { WorkflowInstance } from "../../../src/models/workflow-instance.ts";
import { startScheduledChange } from "../../../src/server/commands/organization-changes/start-scheduled-change.ts";
import {
  startScheduledChanges,
  startScheduledPeriodically,
} from "../../../src/server/jobs/start-scheduled-changes.ts";
import { creditCode } from "../../../src/server/seeds/synthetic.ts";
import {
  getApplication,
  listApplications,
  withdrawApplication,
} from "../../../src/shared/contracts/applications.ts";
import { withdrawDeclaration } from "../../../src/shared/contracts/declaration-changes.ts";
import * as contracts from "../../../src/shared/contracts/organization-changes.ts";
import {
  approveApplication,
  auditTypes,
  endOf,
  messagesTo,
  storedApplication,
} from "../../support/applications.ts";
import { declareOwn } from "../../support/declaring.ts";
import {
  adminOf,
  buildFile,
  buildPerson,
  buildUnit,
  inTransaction,
  nextSerial,
  personClient,
  type Unit,
} from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

const { server, world } = useProvince();

const admin = (unit: Unit) => adminOf(server.app, server.url, unit);

/** A unit below the health authority with an open declaration, and how that declaration ends. */
async function busyUnit() {
  const { app, url } = server;
  const given = { kind: "employer" as const, regionCode: "410100" };
  const unit = await inTransaction(app, (ctx) => buildUnit(ctx, given, world.authority));
  const person = await inTransaction(app, (ctx) => buildPerson(ctx, unit));
  const client = await personClient(app, url, person);
  const { id } = await declareOwn({ app, client, person });
  return { unit, finish: () => client.ok(withdrawDeclaration, { id }) };
}

async function renaming(unit: Unit, given: { creditCode?: string } = {}) {
  const scan = await buildFile(server.app, unit.adminAccountId);
  const code = given.creditCode ?? unit.creditCode ?? "";
  return { mode: "rename" as const, name: `预约改名${nextSerial()}`, creditCode: code, scan };
}

async function scheduleRename(unit: Unit, given: { creditCode?: string } = {}) {
  const request = await renaming(unit, given);
  const client = await admin(unit);
  const body = await client.ok(contracts.submitOrganizationChange, { ...request, schedule: true });
  return { ...body, newName: request.name };
}

async function scheduleMove(unit: Unit, superior: Unit) {
  const superiorType = superior.kind === "bureau" ? ("bureau" as const) : ("employer" as const);
  const request = { superiorType, superiorId: superior._id, schedule: true };
  return await (await admin(unit)).ok(contracts.submitSuperiorChange, request);
}

/** A turn of the job, whenever the last one was. */
async function turn(): Promise<number> {
  await SweepModel.updateMany({}, { restUntil: null, cursor: null });
  return await startScheduledChanges(server.app);
}

describe("a change that is scheduled in spite of unfinished items", () => {
  it("is refused without the wish to schedule, waits with it, and starts by itself when nothing is left", async () => {
    const { unit, finish } = await busyUnit();
    const client = await admin(unit);
    const refused = await client.call(contracts.submitOrganizationChange, await renaming(unit));
    expect([refused.status, refused.body.error?.code]).toEqual([409, "application.blocked"]);

    const scheduled = await scheduleRename(unit);
    expect(scheduled).toMatchObject({
      status: "scheduled",
      statusName: "已预约（待无未办结事项后自动提交）",
      holderName: null,
      canWithdraw: true,
      canResubmit: false,
    });
    expect(await WorkflowInstance.findById(scheduled.instanceId).lean()).toBeNull();
    const { rows } = await client.ok(listApplications, { status: "scheduled" });
    expect(rows.map(({ id }) => id)).toEqual([scheduled.id]);
    expect(await auditTypes(scheduled.id)).toEqual(["application.scheduled"]);

    await turn();
    expect((await storedApplication(scheduled.id)).status).toBe("scheduled");
    await finish();
    expect(await turn()).toBe(1);
    const started = await client.ok(getApplication, { id: scheduled.id });
    expect(started).toMatchObject({
      status: "pending",
      holderName: world.authority.name,
      number: scheduled.number,
    });
    expect(await messagesTo(unit.adminAccountId, scheduled.id)).toMatchObject([
      { kind: "application.started", title: "预约的修改单位信息已自动提交" },
    ]);
    expect(await messagesTo(world.authority.adminAccountId, scheduled.id)).toMatchObject([
      { kind: "application.submitted" },
    ]);
    expect(await auditTypes(scheduled.id)).toEqual(["application.scheduled", "application.started"]);

    await approveApplication(server, [world.authority], started);
    expect((await OrganizationModel.findById(unit._id).lean())?.name).toBe(scheduled.newName);
    expect(await endOf(started)).toBe("applied");
  });

  it("goes to its reviewer at once when nothing is unfinished", async () => {
    const { unit, finish } = await busyUnit();
    await finish();
    expect(await scheduleMove(unit, world.county)).toMatchObject({
      status: "pending",
      holderName: world.authority.name,
    });
  });

  it("a change of the superior asks both superiors once it has started", async () => {
    const { unit, finish } = await busyUnit();
    const scheduled = await scheduleMove(unit, world.county);
    expect(scheduled.status).toBe("scheduled");
    await finish();
    expect(await turn()).toBe(1);
    await approveApplication(server, [world.authority, world.county], scheduled);
    expect((await OrganizationModel.findById(unit._id).lean())?.superiorId).toBe(world.county._id);
  });

  it("starts in spite of them when a bureau gives leave meanwhile, which is used up", async () => {
    const { unit } = await busyUnit();
    const { id } = await scheduleMove(unit, world.county);
    await (await admin(world.city)).ok(contracts.allowOrganizationChange, {
      id: unit._id,
      kind: "superior-change",
      reason: "年末业务不间断",
    });
    expect(await turn()).toBe(1);
    const { status, data } = await storedApplication(id);
    expect([status, data["leave"]]).toEqual([
      "pending",
      { reason: "年末业务不间断", givenByOrganizationName: world.city.name },
    ]);
    expect((await OrganizationModel.findById(unit._id).lean())?.changeLeave).toBeNull();
  });

  it("is the one open application of its organization, until it is taken back", async () => {
    const { unit, finish } = await busyUnit();
    const { id } = await scheduleRename(unit);
    const client = await admin(unit);
    const second = { ...(await renaming(unit)), schedule: true };
    const refused = await client.call(contracts.submitOrganizationChange, second);
    expect(refused.body.error?.code).toBe("application.pending_exists");

    const other = await admin(world.hospital);
    expect((await other.call(withdrawApplication, { id })).status).toBe(404);
    await client.ok(withdrawApplication, { id });
    expect(await storedApplication(id)).toMatchObject({ status: "withdrawn", openKey: null });
    expect((await client.call(withdrawApplication, { id })).body.error?.code).toBe(
      "application.not_withdrawable",
    );
    await finish();
    expect(await turn()).toBe(0);
    expect((await storedApplication(id)).status).toBe("withdrawn");
  });
});

describe("a scheduled change that no longer fits ends with the reason", () => {
  it("the new superior is closed", async () => {
    const { unit, finish } = await busyUnit();
    const { unit: superior } = await busyUnit();
    const { id } = await scheduleMove(unit, superior);
    await finish();
    await OrganizationModel.updateOne({ _id: superior._id }, { closureId: "f".repeat(24) });
    expect(await turn()).toBe(0);
    await OrganizationModel.updateOne({ _id: superior._id }, { status: "closed" });
    expect(await turn()).toBe(1);
    const { status, reason, openKey } = await storedApplication(id);
    expect([status, openKey]).toEqual(["cancelled", null]);
    expect(reason).not.toBeNull();
    expect(await messagesTo(unit.adminAccountId, id)).toMatchObject([
      { kind: "application.cancelled", text: expect.stringContaining(reason ?? "-") },
    ]);
  });

  it("somebody else has the new code", async () => {
    const { unit, finish } = await busyUnit();
    const { unit: faster } = await busyUnit();
    const code = creditCode("12", "410100", 800_000 + nextSerial());
    const { id } = await scheduleRename(unit, { creditCode: code });
    await OrganizationModel.updateOne({ _id: faster._id }, { creditCode: code });
    await finish();
    expect(await turn()).toBe(1);
    const { status, reason } = await storedApplication(id);
    expect(status).toBe("cancelled");
    expect(reason).toContain(faster.name);
  });

  it("the organization is gone", async () => {
    const { unit } = await busyUnit();
    const { id } = await scheduleRename(unit);
    await OrganizationModel.updateOne({ _id: unit._id }, { status: "merged" });
    expect(await turn()).toBe(1);
    expect(await storedApplication(id)).toMatchObject({
      status: "cancelled",
      reason: "本单位已注销或合并",
    });
  });
});

describe("two nodes", () => {
  it("started by both at once it starts once; withdrawn at the same moment it either starts or does not", async () => {
    const { app } = server;
    const { unit, finish } = await busyUnit();
    const { id, instanceId } = await scheduleRename(unit);
    await finish();
    const start = () => inTransaction(app, (ctx) => startScheduledChange(ctx, id));
    const outcomes = await Promise.allSettled([start(), start()]);
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled" && outcome.value)).toHaveLength(1);
    expect(await WorkflowInstance.countDocuments({ _id: instanceId })).toBe(1);
    expect(await messagesTo(unit.adminAccountId, id)).toHaveLength(1);

    const { unit: another, finish: finishAnother } = await busyUnit();
    const raced = await scheduleRename(another);
    await finishAnother();
    const client = await admin(another);
    await Promise.allSettled([
      inTransaction(app, (ctx) => startScheduledChange(ctx, raced.id)),
      client.call(withdrawApplication, { id: raced.id }),
    ]);
    const { status } = await storedApplication(raced.id);
    const instance = await WorkflowInstance.findById(raced.instanceId).lean();
    expect(["pending:running", "withdrawn:none", "withdrawn:ended"]).toContain(
      `${status}:${instance?.status ?? "none"}`,
    );
  });

  it("a node that has the lease keeps the others out; a dead node's lease runs out", async () => {
    const { unit, finish } = await busyUnit();
    const { id } = await scheduleRename(unit);
    await finish();
    const now = server.app.clock.now().getTime();
    const leaseUntil = (ms: number) =>
      SweepModel.updateMany(
        {},
        { restUntil: null, cursor: null, leaseOwner: "another", leaseUntil: new Date(now + ms) },
      );
    await leaseUntil(60_000);
    expect(await startScheduledChanges(server.app)).toBe(0);
    expect((await storedApplication(id)).status).toBe("scheduled");
    await leaseUntil(-1);
    expect(await startScheduledChanges(server.app)).toBe(1);
    // The round is over: nobody looks again before its rest is.
    await ApplicationModel.updateOne({ _id: id }, { status: "scheduled" });
    expect(await startScheduledChanges(server.app)).toBe(0);
    expect((await storedApplication(id)).status).toBe("scheduled");
    await ApplicationModel.updateOne({ _id: id }, { status: "pending" });
  });

  it("the periodical run stops when told", async () => {
    const loop = startScheduledPeriodically(server.app);
    await loop.stop();
    expect(await SweepModel.countDocuments({ _id: "scheduled-changes" })).toBe(1);
  });
});
