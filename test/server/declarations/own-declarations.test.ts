import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import { DeclarationModel } from "../../../src/models/declaration.ts";
import type { Person } from "../../../src/models/person.ts";
import { WorkflowInstance } from "../../../src/models/workflow-instance.ts";
import { WorkflowTask } from "../../../src/models/workflow-task.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import {
  resubmitDeclaration,
  withdrawDeclaration,
} from "../../../src/shared/contracts/declaration-changes.ts";
import {
  getDeclaration,
  listDeclarations,
  submitDeclarations,
} from "../../../src/shared/contracts/declarations.ts";
import { decideTask } from "../../../src/shared/contracts/workflow.ts";
import {
  approveBy,
  declarationRequest,
  type DeclarationRequest,
  declareOwn,
  taskOf,
} from "../../support/declaring.ts";
import { adminOf, buildFile, newMember, newPerson, personClient } from "../../support/world.ts";
import { statusesOf } from "../../support/answers.ts";
import { useProvince } from "../../support/province.ts";
import { adminClients } from "../../support/applications.ts";

let doctor: Person;
let asDoctor: ApiClient;
let asHospital: ApiClient;
let asAuthority: ApiClient;
let asCity: ApiClient;
let asCompany: ApiClient;
const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

beforeAll(async () => {
  ({ asHospital, asAuthority, asCity, asCompany } = await adminClients(server, world));
});

beforeEach(async () => {
  doctor = await newPerson(server.app, world.hospital);
  asDoctor = await personClient(server.app, server.url, doctor);
});

const declare = (given: Partial<DeclarationRequest> = {}) =>
  declareOwn({ app: server.app, client: asDoctor, person: doctor }, given);

async function reject(instanceId: string, comment = "缺少盖章") {
  await asHospital.ok(decideTask, { id: await taskOf(asHospital, instanceId), outcome: "reject", comment });
}

/** A correction of a declaration: its own content, with changes. */
async function correction(id: string, change: Record<string, unknown> = {}) {
  const stored = await DeclarationModel.findById(id).lean();
  if (stored === null) throw new Error("no such declaration");
  const { title, startDate, endDate, facts, evidence } = stored;
  return { id, title, startDate, endDate, facts, evidence, ...change };
}

/** An employer's declaration for the doctor. */
async function declaredByUnit() {
  const people = [{ personId: doctor._id }];
  const body = await declarationRequest(server.app, world.hospital.adminAccountId, { people });
  const [declared] = (await asHospital.ok(submitDeclarations, body)).declarations;
  if (declared === undefined) throw new Error("nothing was declared");
  return declared;
}

describe("POST /declarations/:id/withdrawal", () => {
  it("ends a pending one, cancels its task and frees the activity (DEC-14, DEC-13)", async () => {
    const body = await declarationRequest(server.app, doctor.accountId);
    const [first] = (await asDoctor.ok(submitDeclarations, body)).declarations;
    await asDoctor.ok(withdrawDeclaration, { id: first?.id ?? "" });
    expect(await DeclarationModel.findById(first?.id ?? "").lean()).toMatchObject({ status: "withdrawn" });
    expect(await WorkflowTask.find({ instanceId: first?.instanceId ?? "" }).lean()).toMatchObject([
      { status: "cancelled" },
    ]);
    expect(
      await AuditEventModel.countDocuments({ type: "declaration.withdrawn", subjectId: first?.id ?? "" }),
    ).toBe(1);
    const again = await asDoctor.call(submitDeclarations, body);
    expect(again.status).toBe(200);
  });

  it("works up to the last step", async () => {
    const { id, instanceId } = await declare();
    await approveBy([asHospital, asAuthority], instanceId);
    await asDoctor.ok(withdrawDeclaration, { id });
    expect(await WorkflowInstance.findById(instanceId).lean()).toMatchObject({
      status: "ended",
    });
  });

  it("gives a rejected one up", async () => {
    const { id, instanceId } = await declare();
    await reject(instanceId);
    await asDoctor.ok(withdrawDeclaration, { id });
    expect(await DeclarationModel.findById(id).lean()).toMatchObject({
      status: "cancelled",
      reason: "缺少盖章",
    });
    expect(await AuditEventModel.countDocuments({ type: "declaration.cancelled", subjectId: id })).toBe(1);
  });

  it("answers 409 after the final approval and after a withdrawal, and changes nothing", async () => {
    const { id, instanceId } = await declare();
    await approveBy([asHospital, asAuthority, asCity], instanceId);
    const answer = await asDoctor.call(withdrawDeclaration, { id });
    expect([answer.status, answer.body.error?.code]).toEqual([409, "declaration.not_withdrawable"]);
    expect(answer.body.error?.message).toMatch(
      /^该申报当前状态为「审核通过」，由 .+（示例）\d+ .+ 于 \d{4}-\d\d-\d\d \d\d:\d\d 办理，不能撤回$/,
    );
    expect(answer.body.error?.message).toContain("审核通过");
    expect(await DeclarationModel.findById(id).lean()).toMatchObject({ status: "approved" });
    const other = await declare();
    await asDoctor.ok(withdrawDeclaration, { id: other.id });
    expect((await asDoctor.call(withdrawDeclaration, { id: other.id })).status).toBe(409);
  });

  it("answers 401, 400, 403 to those who only see it, 404 to others", async () => {
    const { id } = await declare();
    expect((await server.client().call(withdrawDeclaration, { id })).status).toBe(401);
    expect((await asDoctor.call(withdrawDeclaration, { id: "x" })).status).toBe(400);
    expect((await asHospital.call(withdrawDeclaration, { id })).body.error?.code).toBe("permission.denied");
    expect((await asCompany.call(withdrawDeclaration, { id })).body.error?.code).toBe(
      "declaration.not_found",
    );
    const byUnit = await declaredByUnit();
    expect((await asDoctor.call(withdrawDeclaration, { id: byUnit.id })).status).toBe(403);
    expect(await DeclarationModel.findById(id).lean()).toMatchObject({ status: "pending" });
  });
});

