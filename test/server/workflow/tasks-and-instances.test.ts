import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Person } from "../../../src/models/person.ts";
import { WorkflowTask } from "../../../src/models/workflow-task.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import type { Module } from "../../../src/shared/modules.ts";
import { withdrawDeclaration } from "../../../src/shared/contracts/declaration-changes.ts";
import {
  countTasks,
  decideTask,
  getInstance,
  getTask,
  listTasks,
} from "../../../src/shared/contracts/workflow.ts";
import { approveBy, type DeclarationRequest, declareOwn, taskOf } from "../../support/declaring.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import {
  adminOf,
  buildUnit,
  buildWorld,
  inTransaction,
  newMember,
  newPerson,
  personClient,
  type World,
} from "../../support/world.ts";
import { adminClients } from "../../support/applications.ts";

const clock = fixedClock("2026-11-23T02:00:00Z");
let server: TestServer;
let world: World;
let doctor: Person;
let asDoctor: ApiClient;
let asHospital: ApiClient;
let asAuthority: ApiClient;
let asCity: ApiClient;

beforeAll(async () => {
  server = await startTestServer({ clock });
});

afterAll(() => server.close());

// A province of its own for each test, so that counts are exact.
beforeEach(async () => {
  world = await buildWorldAgain();
  const { app, url } = server;
  ({ asHospital, asAuthority, asCity } = await adminClients(server, world));
  doctor = await newPerson(app, world.hospital);
  asDoctor = await personClient(app, url, doctor);
});

let first: World | null = null;
/** Bureaus are one a region, so later worlds share the first one's and get units of their own. */
async function buildWorldAgain(): Promise<World> {
  if (first === null) {
    first = await buildWorld(server.app);
    return first;
  }
  const { city, county } = first;
  const units = await inTransaction(server.app, async (ctx) => {
    const authority = await buildUnit(ctx, { kind: "authority", regionCode: "410100" }, city);
    const hospital = await buildUnit(ctx, { kind: "employer", regionCode: "410100" }, authority);
    const company = await buildUnit(ctx, { kind: "employer", regionCode: "410105" }, county);
    return { authority, hospital, company };
  });
  return { ...first, ...units };
}

const declare = (given: Partial<DeclarationRequest> = {}) =>
  declareOwn({ app: server.app, client: asDoctor, person: doctor }, given);

async function limited(modules: Module[]) {
  const { accountId } = await newPerson(server.app, world.company);
  return (await newMember(server, world.hospital, { accountId, role: "employer", modules })).client;
}

