import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import { CreditEntryModel } from "../../../src/models/credit-entry.ts";
import { DeclarationModel } from "../../../src/models/declaration.ts";
import type { Person } from "../../../src/models/person.ts";
import { PersonYearModel } from "../../../src/models/person-year.ts";
import { WorkflowInstance } from "../../../src/models/workflow-instance.ts";
import { WorkflowTask } from "../../../src/models/workflow-task.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import type { Module } from "../../../src/shared/modules.ts";
import { withdrawDeclaration } from "../../../src/shared/contracts/declaration-changes.ts";
import { decideTask, decideTasks, getTask } from "../../../src/shared/contracts/workflow.ts";
import { approveBy, type DeclarationRequest, declareOwn, taskOf } from "../../support/declaring.ts";
import { adminOf, buildFile, newMember, newPerson, personClient } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";
import { adminClients } from "../../support/applications.ts";

let doctor: Person;
let asDoctor: ApiClient;
let asHospital: ApiClient;
let asAuthority: ApiClient;
let asCity: ApiClient;
const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

beforeAll(async () => {
  ({ asHospital, asAuthority, asCity } = await adminClients(server, world));
});

beforeEach(async () => {
  doctor = await newPerson(server.app, world.hospital);
  asDoctor = await personClient(server.app, server.url, doctor);
});

const declare = (given: Partial<DeclarationRequest> = {}) =>
  declareOwn({ app: server.app, client: asDoctor, person: doctor }, given);

/** A declaration and its task in the unit's to-do list. */
async function pending(given: Partial<DeclarationRequest> = {}) {
  const declared = await declare(given);
  return { ...declared, taskId: await taskOf(asHospital, declared.instanceId) };
}

/** An administrator of a unit with some modules only. */
async function limited(modules: Module[], person?: Person) {
  const { accountId } = person ?? (await newPerson(server.app, world.company));
  return (await newMember(server, world.hospital, { accountId, role: "employer", modules })).client;
}

/** Everything that a refused decision must leave alone. */
async function state(taskId: string) {
  const task = await WorkflowTask.findById(taskId).lean();
  const instanceId = task?.instanceId ?? "";
  return {
    task,
    instance: await WorkflowInstance.findById(instanceId).lean(),
    declaration: await DeclarationModel.findOne({ instanceId }).lean(),
    audits: await AuditEventModel.countDocuments({ subjectId: task?.businessId ?? "" }),
    tasks: await WorkflowTask.countDocuments({ instanceId }),
  };
}

async function refused(client: ApiClient, request: { id: string } & Record<string, unknown>) {
  const before = await state(request.id);
  const answer = await client.call(decideTask, request);
  expect(await state(request.id)).toEqual(before);
  return { status: answer.status, code: answer.body.error?.code, error: answer.body.error };
}

