import { beforeAll, describe, expect, it } from "vitest";
import { DeclarationModel } from "../../../src/models/declaration.ts";
import { JobModel } from "../../../src/models/job.ts";
import { MembershipModel } from "../../../src/models/membership.ts";
import type { Person } from "../../../src/models/person.ts";
import { WorkflowInstance } from "../../../src/models/workflow-instance.ts";
import { createOperator } from "../../../src/server/seeds/ensure-operator.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import * as contracts from "../../../src/shared/contracts/instances.ts";
import { listAuditEvents } from "../../../src/shared/contracts/platform.ts";
import { decideTask } from "../../../src/shared/contracts/workflow.ts";
import { newId } from "../../../src/shared/ids.ts";
import { messagesTo } from "../../support/applications.ts";
import { approveBy, declareOwn, taskOf } from "../../support/declaring.ts";
import {
  adminOf,
  clientOf,
  freshIdNumber,
  inTransaction,
  newMember,
  newPerson,
  newUnit,
  personClient,
} from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

let doctor: Person;
let operator: ApiClient;
let asHospital: ApiClient;

const clock = fixedClock("2026-11-02T02:00:00Z");
const reason = "原单位管理员离职，无人办理";

const { server, world } = useProvince({ clock });

beforeAll(async () => {
  doctor = await newPerson(server.app, world.hospital);
  asHospital = await adminOf(server.app, server.url, world.hospital);
  operator = await operatorClient();
});

async function operatorClient(): Promise<ApiClient> {
  const { app, url } = server;
  const accountId = await inTransaction(app, (ctx) =>
    createOperator(ctx, { name: "平台运维", idNumber: freshIdNumber(), passwordHash: "scrypt$AAAA$AAAA" }),
  );
  const membership = await MembershipModel.findOne({ accountId, role: "operator" }).lean();
  return clientOf(app, url, { accountId, roleKey: membership?._id ?? "" });
}

async function declare() {
  const client = await personClient(server.app, server.url, doctor);
  return declareOwn({ app: server.app, client, person: doctor });
}

/** What the provincial bureau's auditors read of an instance. */
async function seenByTheBureau(subjectId: string): Promise<string[]> {
  const right = { role: "auditor" as const, modules: ["audit:read" as const] };
  const { client: auditor } = await newMember(server, world.province, right);
  const { rows } = await auditor.ok(listAuditEvents, { subjectId });
  return rows.filter(({ organizationName }) => organizationName === "平台运维").map(({ type }) => type);
}

describe("who may", () => {
  it.each([
    [contracts.getInstanceOperations, { id: "f".repeat(24) }],
    [contracts.reassignTask, { id: "f".repeat(24), organizationId: "f".repeat(24), reason }],
    [contracts.cancelInstance, { id: "f".repeat(24), reason }],
    [contracts.retryTimer, { id: "f".repeat(24), timerId: "f".repeat(24), reason }],
    [contracts.listFailedJobs, {}],
    [contracts.retryJob, { id: "f".repeat(24), reason }],
  ])("403 for all but operators, 401 without a session: $id", async (contract, request) => {
    expect((await asHospital.call(contract, request)).status).toBe(403);
    expect((await server.client().call(contract, request)).status).toBe(401);
    const answer = await operator.call(contract, request);
    expect(answer.status).toBe(contract.id === "listFailedJobs" ? 200 : 404);
  });
});

describe("preview", () => {
  it("says what could be done and what would come of it, and writes nothing", async () => {
    const { instanceId } = await declare();
    const before = await WorkflowInstance.findById(instanceId).lean();
    const seen = await operator.ok(contracts.getInstanceOperations, { id: instanceId });
    expect(seen).toMatchObject({
      tasks: [{ stepName: "逐级审核学时", holderName: world.hospital.name, reassignable: true }],
      timers: [],
      cancellation: { possible: true, effects: ["撤回申报"] },
      versions: [{ versionNumber: 1, current: true, movable: false }],
    });
    expect(await WorkflowInstance.findById(instanceId).lean()).toEqual(before);
  });
});