describe("GET /tasks", () => {
  it("lists what waits for the organization, newest first, with what the page needs", async () => {
    const older = await declare();
    clock.set(new Date(clock.now().getTime() + 60_000));
    const newer = await declare({ form: "05" });
    const { rows, total, totalIsExact } = await asHospital.ok(listTasks, {});
    expect([total, totalIsExact]).toEqual([2, true]);
    expect(rows.map(({ number }) => number)).toEqual([newer.number, older.number]);
    expect(rows[0]).toMatchObject({
      processName: "学时申报",
      applicantName: doctor.name,
      organizationName: world.hospital.name,
      formName: "课题研究与项目开发",
      hours: { public: 0, professional: 60 },
      year: 2026,
      status: "open",
      canDecide: true,
      canReduceHours: true,
      holderName: world.hospital.name,
      outcomes: [
        { value: "approve", name: "通过" },
        { value: "reject", name: "驳回" },
      ],
    });
    expect(rows[0]?.dueAt).not.toBeNull();
    expect(rows[1]).toMatchObject({ canReduceHours: false });
  });

  it("pages, filters by process, year, origin, name and number", async () => {
    const declared = [];
    for (let index = 0; index < 5; index += 1) declared.push(await declare());
    const page = await asHospital.ok(listTasks, { page: 2, pageSize: 2 });
    expect([page.rows.length, page.total, page.page]).toEqual([2, 5, 2]);
    const beyond = await asHospital.ok(listTasks, { page: 9, pageSize: 2 });
    expect([beyond.rows.length, beyond.total]).toEqual([0, 5]);
    const count = async (query: Record<string, unknown>) =>
      (await asHospital.call(listTasks, query)).body.total;
    expect(await count({ processKey: "declaration" })).toBe(5);
    expect(await count({ processKey: "person-registration" })).toBe(0);
    expect(await count({ year: 2026 })).toBe(5);
    expect(await count({ year: 2025 })).toBe(0);
    expect(await count({ origin: "other" })).toBe(5);
    expect(await count({ origin: "base" })).toBe(0);
    expect(await count({ q: doctor.name })).toBe(5);
    expect(await count({ q: "(" })).toBe(0);
    expect(await count({ q: declared[3]?.number })).toBe(1);
  });

  it("keeps what was decided in 已办, with decision and reason", async () => {
    const { instanceId } = await declare();
    const id = await taskOf(asHospital, instanceId);
    await asHospital.ok(decideTask, { id, outcome: "reject", comment: "缺少盖章" });
    expect((await asHospital.ok(listTasks, {})).rows).toEqual([]);
    const { rows } = await asHospital.ok(listTasks, { box: "done" });
    expect(rows).toMatchObject([
      { id, status: "decided", outcome: "reject", comment: "缺少盖章", canDecide: false },
    ]);
    const own = await asDoctor.ok(listTasks, { box: "todo" });
    expect(own.rows).toMatchObject([
      { stepName: "修改后重新提交", canDecide: true, holderName: doctor.name },
    ]);
  });

  it("shows what one has started, with its present holder", async () => {
    const { instanceId } = await declare();
    await approveBy([asHospital], instanceId);
    const { rows } = await asDoctor.ok(listTasks, { box: "started" });
    expect(rows).toMatchObject([
      { instanceId, status: "open", holderName: world.authority.name, canDecide: false },
    ]);
    expect((await asDoctor.ok(listTasks, { box: "started", year: 2020 })).rows).toEqual([]);
  });

  it("shows an administrator only tasks of his modules (ROL-03)", async () => {
    const plain = await declare();
    const base = await declare();
    await WorkflowTask.updateMany({ instanceId: base.instanceId }, { $set: { origin: "base" } });
    const seen = async (modules: Parameters<typeof limited>[0]) =>
      (await (await limited(modules)).ok(listTasks, {})).rows.map(({ instanceId }) => instanceId);
    expect(await seen(["declarations:review"])).toEqual([plain.instanceId]);
    expect(await seen(["declarations:review-base"])).toEqual([base.instanceId]);
    expect((await seen(["declarations:review", "declarations:review-base"])).length).toBe(2);
    expect(await seen(["people:query"])).toEqual([]);
    const reviewer = await limited(["declarations:review"]);
    expect((await reviewer.ok(listTasks, { q: doctor.name })).rows.length).toBe(1);
  });

  it("answers 400 and 401", async () => {
    for (const query of [
      { box: "all" },
      { page: 0 },
      { pageSize: 1000 },
      { year: "x" },
      { processKey: "none" },
    ])
      expect((await asHospital.call(listTasks, query)).status).toBe(400);
    expect((await server.client().call(listTasks, {})).status).toBe(401);
  });
});

describe("GET /tasks/counts", () => {
  it("counts by process and year exactly what the lists then show (NAV-09, APR-09)", async () => {
    const past = await declare();
    await declare();
    await declare();
    await WorkflowTask.updateMany({ instanceId: past.instanceId }, { $set: { year: 2024 } });
    const counts = await asHospital.ok(countTasks, {});
    expect(counts).toMatchObject({ total: 3, totalIsExact: true });
    expect(counts.groups).toEqual([
      { processKey: "declaration", processName: "学时申报", year: 2026, count: 2, approvalLimit: null },
      { processKey: "declaration", processName: "学时申报", year: 2024, count: 1, approvalLimit: null },
    ]);
    for (const { processKey, year, count } of counts.groups) {
      const list = await asHospital.call(listTasks, { processKey, year });
      expect(list.body.total).toBe(count);
    }
    expect((await asHospital.ok(listTasks, {})).total).toBe(3);
  });

  it("counts nothing without a module for it, and asks for a session (401)", async () => {
    await declare();
    expect(await (await limited(["people:query"])).ok(countTasks, {})).toMatchObject({
      total: 0,
      groups: [],
    });
    expect((await server.client().call(countTasks, {})).status).toBe(401);
  });
});

