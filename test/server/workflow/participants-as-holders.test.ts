import { beforeAll, describe, expect, it } from "vitest";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import { NotificationModel } from "../../../src/models/notification.ts";
import { SweepModel } from "../../../src/models/sweep.ts";
import { checkHolders } from "../../../src/server/jobs/check-holders.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { resubmitBaseClass, submitBaseClass } from "../../../src/shared/contracts/base-classes.ts";
import {
  resubmitPlanDeclaration,
  submitPlanDeclaration,
} from "../../../src/shared/contracts/plan-declarations.ts";
import { getTask } from "../../../src/shared/contracts/workflow.ts";
import { decide, openTask, storedApplication } from "../../support/applications.ts";
import { classRequest, rosterRow } from "../../support/base-classes.ts";
import { useProvince } from "../../support/province.ts";
import { approvedPlanOf, sessionRequest } from "../../support/training-plans.ts";
import { adminOf, newMember, newPerson, newUnit, type Unit } from "../../support/world.ts";

/**
 * Whoever would be refused at the decision because he has hours in the item is no holder either (AUD-10, FLW-10): an
 * item whose only reviewers become its participants after it was made is handed up.
 */

const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

async function round(): Promise<number> {
  await SweepModel.deleteMany({});
  let repaired = 0;
  for (let finished = false; !finished; ) {
    const turn = await checkHolders(server.app, { pages: 20 });
    repaired += turn.repaired;
    finished = turn.finished;
  }
  return repaired;
}

/** The administrator of a unit as the professional that he is besides. */
const adminAsPerson = (unit: Unit) =>
  newPerson(server.app, world.hospital, { accountId: unit.adminAccountId, name: "兼任管理员" });

async function refusedAsOwn(unit: Unit, application: { instanceId: string }): Promise<void> {
  const { _id: id } = await openTask(application);
  const client = await adminOf(server.app, server.url, unit);
  expect((await client.ok(getTask, { id })).canDecide).toBe(false);
  const { status, body } = await decide(server, unit, application);
  expect([status, body.error?.code]).toEqual([403, "permission.self_review"]);
}

async function expectHandedUp(application: { id: string; instanceId: string }, from: Unit, to: Unit) {
  const { instanceId } = application;
  expect(await round()).toBe(1);
  const task = await openTask(application);
  expect([task.candidate.id, task.notice]).toEqual([
    to._id,
    `「${from.name}」暂无可用管理员，由「${to.name}」代审`,
  ]);
  const events = await AuditEventModel.find({ subjectId: instanceId, type: "task.reassigned" }).lean();
  expect(events.map(({ data }) => data)).toMatchObject([{ from: from._id, to: to._id }]);
  const told = { accountId: to.adminAccountId, subjectId: instanceId, kind: "task.reassigned" };
  expect(await NotificationModel.countDocuments(told)).toBe(1);
  expect(await round()).toBe(0);
}

describe("a class whose granting bureau's only reviewer is put on the corrected roster", () => {
  let bureau: Unit;
  let base: Unit;
  let asBase: ApiClient;

  beforeAll(async () => {
    bureau = await newUnit(server.app, world.province, { kind: "bureau", regionCode: "410200" });
    base = await newUnit(server.app, bureau, { kind: "base", regionCode: "410200" });
    asBase = await adminOf(server.app, server.url, base);
  });

  it("is confirmed by the bureau above", async () => {
    const request = classRequest([rosterRow(await newPerson(server.app, world.hospital))]);
    const application = await asBase.ok(submitBaseClass, request);
    expect(application.holderName).toBe(bureau.name);
    expect(await round()).toBe(0);
    await decide(server, bureau, { ...application, outcome: "reject" });
    const admin = await adminAsPerson(bureau);
    const roster = [...request.roster, rosterRow(admin)];
    await asBase.ok(resubmitBaseClass, { ...request, id: application.id, roster });
    await refusedAsOwn(bureau, application);
    await expectHandedUp(application, bureau, world.province);
    expect((await decide(server, world.province, application)).status).toBe(200);
    expect((await storedApplication(application.id)).status).toBe("approved");
  });
});

describe("a plan's declaration whose only reviewer at a step is among the corrected participants", () => {
  it("goes past him, and past those above who take part too; left out again he decides himself", async () => {
    const asHospital = await adminOf(server.app, server.url, world.hospital);
    const [nurse, admin] = [
      await newPerson(server.app, world.hospital),
      await adminAsPerson(world.authority),
    ];
    const plan = await approvedPlanOf(server, world);
    const session = await sessionRequest(server.app, world.hospital.adminAccountId, {
      participants: [{ personId: nurse._id, hours: 4 }],
    });
    const application = await asHospital.ok(submitPlanDeclaration, { id: plan.id, ...session });
    expect((await openTask(application)).candidate.id).toBe(world.authority._id);
    const correctedWith = async (personIds: string[]) => {
      await decide(server, unitOf(await openTask(application)), { ...application, outcome: "reject" });
      await asHospital.ok(resubmitPlanDeclaration, {
        ...session,
        id: application.id,
        participants: personIds.map((personId) => ({ personId, hours: 4 })),
      });
    };
    await correctedWith([nurse._id, admin._id]);
    await refusedAsOwn(world.authority, application);
    await expectHandedUp(application, world.authority, world.city);
    await correctedWith([nurse._id]);
    expect((await openTask(application)).candidate.id).toBe(world.authority._id);
    expect(await round()).toBe(0);
    expect((await decide(server, world.authority, application)).status).toBe(200);
  });

  it("stays where somebody else may decide", async () => {
    const asHospital = await adminOf(server.app, server.url, world.hospital);
    const doctor = await newPerson(server.app, world.hospital);
    const right = { role: "bureau" as const, modules: ["declarations:review" as const] };
    await newMember(server, world.city, { accountId: doctor.accountId, ...right });
    const plan = await approvedPlanOf(server, world);
    const session = await sessionRequest(server.app, world.hospital.adminAccountId, {
      participants: [{ personId: doctor._id, hours: 4 }],
    });
    const application = await asHospital.ok(submitPlanDeclaration, { id: plan.id, ...session });
    await decide(server, world.authority, application);
    expect(await round()).toBe(0);
    expect((await openTask(application)).candidate.id).toBe(world.city._id);
  });
});

function unitOf({ candidate }: { candidate: { id: string } }): Unit {
  const unit = [world.authority, world.city].find(({ _id }) => _id === candidate.id);
  if (unit === undefined) throw new Error("nobody of the route holds it");
  return unit;
}