describe("POST /declarations/:id/resubmission", () => {
  it("checks a correction anew and starts again at the first step (APR-11, AMB-38)", async () => {
    const { id, instanceId } = await declare();
    await approveBy([asHospital], instanceId);
    const task = await taskOf(asAuthority, instanceId);
    await asAuthority.ok(decideTask, { id: task, outcome: "reject", comment: "天数有误" });
    const stored = await DeclarationModel.findById(id).lean();
    const facts = { ...stored?.facts, days: 2 };
    const row = await asDoctor.ok(
      resubmitDeclaration,
      await correction(id, { facts, endDate: "2026-03-03" }),
    );
    expect(row).toMatchObject({ status: "pending", hours: { public: 0, professional: 18 }, reason: null });
    expect(row.holderName).toBe(world.hospital.name);
    expect(await AuditEventModel.countDocuments({ type: "declaration.resubmitted", subjectId: id })).toBe(1);
    await approveBy([asHospital, asAuthority, asCity], instanceId);
    expect(await DeclarationModel.findById(id).lean()).toMatchObject({
      status: "approved",
      hours: { professional: 18 },
    });
  });

  it("lets the declaring unit correct what it declared, whichever of its administrators does", async () => {
    const { id, instanceId } = await declaredByUnit();
    const task = await taskOf(asAuthority, instanceId);
    await asAuthority.ok(decideTask, { id: task, outcome: "reject", comment: "材料不清晰" });
    const { accountId } = await newPerson(server.app, world.hospital);
    const right = { accountId, role: "employer" as const, modules: ["declarations:submit" as const] };
    const { client: asHelper } = await newMember(server, world.hospital, right);
    expect((await asHelper.call(resubmitDeclaration, await correction(id))).status).toBe(200);
    expect(await taskOf(asAuthority, instanceId)).not.toBe(task);
  });

  it("refuses what a new declaration would be refused for, and leaves it rejected", async () => {
    const { id, instanceId } = await declare();
    await reject(instanceId);
    const foreign = { ...(await buildFile(server.app, world.hospital.adminAccountId)), key: "presented" };
    const body = await correction(id);
    for (const [change, status, code] of [
      [{ evidence: [] }, 400, "declaration.evidence_missing"],
      [{ hours: { public: 0, professional: 99 } }, 400, "declaration.invalid"],
      [{ startDate: "2025-03-02", endDate: "2025-03-04" }, 400, "declaration.invalid"],
      [{ title: "" }, 400, "request.invalid"],
      [{ evidence: [...body.evidence, foreign] }, 404, "file.not_found"],
    ] as const) {
      const answer = await asDoctor.call(resubmitDeclaration, { ...body, ...change });
      expect([answer.status, answer.body.error?.code]).toEqual([status, code]);
    }
    expect(await DeclarationModel.findById(id).lean()).toMatchObject({ status: "rejected" });
    expect(await WorkflowTask.countDocuments({ instanceId, status: "open", elementId: "resubmit" })).toBe(1);
  });

  it("refuses to become another declared activity (409)", async () => {
    const other = await DeclarationModel.findById((await declare()).id).lean();
    const { id, instanceId } = await declare();
    await reject(instanceId);
    const answer = await asDoctor.call(resubmitDeclaration, await correction(id, { facts: other?.facts }));
    expect([answer.status, answer.body.error?.code]).toEqual([409, "declaration.duplicate"]);
  });

  it("answers 409 unless it is rejected, 401, 403 and 404 like the withdrawal", async () => {
    const { id } = await declare();
    const body = await correction(id);
    const answer = await asDoctor.call(resubmitDeclaration, body);
    expect([answer.status, answer.body.error?.code]).toEqual([409, "declaration.not_correctable"]);
    expect((await server.client().call(resubmitDeclaration, body)).status).toBe(401);
    expect((await asHospital.call(resubmitDeclaration, body)).status).toBe(403);
    expect((await asCompany.call(resubmitDeclaration, body)).status).toBe(404);
  });

  it("lets one of two simultaneous corrections through", async () => {
    const { id, instanceId } = await declare();
    await reject(instanceId);
    const body = await correction(id);
    const answers = await Promise.all([
      asDoctor.call(resubmitDeclaration, body),
      asDoctor.call(resubmitDeclaration, body),
    ]);
    expect(statusesOf(answers)).toEqual([200, 409]);
    expect(await WorkflowTask.countDocuments({ instanceId, status: "open" })).toBe(1);
  });
});