describe("GET /tasks/:id", () => {
  it("answers the holder; 400, 401, 404 to others", async () => {
    const { instanceId } = await declare();
    const id = await taskOf(asHospital, instanceId);
    expect(await asHospital.ok(getTask, { id })).toMatchObject({ id, instanceId, canDecide: true });
    expect((await asAuthority.call(getTask, { id })).body.error?.code).toBe("task.not_found");
    expect((await asDoctor.call(getTask, { id })).status).toBe(404);
    expect((await asHospital.call(getTask, { id: "1" })).status).toBe(400);
    expect((await server.client().call(getTask, { id })).status).toBe(401);
  });
});

describe("GET /instances/:id", () => {
  it("shows progress along the route, the present holder and whom to call (APR-04, APR-05)", async () => {
    const { instanceId, number } = await declare();
    await approveBy([asHospital], instanceId);
    clock.set(new Date(clock.now().getTime() + 3_600_000));
    const view = await asDoctor.ok(getInstance, { id: instanceId });
    expect(view).toMatchObject({ number, status: "open", statusName: "办理中", processName: "学时申报" });
    expect(view.steps.map(({ name, state }) => [name, state])).toEqual([
      ["用人单位审核", "done"],
      ["主管部门审核", "current"],
      ["人社部门审核", "waiting"],
    ]);
    expect(view.steps[1]).toMatchObject({
      organizationName: world.authority.name,
      phone: world.authority.phone,
      dwellSeconds: 3600,
    });
  });

  it("tells the whole history with words, persons and dwell times", async () => {
    const { instanceId, id } = await declare();
    await asHospital.ok(decideTask, {
      id: await taskOf(asHospital, instanceId),
      outcome: "reject",
      comment: "缺少盖章",
    });
    const rejected = await asDoctor.ok(getInstance, { id: instanceId });
    expect(rejected.steps.map(({ name, state }) => [name, state])).toEqual([
      ["用人单位审核", "rejected"],
      ["主管部门审核", "waiting"],
      ["人社部门审核", "waiting"],
      ["修改后重新提交", "current"],
    ]);
    await asDoctor.ok(withdrawDeclaration, { id });
    const view = await asDoctor.ok(getInstance, { id: instanceId });
    expect(view).toMatchObject({ status: "completed", statusName: "已撤回" });
    expect(view.history.map(({ name, outcomeName, comment }) => [name, outcomeName, comment])).toEqual([
      ["提交", "", null],
      ["确定审核路线", "逐级审核", null],
      ["逐级审核学时", "驳回", "缺少盖章"],
      ["修改后重新提交", "放弃申报", null],
    ]);
    expect(view.history[2]).toMatchObject({ organizationName: world.hospital.name, dwellSeconds: 0 });
  });

  it("colours the diagram that the instance was started with", async () => {
    const { instanceId } = await declare();
    const view = await asHospital.ok(getInstance, { id: instanceId });
    expect(view.xml).toContain('<bpmn:process id="declaration"');
    expect(view.definitionHash).toMatch(/^[0-9a-f]{64}$/);
    expect(view.definitionVersion).toBe(1);
    const states = new Map(view.elements.map(({ id, state }) => [id, state]));
    expect(states.get("submitted")).toBe("done");
    expect(states.get("review")).toBe("active");
    expect(states.has("credit")).toBe(false);
    expect(view.elements.find(({ id }) => id === "review")?.label).toBe(world.hospital.name);
  });

  it("is open to the route, its inspectors and auditors, and does not exist for others (404)", async () => {
    const { app, url } = server;
    const { instanceId: id } = await declare();
    const { client: asAuditor } = await newMember(server, world.province, {
      accountId: (await newPerson(app, world.company)).accountId,
      role: "auditor",
      modules: ["workflow:inspect", "audit:read"],
    });
    const asProvince = await adminOf(app, url, world.province);
    for (const reader of [asDoctor, asHospital, asAuthority, asCity, asProvince, asAuditor])
      expect((await reader.call(getInstance, { id })).status).toBe(200);
    const colleague = await newPerson(app, world.hospital);
    for (const stranger of [
      await adminOf(app, url, world.company),
      await adminOf(app, url, world.elsewhere),
      await personClient(app, url, colleague),
    ])
      expect((await stranger.call(getInstance, { id })).body.error?.code).toBe("instance.not_found");
  });

  it("answers 400 and 401", async () => {
    expect((await asDoctor.call(getInstance, { id: "x" })).status).toBe(400);
    expect((await server.client().call(getInstance, { id: "0".repeat(24) })).status).toBe(401);
  });
});