describe("reassign", () => {
  it("another organization decides; holders and applicant are told, the bureau sees it", async () => {
    const { instanceId } = await declare();
    const id = await taskOf(asHospital, instanceId);
    await operator.ok(contracts.reassignTask, { id, organizationId: world.company._id, reason });
    const asCompany = await adminOf(server.app, server.url, world.company);
    expect((await asHospital.call(decideTask, { id, outcome: "approve" })).status).toBe(404);
    await asCompany.ok(decideTask, { id, outcome: "approve" });
    for (const account of [doctor.accountId, world.hospital.adminAccountId, world.company.adminAccountId])
      expect((await messagesTo(account, instanceId)).map(({ kind }) => kind)).toContain("task.reassigned");
    expect(await seenByTheBureau(instanceId)).toEqual(["task.reassigned"]);
  });

  it("409 for an organization that cannot act, an applicant's own task, and a task that is decided", async () => {
    const { instanceId } = await declare();
    const id = await taskOf(asHospital, instanceId);
    const unit = await newUnit(server.app, world.authority);
    await MembershipModel.updateMany({ organizationId: unit._id }, { $set: { status: "disabled" } });
    for (const organizationId of [unit._id, world.hospital._id, "f".repeat(24)]) {
      const answer = await operator.call(contracts.reassignTask, { id, organizationId, reason });
      expect([answer.status, answer.body.error?.code]).toEqual([409, "task.not_reassignable"]);
    }
    await asHospital.ok(decideTask, { id, outcome: "reject", comment: "材料不全" });
    const decided = { id, organizationId: world.company._id, reason };
    const gone = await operator.call(contracts.reassignTask, decided);
    expect([gone.status, gone.body.error?.code]).toEqual([409, "task.withdrawn"]);
    const { tasks } = await operator.ok(contracts.getInstanceOperations, { id: instanceId });
    expect(tasks).toMatchObject([{ holderName: doctor.name, reassignable: false }]);
    const own = { ...decided, id: tasks[0]?.id ?? "" };
    expect((await operator.call(contracts.reassignTask, own)).body.error?.code).toBe("task.not_reassignable");
  });
});

describe("cancel", () => {
  it("ends it, releases the application, tells whom it concerns; nothing is credited", async () => {
    const { instanceId, id } = await declare();
    await approveBy([asHospital], instanceId);
    await operator.ok(contracts.cancelInstance, { id: instanceId, reason });
    expect(await WorkflowInstance.findById(instanceId).lean()).toMatchObject({ status: "cancelled" });
    expect((await DeclarationModel.findById(id).lean())?.status).toBe("withdrawn");
    for (const account of [doctor.accountId, world.authority.adminAccountId])
      expect((await messagesTo(account, instanceId))[0]?.text).toContain(reason);
    expect(await seenByTheBureau(instanceId)).toEqual(["instance.cancelled"]);
    const again = await operator.call(contracts.cancelInstance, { id: instanceId, reason });
    expect([again.status, again.body.error?.code]).toEqual([409, "task.withdrawn"]);
    expect(await operator.ok(contracts.getInstanceOperations, { id: instanceId })).toMatchObject({
      tasks: [],
      cancellation: { possible: false, effects: [] },
      versions: [],
    });
  });

  it("a rejected one that its applicant left lying is given up", async () => {
    const { instanceId, id } = await declare();
    const task = await taskOf(asHospital, instanceId);
    await asHospital.ok(decideTask, { id: task, outcome: "reject", comment: "材料不全" });
    await operator.ok(contracts.cancelInstance, { id: instanceId, reason });
    expect((await DeclarationModel.findById(id).lean())?.status).toBe("cancelled");
  });

  it("of a decision and a cancellation at once, one wins", async () => {
    const { instanceId, id } = await declare();
    const task = await taskOf(asHospital, instanceId);
    const [decided, cancelled] = await Promise.all([
      asHospital.call(decideTask, { id: task, outcome: "approve" }),
      operator.call(contracts.cancelInstance, { id: instanceId, reason }),
    ]);
    const instance = await WorkflowInstance.findById(instanceId).lean();
    const status = (await DeclarationModel.findById(id).lean())?.status;
    expect([200, 409]).toContain(decided.status);
    expect(cancelled.status === 200 ? ["cancelled", "withdrawn"] : ["running", "pending"]).toEqual([
      instance?.status,
      status,
    ]);
  });
});

describe("jobs that were given up", () => {
  it("are listed without what they are about, and run again", async () => {
    const _id = newId(clock.now());
    const job = {
      kind: "phone.send",
      data: { phoneCipher: "secret" },
      status: "failed" as const,
      attempts: 8,
    };
    const times = { runAt: clock.now(), createdAt: clock.now(), problem: "TypeError" };
    await JobModel.create([{ _id, ...job, ...times }]);
    const { jobs } = await operator.ok(contracts.listFailedJobs, {});
    expect(jobs).toMatchObject([{ id: _id, kindName: "发送短信", problem: "TypeError", attempts: 8 }]);
    expect(JSON.stringify(jobs)).not.toContain("secret");
    await operator.ok(contracts.retryJob, { id: _id, reason });
    expect(await seenByTheBureau(_id)).toEqual(["job.retried"]);
    expect((await operator.ok(contracts.listFailedJobs, {})).jobs).toEqual([]);
    expect((await operator.call(contracts.retryJob, { id: _id, reason })).body.error?.code).toBe(
      "job.not_found",
    );
  });
});