describe("GET /declarations", () => {
  it("shows a person all that concerns him, with the organization that holds it (PER-08, APR-04)", async () => {
    const own = await declare();
    const byUnit = await declaredByUnit();
    const { rows, total } = await asDoctor.ok(listDeclarations, {});
    expect(total).toBe(2);
    const holders = new Map(rows.map(({ id, holderName }) => [id, holderName]));
    expect(holders.get(own.id)).toBe(world.hospital.name);
    expect(holders.get(byUnit.id)).toBe(world.authority.name);
  });

  it("shows a unit what it declared itself, by status, year, form, person and text (DEC-07)", async () => {
    await declare();
    const byUnit = await declaredByUnit();
    const filters = [
      { status: "pending" as const },
      { year: 2026 },
      { form: "04" },
      { personId: doctor._id },
      { q: doctor.name },
      { q: byUnit.number },
    ];
    for (const filter of filters) {
      const { rows } = await asHospital.ok(listDeclarations, { ...filter, pageSize: 200 });
      expect(rows.map(({ id }) => id)).toContain(byUnit.id);
      expect(rows.every(({ origin }) => origin === "employer" || filter.personId !== undefined)).toBe(true);
    }
    for (const filter of [{ status: "approved" as const }, { year: 2020 }, { form: "07" }, { q: ".*" }]) {
      const { rows } = await asHospital.ok(listDeclarations, { ...filter, pageSize: 200 });
      expect(rows.map(({ id }) => id)).not.toContain(byUnit.id);
    }
  });

  it("shows a superior all declarations of one of its people, and nothing of others'", async () => {
    const own = await declare();
    const { rows } = await asCity.ok(listDeclarations, { personId: doctor._id });
    expect(rows.map(({ id }) => id)).toEqual([own.id]);
    expect((await asCompany.ok(listDeclarations, { personId: doctor._id })).rows).toEqual([]);
  });

  it("answers 400, 401 and 403", async () => {
    expect((await asDoctor.call(listDeclarations, { pageSize: 201 })).status).toBe(400);
    expect((await asDoctor.call(listDeclarations, { status: "lost" })).status).toBe(400);
    expect((await server.client().call(listDeclarations, {})).status).toBe(401);
    expect((await asCity.call(listDeclarations, {})).status).toBe(403);
  });
});

describe("GET /declarations/:id", () => {
  it("shows the reviewer facts in words, the calculation, its clauses and the evidence (APR-10)", async () => {
    const { id } = await declare();
    const view = await asHospital.ok(getDeclaration, { id });
    expect(view.facts).toContainEqual({ name: "level", title: expect.any(String), value: "国家部委" });
    expect(view.facts).toContainEqual({ name: "presented", title: expect.any(String), value: "是" });
    expect(view.trace.text).toContain("24");
    expect(view.trace.pack.id).toBeTruthy();
    expect(view.evidence.map(({ title }) => title)).toContain("会议通知");
    expect(view).toMatchObject({ canWithdraw: false, canResubmit: false, holderName: world.hospital.name });
  });

  it("tells the declarant what he may do now", async () => {
    const { id, instanceId } = await declare();
    expect(await asDoctor.ok(getDeclaration, { id })).toMatchObject({
      canWithdraw: true,
      canResubmit: false,
    });
    await reject(instanceId);
    expect(await asDoctor.ok(getDeclaration, { id })).toMatchObject({ canWithdraw: true, canResubmit: true });
  });

  it("answers 404 to everybody outside of the scope, 400 and 401", async () => {
    const { id } = await declare();
    const colleague = await newPerson(server.app, world.hospital);
    const asColleague = await personClient(server.app, server.url, colleague);
    const asElsewhere = await adminOf(server.app, server.url, world.elsewhere);
    for (const stranger of [asCompany, asColleague, asElsewhere])
      expect((await stranger.call(getDeclaration, { id })).status).toBe(404);
    expect((await asCity.call(getDeclaration, { id })).status).toBe(200);
    expect((await asDoctor.call(getDeclaration, { id: "../tasks" })).status).toBe(400);
    expect((await server.client().call(getDeclaration, { id })).status).toBe(401);
  });
});