describe("POST /tasks/:id/decisions", () => {
  describe("200", () => {
    it("passes an approval on to the next organization and records it", async () => {
      const { taskId, id, instanceId } = await pending();
      const view = await asHospital.ok(decideTask, { id: taskId, outcome: "approve", comment: "情况属实" });
      expect(view).toMatchObject({ status: "decided", outcome: "approve", canDecide: false });
      expect(view.decidedBy).toContain(world.hospital.name);
      expect(await taskOf(asAuthority, instanceId)).not.toBe(taskId);
      const event = await AuditEventModel.findOne({ type: "task.decided", subjectId: id }).lean();
      const hours = { public: 0, professional: 24 };
      expect(event?.data).toMatchObject({
        ...{ taskId, outcome: "approve", comment: "情况属实", role: "employer" },
        hours: { before: hours, after: hours },
        // Who reviews was the routing pack's word (APR-15).
        rules: [expect.stringMatching(/routing@\d/)],
      });
      const submitted = await AuditEventModel.findOne({
        type: "declaration.submitted",
        subjectId: id,
      }).lean();
      expect(submitted?.data).toMatchObject({ hours, pack: expect.stringMatching(/conversion@\d/) });
      expect(await CreditEntryModel.countDocuments({ declarationId: id })).toBe(0);
    });

    it("credits the hours once, after the last approval only, and determines the year (APR-03, FLW-13)", async () => {
      const { id, instanceId } = await declare();
      await approveBy([asHospital, asAuthority], instanceId);
      expect(await CreditEntryModel.countDocuments({ personId: doctor._id })).toBe(0);
      await approveBy([asCity], instanceId);
      const entries = await CreditEntryModel.find({ personId: doctor._id }).lean();
      expect(entries).toMatchObject([{ subject: "professional", hours: 24, declarationId: id, year: 2026 }]);
      expect(await PersonYearModel.findById(`${doctor._id}-2026`).lean()).toMatchObject({
        public: 0,
        professional: 24,
        result: "failed",
        required: { total: 90, public: 30, professional: 60 },
        missing: { public: 30, professional: 36 },
      });
      expect(await DeclarationModel.findById(id).lean()).toMatchObject({ status: "approved" });
      expect(await WorkflowInstance.findById(instanceId).lean()).toMatchObject({
        status: "ended",
        endedAs: "credited",
      });
      expect(await AuditEventModel.countDocuments({ type: "declaration.credited", subjectId: id })).toBe(1);
    });

    it("adds up to a passed year", async () => {
      for (const form of ["11", "04"])
        await approveBy([asHospital, asAuthority, asCity], (await declare({ form })).instanceId);
      expect(await PersonYearModel.findById(`${doctor._id}-2026`).lean()).toMatchObject({
        public: 30,
        professional: 84,
        result: "passed",
        missing: { public: 0, professional: 0 },
      });
      expect(await CreditEntryModel.countDocuments({ personId: doctor._id })).toBe(3);
    });

    it("returns a rejected declaration with its reason to the applicant (APR-11)", async () => {
      const { taskId, id, instanceId } = await pending();
      await asHospital.ok(decideTask, { id: taskId, outcome: "reject", comment: "缺少盖章" });
      expect(await DeclarationModel.findById(id).lean()).toMatchObject({
        status: "rejected",
        reason: "缺少盖章",
      });
      const own = await asDoctor.ok(getTask, { id: await taskOf(asDoctor, instanceId) });
      expect(own.outcomes.map(({ value }) => value)).toEqual(["resubmit", "cancel"]);
    });

    it("lets the unit reduce hours that the unit determines, with the reason (APR-12)", async () => {
      const { taskId, id, instanceId } = await pending({ form: "05" });
      expect(await asHospital.ok(getTask, { id: taskId })).toMatchObject({ canReduceHours: true });
      const hours = { public: 0, professional: 40 };
      const view = await asHospital.ok(decideTask, {
        id: taskId,
        outcome: "approve",
        comment: "按实际贡献核定",
        hours,
      });
      expect(view.hours).toEqual(hours);
      const stored = await DeclarationModel.findById(id).lean();
      expect(stored).toMatchObject({ hours, computedHours: { professional: 60 } });
      expect(stored?.hoursChanges).toMatchObject([
        { from: { professional: 60 }, to: hours, reason: "按实际贡献核定" },
      ]);
      expect(await AuditEventModel.countDocuments({ type: "declaration.hours_changed", subjectId: id })).toBe(
        1,
      );
      const next = await asAuthority.ok(getTask, { id: await taskOf(asAuthority, instanceId) });
      expect(next).toMatchObject({ hours, canReduceHours: false });
    });

    it("lets any step reduce hours that were typed from a paper, one after the other, never raise them (APR-12)", async () => {
      const { taskId, id, instanceId } = await pending({ form: "02a" });
      const reduce = (client: ApiClient, task: string, hours: number) =>
        client.call(decideTask, {
          ...{ id: task, outcome: "approve", comment: "文件认定的学时较少" },
          hours: { public: 0, professional: hours },
        });
      expect(await asHospital.ok(getTask, { id: taskId })).toMatchObject({ canReduceHours: true });
      expect((await reduce(asHospital, taskId, 18)).status).toBe(200);
      const second = await taskOf(asAuthority, instanceId);
      expect((await reduce(asAuthority, second, 19)).body.error?.code).toBe("task.hours_not_allowed");
      expect((await reduce(asAuthority, second, 17.5)).status).toBe(200);
      const last = await taskOf(asCity, instanceId);
      expect(await asCity.ok(getTask, { id: last })).toMatchObject({ canReduceHours: true });
      expect((await reduce(asCity, last, 16)).status).toBe(200);
      const stored = await DeclarationModel.findById(id).lean();
      expect(stored).toMatchObject({ status: "approved", hours: { professional: 16 } });
      expect(stored?.hoursChanges.map(({ to }) => to.professional)).toEqual([18, 17.5, 16]);
      const credits = await CreditEntryModel.find({ declarationId: id }).lean();
      expect(credits.map(({ hours }) => hours)).toEqual([16]);
    });

    it("keeps attachments of a decision and shows them to the reviewers", async () => {
      const { taskId, id } = await pending();
      const file = await buildFile(server.app, world.hospital.adminAccountId);
      await asHospital.ok(decideTask, { id: taskId, outcome: "approve", attachments: [file] });
      const event = await AuditEventModel.findOne({ type: "task.decided", subjectId: id }).lean();
      expect(event?.data["attachments"]).toEqual([file.fileId]);
    });

    it("answers a repeated decision with the first answer", async () => {
      const { taskId, id } = await pending();
      const key = { "idempotency-key": `decide-${taskId}` };
      const body = { id: taskId, outcome: "approve" };
      const first = await asHospital.call(decideTask, body, key);
      const second = await asHospital.call(decideTask, body, key);
      expect([first.status, second.status]).toEqual([200, 200]);
      expect(second.body).toEqual(first.body);
      expect(await AuditEventModel.countDocuments({ type: "task.decided", subjectId: id })).toBe(1);
    });

    it("gives a base's submission to whoever has the module for bases (APR-07)", async () => {
      const { instanceId } = await declare();
      const taskId = await taskOf(asHospital, instanceId);
      await WorkflowTask.updateOne({ _id: taskId }, { $set: { origin: "base" } });
      expect(
        await refused(await limited(["declarations:review"]), { id: taskId, outcome: "approve" }),
      ).toMatchObject({
        status: 403,
      });
      const reviewer = await limited(["declarations:review-base"]);
      expect((await reviewer.call(decideTask, { id: taskId, outcome: "approve" })).status).toBe(200);
    });
  });

  describe("400", () => {
    it("wants a reason for a rejection", async () => {
      const { taskId } = await pending();
      expect(await refused(asHospital, { id: taskId, outcome: "reject", comment: "  " })).toMatchObject({
        status: 400,
        code: "task.comment_required",
      });
    });

    it("refuses outcomes that the step does not offer", async () => {
      const { taskId, instanceId } = await pending();
      for (const outcome of ["cancel", "resubmit", "constructor", "credit"])
        expect(await refused(asHospital, { id: taskId, outcome })).toMatchObject({
          status: 400,
          code: "task.outcome_invalid",
        });
      await asHospital.ok(decideTask, { id: taskId, outcome: "reject", comment: "缺少盖章" });
      // A corrected declaration is checked again, so it never comes back through a bare decision.
      const correction = await taskOf(asDoctor, instanceId);
      expect(await refused(asDoctor, { id: correction, outcome: "resubmit" })).toMatchObject({
        code: "task.outcome_invalid",
      });
    });

    it("refuses to change hours where the step does not determine them, to raise them, or without a reason", async () => {
      const computed = await pending();
      const hours = { public: 0, professional: 8 };
      const approve = { outcome: "approve", comment: "核减", hours };
      expect(await refused(asHospital, { id: computed.taskId, ...approve })).toMatchObject({
        status: 400,
        code: "task.hours_not_allowed",
      });
      const { taskId, instanceId } = await pending({ form: "05" });
      for (const change of [
        { hours: { public: 0, professional: 61 } },
        { hours: { public: 5, professional: 40 } },
        { hours: { public: 0, professional: 0 } },
        { hours: { public: 0, professional: 1.05 } },
        { outcome: "reject" },
      ])
        expect(await refused(asHospital, { id: taskId, ...approve, ...change })).toMatchObject({
          code: "task.hours_not_allowed",
        });
      expect(await refused(asHospital, { id: taskId, ...approve, comment: "" })).toMatchObject({
        code: "task.comment_required",
      });
      await asHospital.ok(decideTask, { id: taskId, outcome: "approve" });
      const next = await taskOf(asAuthority, instanceId);
      expect(await refused(asAuthority, { id: next, ...approve })).toMatchObject({
        code: "task.hours_not_allowed",
      });
    });

    it("refuses malformed requests", async () => {
      const { taskId } = await pending();
      for (const change of [
        { outcome: "" },
        { outcome: "APPROVE" },
        { comment: "长".repeat(501) },
        { hours: { public: -1, professional: 0 } },
        { hours: 3 },
        { extra: true },
      ])
        expect(await refused(asHospital, { id: taskId, outcome: "approve", ...change })).toMatchObject({
          status: 400,
          code: "request.invalid",
        });
      expect((await asHospital.call(decideTask, { id: "not-an-id", outcome: "approve" })).status).toBe(400);
    });
  });

  describe("401", () => {
    it("asks for a session", async () => {
      const { taskId } = await pending();
      expect(await refused(server.client(), { id: taskId, outcome: "approve" })).toMatchObject({
        status: 401,
      });
    });
  });

  describe("403", () => {
    it("refuses an administrator without the module", async () => {
      const { taskId } = await pending();
      expect(
        await refused(await limited(["people:query"]), { id: taskId, outcome: "approve" }),
      ).toMatchObject({
        status: 403,
        code: "permission.denied",
      });
    });

    it("refuses to review one's own declaration, which another administrator may (AUD-10)", async () => {
      const reviewer = await limited(["declarations:review"], doctor);
      const { taskId } = await pending();
      expect(await refused(reviewer, { id: taskId, outcome: "approve" })).toMatchObject({
        status: 403,
        code: "permission.self_review",
      });
      expect(await reviewer.ok(getTask, { id: taskId })).toMatchObject({ canDecide: false });
      expect((await asHospital.call(decideTask, { id: taskId, outcome: "approve" })).status).toBe(200);
    });
  });

  describe("404", () => {
    it("does not know another organization's task, whatever its state", async () => {
      const { taskId } = await pending();
      const { app, url } = server;
      for (const stranger of [
        asAuthority,
        asDoctor,
        await adminOf(app, url, world.company),
        await adminOf(app, url, world.elsewhere),
        await adminOf(app, url, world.province),
      ])
        expect(await refused(stranger, { id: taskId, outcome: "approve" })).toMatchObject({
          status: 404,
          code: "task.not_found",
        });
      expect((await asHospital.call(decideTask, { id: "0".repeat(24), outcome: "approve" })).status).toBe(
        404,
      );
    });

    it("does not know files of another account", async () => {
      const { taskId } = await pending();
      const attachments = [await buildFile(server.app, doctor.accountId)];
      expect(await refused(asHospital, { id: taskId, outcome: "approve", attachments })).toMatchObject({
        status: 404,
        code: "file.not_found",
      });
    });
  });

  describe("409", () => {
    it("says who decided, when and how (APR-14)", async () => {
      const { taskId } = await pending();
      await asHospital.ok(decideTask, { id: taskId, outcome: "approve" });
      const { status, code, error } = await refused(asHospital, {
        id: taskId,
        outcome: "reject",
        comment: "不",
      });
      expect([status, code]).toEqual([409, "task.already_decided"]);
      expect(error?.message).toContain(world.hospital.name);
      expect(error?.message).toContain("2026-11-23 10:00");
      expect(error?.message).toContain("通过");
    });

    it("lets exactly one of eight simultaneous reviewers win, and tells the others", async () => {
      const { taskId, id } = await pending();
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => asHospital.call(decideTask, { id: taskId, outcome: "approve" })),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      const others = answers.filter(({ status }) => status !== 200);
      expect(
        others.every(({ status, body }) => status === 409 && body.error?.code === "task.already_decided"),
      ).toBe(true);
      expect(await AuditEventModel.countDocuments({ type: "task.decided", subjectId: id })).toBe(1);
    });

    it("says that the applicant has withdrawn (AUD-11)", async () => {
      const { taskId, id } = await pending();
      await asDoctor.ok(withdrawDeclaration, { id });
      expect(await refused(asHospital, { id: taskId, outcome: "approve" })).toMatchObject({
        status: 409,
        code: "task.withdrawn",
      });
    });

    it("lets either a withdrawal or a decision win, never both", async () => {
      const { taskId, id, instanceId } = await pending();
      const [decision, withdrawal] = await Promise.all([
        asHospital.call(decideTask, { id: taskId, outcome: "reject", comment: "缺少盖章" }),
        asDoctor.call(withdrawDeclaration, { id }),
      ]);
      const declaration = await DeclarationModel.findById(id).lean();
      const instance = await WorkflowInstance.findById(instanceId).lean();
      // Both may succeed one after the other: a rejected declaration may still be given up.
      const both = decision.status === 200 && withdrawal.status === 200;
      const expected = both ? "cancelled" : decision.status === 200 ? "rejected" : "withdrawn";
      expect(declaration?.status).toBe(expected);
      expect([200, 409]).toContain(decision.status);
      expect([200, 409]).toContain(withdrawal.status);
      expect(instance?.status === "ended").toBe(declaration?.status !== "rejected");
    });
  });
});

