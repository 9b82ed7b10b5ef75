import { beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { getApplication, withdrawApplication } from "../../../src/shared/contracts/applications.ts";
import {
  amendTrainingPlan,
  completeTrainingPlan,
  getTrainingPlan,
  listTrainingPlans,
  resubmitTrainingPlan,
  submitTrainingPlan,
} from "../../../src/shared/contracts/training-plans.ts";
import { decideTask, decideTasks } from "../../../src/shared/contracts/workflow.ts";
import {
  adminClients,
  approveApplication,
  auditTypes,
  decide,
  endOf,
  messagesTo,
  openTask,
  routeOf,
  storedApplication,
} from "../../support/applications.ts";
import { approvedPlanOf, evidenceOf, planRequest } from "../../support/training-plans.ts";
import { newMember, newPerson, personClient } from "../../support/world.ts";
import { statusesOf } from "../../support/answers.ts";
import { useProvince } from "../../support/province.ts";

let asHospital: ApiClient;
let asCompany: ApiClient;
let asAuthority: ApiClient;
let asCity: ApiClient;
const clock = fixedClock("2026-11-23T02:00:00Z");

const { server, world } = useProvince({ clock });

beforeAll(async () => {
  ({ asHospital, asCompany, asAuthority, asCity } = await adminClients(server, world));
});

const submit = (given = {}) => asHospital.ok(submitTrainingPlan, planRequest(given));
const reviewers = () => [world.authority, world.city];

const approvedPlan = (given = {}) => approvedPlanOf(server, world, given);

const statusOf = async (id: string) => (await asHospital.ok(getTrainingPlan, { id })).planStatusName;

describe("every path of training-plan.bpmn", () => {
  it("goes from 主管部门 to 同级人社 and is approved (PLN-02)", async () => {
    const plan = await submit();
    expect([plan.kind, plan.statusName, plan.holderName]).toEqual([
      "training-plan",
      "待审核",
      world.authority.name,
    ]);
    expect(await routeOf(plan)).toEqual([world.authority._id, world.city._id]);
    expect((await decide(server, world.authority, plan)).status).toBe(200);
    expect(await statusOf(plan.id)).toBe("待审核");
    expect((await decide(server, world.city, plan)).status).toBe(200);
    expect(await statusOf(plan.id)).toBe("通过");
    expect(await endOf(plan)).toBe("applied");
    expect(await auditTypes(plan.id)).toEqual([
      "application.approved",
      "application.submitted",
      "task.decided",
      "task.decided",
    ]);
    const told = await messagesTo(world.hospital.adminAccountId, plan.id);
    expect(told.map(({ title }) => title)).toEqual(["单位培训计划审核通过"]);
  });

  it("has only the bureau's step for a unit directly below the bureau (PLN-09)", async () => {
    const plan = await asCompany.ok(submitTrainingPlan, planRequest());
    expect(await routeOf(plan)).toEqual([world.county._id]);
    await approveApplication(server, [world.county], plan);
    expect(await endOf(plan)).toBe("applied");
  });

  it.each([0, 1])("is returned with a reason at step %i, corrected and approved (APR-11)", async (step) => {
    const plan = await submit();
    await approveApplication(server, reviewers().slice(0, step), plan);
    const reviewer = step === 0 ? world.authority : world.city;
    const refused = await decide(server, reviewer, {
      instanceId: plan.instanceId,
      outcome: "reject",
      comment: "课程表不完整",
    });
    expect(refused.status).toBe(200);
    const returned = await asHospital.ok(getTrainingPlan, { id: plan.id });
    expect([returned.planStatusName, returned.reason, returned.canResubmit]).toEqual([
      "驳回",
      "课程表不完整",
      true,
    ]);
    const content = planRequest({ name: "改过的培训", plannedHours: 30 });
    const corrected = await asHospital.ok(resubmitTrainingPlan, { id: plan.id, ...content });
    expect([corrected.title, corrected.statusName, corrected.holderName]).toEqual([
      "改过的培训",
      "待审核",
      world.authority.name,
    ]);
    const task = await openTask(plan);
    expect([task.title, task.hours]).toMatchObject(["改过的培训", { public: 0, professional: 30 }]);
    await approveApplication(server, reviewers(), plan);
    expect(await endOf(plan)).toBe("applied");
    const told = await messagesTo(world.hospital.adminAccountId, plan.id);
    expect(told.map(({ kind }) => kind).toSorted()).toEqual(["application.approved", "application.rejected"]);
  });

  it("is given up after it was returned", async () => {
    const plan = await submit();
    await decide(server, world.authority, { instanceId: plan.instanceId, outcome: "reject" });
    await asHospital.ok(withdrawApplication, { id: plan.id });
    expect([await statusOf(plan.id), await endOf(plan)]).toEqual(["已放弃", "ended"]);
  });

  it("is given up by the correction task's own decision", async () => {
    const plan = await submit();
    await decide(server, world.authority, { instanceId: plan.instanceId, outcome: "reject" });
    const { _id: id } = await openTask(plan);
    await asHospital.ok(decideTask, { id, outcome: "cancel" });
    expect([await statusOf(plan.id), await endOf(plan)]).toEqual(["已放弃", "ended"]);
  });

  it.each([0, 1])("is withdrawn at step %i (PLN-08)", async (step) => {
    const plan = await submit();
    await approveApplication(server, reviewers().slice(0, step), plan);
    await asHospital.ok(withdrawApplication, { id: plan.id });
    expect([await statusOf(plan.id), await endOf(plan)]).toEqual(["已撤回", "ended"]);
    const late = await decideLate(plan.instanceId);
    expect(late).toBe("open tasks: 0");
  });

  it("is approved in a batch, each with its own result (APR-02)", async () => {
    const plans = [await submit(), await submit()];
    for (const [holder, client] of [asAuthority, asCity].map((client, index) => [index, client] as const)) {
      const taskIds = [];
      for (const plan of plans) taskIds.push((await openTask(plan))._id);
      const answer = await client.ok(decideTasks, { taskIds, outcome: "approve" });
      expect([holder, answer.succeeded, answer.failed]).toEqual([holder, 2, 0]);
    }
    for (const plan of plans) expect(await statusOf(plan.id)).toBe("通过");
  });
});

async function decideLate(instanceId: string): Promise<string> {
  const open = await openTask({ instanceId }).then(
    () => 1,
    () => 0,
  );
  return `open tasks: ${open}`;
}

describe("an approved plan", () => {
  it("is replaced by its amendment once that is approved, and not before (PLN-08)", async () => {
    const plan = await approvedPlan();
    const amendment = await asHospital.ok(amendTrainingPlan, {
      id: plan.id,
      ...planRequest({ name: "扩大的培训", plannedPeople: 40 }),
    });
    expect(amendment.title).toBe("扩大的培训（计划变更）");
    expect(await routeOf(amendment)).toEqual([world.authority._id, world.city._id]);
    expect(await statusOf(plan.id)).toBe("通过");
    await approveApplication(server, reviewers(), amendment);
    const [before, after] = [
      await asHospital.ok(getTrainingPlan, { id: plan.id }),
      await asHospital.ok(getTrainingPlan, { id: amendment.id }),
    ];
    expect([before.planStatusName, before.replacedById, before.canDeclare]).toEqual([
      "已变更",
      amendment.id,
      false,
    ]);
    expect([after.planStatusName, after.amendsId, after.planNumber, after.canDeclare]).toEqual([
      "通过",
      plan.id,
      plan.number,
      true,
    ]);
    const again = await asHospital.call(amendTrainingPlan, { id: plan.id, ...planRequest() });
    expect([again.status, again.body.error?.code]).toEqual([409, "plan.not_open"]);
  });

  it("has one amendment under review at most", async () => {
    const plan = await approvedPlan();
    await asHospital.ok(amendTrainingPlan, { id: plan.id, ...planRequest() });
    const second = await asHospital.call(amendTrainingPlan, { id: plan.id, ...planRequest() });
    expect([second.status, second.body.error?.code]).toEqual([409, "application.pending_exists"]);
  });

  it("stays as it is when its amendment is rejected and given up", async () => {
    const plan = await approvedPlan();
    const amendment = await asHospital.ok(amendTrainingPlan, { id: plan.id, ...planRequest() });
    await decide(server, world.authority, { instanceId: amendment.instanceId, outcome: "reject" });
    await asHospital.ok(withdrawApplication, { id: amendment.id });
    expect(await statusOf(plan.id)).toBe("通过");
    const third = await asHospital.ok(amendTrainingPlan, { id: plan.id, ...planRequest() });
    expect(third.statusName).toBe("待审核");
  });

  it("is completed by its unit, with a record of it; then nothing changes it any more", async () => {
    const plan = await approvedPlan();
    const amendment = await asHospital.ok(amendTrainingPlan, { id: plan.id, ...planRequest() });
    await asHospital.ok(completeTrainingPlan, { id: plan.id });
    expect(await statusOf(plan.id)).toBe("已完成");
    expect(await auditTypes(plan.id)).toContain("plan.completed");
    const again = await asHospital.call(completeTrainingPlan, { id: plan.id });
    expect([again.status, again.body.error?.code]).toEqual([409, "plan.not_open"]);
    await approveApplication(server, [world.authority], amendment);
    const late = await decide(server, world.city, amendment);
    expect([late.status, late.body.error?.code]).toEqual([409, "plan.not_open"]);
    expect((await storedApplication(amendment.id)).status).toBe("pending");
  });

  it("expires with its year (PLN-08)", async () => {
    const plan = await approvedPlan();
    clock.set("2027-01-04T02:00:00Z");
    try {
      expect(await statusOf(plan.id)).toBe("已过期");
      const late = await asHospital.call(completeTrainingPlan, { id: plan.id });
      expect(late.body.error?.message).toContain("已过期");
      const expired = await asHospital.ok(listTrainingPlans, { status: "expired", pageSize: 200 });
      expect(expired.rows.map(({ id }) => id)).toContain(plan.id);
    } finally {
      clock.set("2026-11-23T02:00:00Z");
    }
  });
});

describe("GET /training-plans", () => {
  it("lists own plans by state, and those below for reviewers only within their scope", async () => {
    const plan = await approvedPlan();
    const completed = await approvedPlan();
    await asHospital.ok(completeTrainingPlan, { id: completed.id });
    const ids = async (client: ApiClient, query: object) =>
      (await client.ok(listTrainingPlans, { pageSize: 200, ...query })).rows.map(({ id }) => id);
    expect(await ids(asHospital, { status: "approved" })).toContain(plan.id);
    expect(await ids(asHospital, { status: "approved" })).not.toContain(completed.id);
    expect(await ids(asHospital, { status: "completed" })).toContain(completed.id);
    expect(await ids(asCity, { box: "below" })).toContain(plan.id);
    expect(await ids(asCompany, { box: "below" })).not.toContain(plan.id);
    expect(await ids(asHospital, { year: 2025 })).toEqual([]);
  });

  it("is 403 for a professional", async () => {
    const person = await newPerson(server.app, world.hospital);
    const asPerson = await personClient(server.app, server.url, person);
    expect((await asPerson.call(listTrainingPlans, {})).status).toBe(403);
  });
});

describe("refusals", () => {
  it("400: a plan outside of its year, of a closed year, or without its fields", async () => {
    const wrong = async (given: object) => await asHospital.call(submitTrainingPlan, planRequest(given));
    const outside = await wrong({ endDate: "2027-01-10" });
    expect([outside.status, outside.body.error?.code]).toEqual([400, "plan.invalid"]);
    expect(outside.body.error?.problems?.map(({ path }) => path)).toEqual(["body.endDate"]);
    expect((await wrong({ year: 2025 })).body.error?.code).toBe("plan.invalid");
    expect((await wrong({ startDate: "2026-11-30", endDate: "2026-11-01" })).status).toBe(400);
    expect((await wrong({ plannedPeople: 0 })).body.error?.code).toBe("request.invalid");
    expect((await wrong({ plannedHours: 0.15 })).body.error?.code).toBe("request.invalid");
  });

  it("400: an amendment or correction for another year", async () => {
    const plan = await approvedPlan();
    const next = planRequest({ year: 2027, startDate: "2027-01-05", endDate: "2027-02-01" });
    const answer = await asHospital.call(amendTrainingPlan, { id: plan.id, ...next });
    expect([answer.status, answer.body.error?.code]).toEqual([400, "plan.invalid"]);
  });

  it("403: without the module, for a bureau, for another unit's reader", async () => {
    const accountId = world.authority.adminAccountId;
    const right = { accountId, role: "employer" as const, modules: ["people:query" as const] };
    const { client: without } = await newMember(server, world.hospital, right);
    expect((await without.call(submitTrainingPlan, planRequest())).status).toBe(403);
    expect((await asCity.call(submitTrainingPlan, planRequest())).status).toBe(403);
    const plan = await approvedPlan();
    expect((await asAuthority.call(completeTrainingPlan, { id: plan.id })).status).toBe(403);
  });

  it("404: another organization's plan, an application of another kind, somebody else's file", async () => {
    const plan = await approvedPlan();
    for (const contract of [getTrainingPlan, getApplication, completeTrainingPlan])
      expect((await asCompany.call(contract, { id: plan.id })).status).toBe(404);
    const attachments = await evidenceOf(server.app, world.company.adminAccountId, ["curriculum"]);
    const foreign = await asHospital.call(submitTrainingPlan, planRequest({ attachments }));
    expect([foreign.status, foreign.body.error?.code]).toEqual([404, "file.not_found"]);
  });

  it("409: a correction of what was not returned; a withdrawal of what is approved", async () => {
    const plan = await approvedPlan();
    const corrected = await asHospital.call(resubmitTrainingPlan, { id: plan.id, ...planRequest() });
    expect([corrected.status, corrected.body.error?.code]).toEqual([409, "application.not_correctable"]);
    const withdrawn = await asHospital.call(withdrawApplication, { id: plan.id });
    expect([withdrawn.status, withdrawn.body.error?.code]).toEqual([409, "application.not_withdrawable"]);
  });

  it("409: of withdrawal and last approval at once one wins", async () => {
    const plan = await submit();
    await approveApplication(server, [world.authority], plan);
    const { _id: id } = await openTask(plan);
    const answers = await Promise.all([
      asCity.call(decideTask, { id, outcome: "approve" }),
      asHospital.call(withdrawApplication, { id: plan.id }),
    ]);
    expect(statusesOf(answers)).toEqual([200, 409]);
  });
});