describe("POST /task-decisions", () => {
  it("gives each row its own result: decided, decided by another, withdrawn, own, not ours, unknown (AUD-09)", async () => {
    const rows = [];
    for (let index = 0; index < 28; index += 1) rows.push(await pending());
    const [late, withdrawn, passed] = rows;
    await asHospital.ok(decideTask, { id: late?.taskId ?? "", outcome: "reject", comment: "缺少盖章" });
    await asDoctor.ok(withdrawDeclaration, { id: withdrawn?.id ?? "" });
    await asHospital.ok(decideTask, { id: passed?.taskId ?? "", outcome: "approve" });
    const foreign = await taskOf(asAuthority, passed?.instanceId ?? "");
    const taskIds = [...rows.map(({ taskId }) => taskId), foreign, "0".repeat(24)];
    const answer = await asHospital.ok(decideTasks, { taskIds, outcome: "approve", comment: "批量" });
    expect(answer).toMatchObject({ succeeded: 25, failed: 5 });
    const codes = new Map(answer.results.map(({ taskId, code }) => [taskId, code]));
    expect(codes.get(late?.taskId ?? "")).toBe("task.already_decided");
    expect(codes.get(withdrawn?.taskId ?? "")).toBe("task.withdrawn");
    expect(codes.get(foreign)).toBe("task.not_found");
    expect(answer.results.find(({ taskId }) => taskId === foreign)).toMatchObject({
      number: null,
      applicantName: null,
    });
    expect(answer.results.find(({ taskId }) => taskId === late?.taskId)?.message).toContain(
      world.hospital.name,
    );
    const decided = answer.results.filter(({ ok }) => ok).map(({ taskId }) => taskId);
    expect(await WorkflowTask.countDocuments({ _id: { $in: decided }, outcome: "approve" })).toBe(25);
  });

  it("repeats a chunk row by row when one row of it cannot be decided", async () => {
    const reviewer = await limited(["declarations:review"], doctor);
    const colleague = await newPerson(server.app, world.hospital);
    const asColleague = await personClient(server.app, server.url, colleague);
    const own = await pending();
    const other = await declareOwn({ app: server.app, client: asColleague, person: colleague });
    const taskIds = [own.taskId, await taskOf(asHospital, other.instanceId)];
    const answer = await reviewer.ok(decideTasks, { taskIds, outcome: "approve" });
    expect(answer.results).toMatchObject([
      { ok: false, code: "permission.self_review", number: own.number },
      { ok: true, code: null, number: other.number, applicantName: colleague.name },
    ]);
  });

  it("decides a task once that is named twice", async () => {
    const { taskId, id } = await pending();
    const answer = await asHospital.ok(decideTasks, { taskIds: [taskId, taskId], outcome: "approve" });
    expect(answer).toMatchObject({ succeeded: 1, failed: 0 });
    expect(await AuditEventModel.countDocuments({ type: "task.decided", subjectId: id })).toBe(1);
  });

  it("asks for a reason before anything is decided (400), for rows (400) and for a session (401)", async () => {
    const { taskId } = await pending();
    const before = await state(taskId);
    const reject = await asHospital.call(decideTasks, { taskIds: [taskId], outcome: "reject" });
    expect([reject.status, reject.body.error?.code]).toEqual([400, "task.comment_required"]);
    expect((await asHospital.call(decideTasks, { taskIds: [], outcome: "approve" })).status).toBe(400);
    const tooMany = Array.from({ length: 501 }, () => taskId);
    expect((await asHospital.call(decideTasks, { taskIds: tooMany, outcome: "approve" })).status).toBe(400);
    expect((await server.client().call(decideTasks, { taskIds: [taskId], outcome: "approve" })).status).toBe(
      401,
    );
    expect(await state(taskId)).toEqual(before);
  });

  it("refuses each row without the module", async () => {
    const { taskId } = await pending();
    const answer = await (await limited(["people:query"])).ok(decideTasks, {
      taskIds: [taskId],
      outcome: "approve",
    });
    expect(answer.results).toMatchObject([{ ok: false, code: "permission.denied" }]);
  });
});
