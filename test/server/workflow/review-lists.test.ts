import ExcelJS from "exceljs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApplicationModel } from "../../../src/models/application.ts";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import { DeclarationModel } from "../../../src/models/declaration.ts";
import type { Person } from "../../../src/models/person.ts";
import { MembershipModel } from "../../../src/models/membership.ts";
import { keepRightToExport } from "../../../src/models/migrations/20261124-5-keep-right-to-export.ts";
import { WorkflowTask } from "../../../src/models/workflow-task.ts";
import type { Actor, CommandContext } from "../../../src/server/command-context.ts";
import { makeContext, systemCaller } from "../../../src/server/run-command.ts";
import { applicationFilter } from "../../../src/server/queries/applications/list-applications.ts";
import { declarationFilter } from "../../../src/server/queries/declarations/list-declarations.ts";
import { boxFilter, indexFor, newestFirst } from "../../../src/server/queries/workflow/box-filter.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { listApplications } from "../../../src/shared/contracts/applications.ts";
import { listDeclarations, submitDeclarations } from "../../../src/shared/contracts/declarations.ts";
import {
  exportApplications,
  exportDeclarations,
  exportTasks,
  findApplications,
  findDeclarations,
  findTasks,
  mostExportedRows,
} from "../../../src/shared/contracts/review-lists.ts";
import { submitProfileChange } from "../../../src/shared/contracts/profile-changes.ts";
import { decideTask, listTasks } from "../../../src/shared/contracts/workflow.ts";
import { newId } from "../../../src/shared/ids.ts";
import { modulesOfRole } from "../../../src/shared/modules.ts";
import { declarationRequest, declareOwn, taskOf } from "../../support/declaring.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import {
  adminOf,
  newMember,
  buildPerson,
  buildWorld,
  freshIdNumber,
  inTransaction,
  personClient,
  type World,
} from "../../support/world.ts";

type Known = Person & { idNumber: string };

const surgery = "a".repeat(24);
const pharmacy = "b".repeat(24);
let now = new Date("2026-11-23T02:00:00Z");
let server: TestServer;
let world: World;
let surgeon: Known;
let pharmacist: Known;
let hospital: ApiClient;
let company: ApiClient;

beforeAll(async () => {
  server = await startTestServer({ clock: { now: () => now } });
  const { app, url } = server;
  world = await buildWorld(app);
  hospital = await adminOf(app, url, world.hospital);
  company = await adminOf(app, url, world.company);
  surgeon = await personOf(surgery, "赵外科");
  pharmacist = await personOf(pharmacy, "钱药剂");
  for (const person of [surgeon, pharmacist]) {
    const client = await personClient(app, url, person);
    await declareOwn({ app, client, person });
    await client.ok(submitProfileChange, { changes: { school: "郑州大学" }, attachments: [] } as never);
  }
  const { evidence, ...request } = await declarationRequest(app, world.hospital.adminAccountId);
  const people = [{ personId: surgeon._id }, { personId: pharmacist._id }];
  now = new Date("2026-11-24T02:00:00Z");
  await hospital.ok(submitDeclarations, { ...request, evidence, people });
});
afterAll(() => server.close());

function personOf(departmentId: string, name: string): Promise<Known> {
  return inTransaction(server.app, (ctx) => buildPerson(ctx, world.hospital, { departmentId, name }));
}

/** The lines of a workbook that an export answers with, its heading first. */
async function workbook(
  client: ApiClient,
  contract: { path: string },
  body: object,
): Promise<{ name: string; lines: unknown[][] }> {
  const answer = await fetch(`${server.url}/api${contract.path}`, {
    method: "POST",
    headers: { cookie: client.cookie, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect([answer.status, answer.headers.get("content-type")]).toEqual([
    200,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  ]);
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(await answer.arrayBuffer());
  const lines: unknown[][] = [];
  book.worksheets[0]?.eachRow((row) => lines.push((row.values as unknown[]).slice(1)));
  return { name: decodeURIComponent(answer.headers.get("content-disposition") ?? ""), lines };
}

async function exportEvents() {
  return await AuditEventModel.find({ type: "records.exported" }, { data: 1, actorId: 1 }).lean();
}

describe("POST /tasks/look-up", () => {
  it("finds one person's tasks by ID number, of all kinds, in the holder's own list only", async () => {
    const found = await hospital.ok(findTasks, { idNumber: surgeon.idNumber });
    expect(found.rows.map(({ processKey }) => processKey).toSorted()).toEqual([
      "declaration",
      "profile-change",
    ]);
    expect(found.total).toBe(2);
    expect(new Set(found.rows.map(({ applicantName }) => applicantName))).toEqual(new Set([surgeon.name]));
    const narrowed = { idNumber: surgeon.idNumber, processKey: "declaration", pageSize: 1 };
    expect((await hospital.ok(findTasks, narrowed)).total).toBe(1);
    for (const client of [company, await personClient(server.app, server.url, pharmacist)])
      expect((await client.ok(findTasks, { idNumber: surgeon.idNumber })).rows).toEqual([]);
    expect((await hospital.ok(findTasks, { idNumber: freshIdNumber() })).rows).toEqual([]);
  });

  it("takes ID number, number and name together", async () => {
    const [task] = (await hospital.ok(findTasks, { idNumber: surgeon.idNumber })).rows;
    const number = task?.number ?? "";
    expect((await hospital.ok(findTasks, { idNumber: surgeon.idNumber, q: number })).total).toBe(1);
    expect((await hospital.ok(findTasks, { idNumber: pharmacist.idNumber, q: number })).total).toBe(0);
    expect((await hospital.ok(findTasks, { idNumber: surgeon.idNumber, q: "钱药" })).total).toBe(0);
  });

  it("answers 400 to a wrong ID number and 401 without a session", async () => {
    const { status, body } = await hospital.call(findTasks, { idNumber: "410105198003070011" });
    expect([status, body.error?.code]).toEqual([400, "request.invalid"]);
    expect(body.error?.message).not.toContain("410105198003070011");
    expect((await server.client().call(findTasks, {})).status).toBe(401);
  });
});

describe("lists by department, day and name", () => {
  it("to-do list: the department that the person was in, also after the first step and in 已办", async () => {
    const inSurgery = await hospital.ok(listTasks, { departmentId: surgery });
    expect(inSurgery.total).toBe(2);
    expect(new Set(inSurgery.rows.map(({ applicantName }) => applicantName))).toEqual(
      new Set([surgeon.name]),
    );
    const { instanceId } = inSurgery.rows.find(({ processKey }) => processKey === "declaration") ?? {
      instanceId: "",
    };
    await hospital.ok(decideTask, { id: await taskOf(hospital, instanceId), outcome: "approve" });
    const done = await hospital.ok(listTasks, { box: "done", departmentId: surgery });
    expect(done.rows.map((row) => row.instanceId)).toEqual([instanceId]);
    const authority = await adminOf(server.app, server.url, world.authority);
    const above = await authority.ok(listTasks, { departmentId: surgery });
    expect(above.rows.map((row) => row.instanceId)).toContain(instanceId);
    expect((await hospital.ok(listTasks, { box: "done", departmentId: pharmacy })).total).toBe(0);
  });

  it("declarations of a unit: by department, day, name and ID number together", async () => {
    const count = async (query: object) => (await hospital.ok(listDeclarations, query)).total;
    expect(await count({})).toBe(2);
    expect(await count({ departmentId: pharmacy })).toBe(1);
    expect(await count({ from: "2026-11-24", to: "2026-11-24" })).toBe(2);
    expect(await count({ to: "2026-11-23" })).toBe(0);
    expect(await count({ q: "钱药" })).toBe(1);
    const found = await hospital.ok(findDeclarations, { idNumber: pharmacist.idNumber, status: "pending" });
    expect(found.rows.map(({ personId }) => personId)).toEqual([pharmacist._id]);
    expect(
      (await hospital.ok(findDeclarations, { idNumber: pharmacist.idNumber, departmentId: surgery })).total,
    ).toBe(0);
    expect((await company.ok(findDeclarations, { idNumber: pharmacist.idNumber })).total).toBe(0);
  });

  it("applications: by department, day, name, number and ID number", async () => {
    const all = await hospital.ok(listApplications, { kind: "profile-change" });
    const count = async (query: object) => (await hospital.ok(listApplications, query)).total;
    expect(all.total).toBe(2);
    expect(await count({ departmentId: surgery })).toBe(1);
    expect(await count({ q: "赵" })).toBe(1);
    expect(await count({ q: all.rows[0]?.number ?? "" })).toBe(1);
    expect(await count({ from: "2026-11-24" })).toBe(0);
    expect(await count({ from: "2026-11-23", to: "2026-11-23" })).toBe(2);
    expect((await hospital.ok(findApplications, { idNumber: surgeon.idNumber })).total).toBe(1);
    const authority = await adminOf(server.app, server.url, world.authority);
    expect((await authority.ok(listApplications, { box: "below", q: "钱药剂" })).total).toBe(1);
    expect((await company.ok(findApplications, { box: "below", idNumber: surgeon.idNumber })).total).toBe(0);
  });

  it("never show a professional what is another's, whatever he asks for", async () => {
    const client = await personClient(server.app, server.url, surgeon);
    const others = { personId: pharmacist._id };
    const own = new Set([surgeon._id]);
    for (const { rows } of [
      await client.ok(listApplications, others),
      await client.ok(findApplications, { idNumber: pharmacist.idNumber }),
      await client.ok(listDeclarations, others),
      await client.ok(findDeclarations, { idNumber: pharmacist.idNumber }),
    ])
      for (const { personId } of rows) expect(own.has(personId ?? "")).toBe(true);
    expect((await client.ok(findDeclarations, { idNumber: pharmacist.idNumber })).total).toBe(0);
    expect((await client.ok(findDeclarations, { idNumber: surgeon.idNumber })).total).toBe(2);
  });

  it("answer 400 to what is no day and no department, 401 without a session", async () => {
    for (const contract of [listTasks, listDeclarations, listApplications])
      for (const query of [{ from: "昨天" }, { departmentId: "外科" }])
        expect((await hospital.call(contract, query)).status).toBe(400);
    for (const contract of [findDeclarations, findApplications])
      expect((await server.client().call(contract, {})).status).toBe(401);
  });
});

describe("exports", () => {
  it("write what the filter finds, with masked ID numbers, and record who took it without its values", async () => {
    const before = (await exportEvents()).length;
    const { name, lines } = await workbook(hospital, exportDeclarations, {
      idNumber: pharmacist.idNumber,
      status: "pending",
    });
    expect(name).toContain("学时申报记录-2026-11-24.xlsx");
    const [header, ...rows] = lines;
    expect(rows.length).toBe(1);
    const line = Object.fromEntries((header ?? []).map((title, index) => [String(title), rows[0]?.[index]]));
    expect(line).toMatchObject({
      姓名: pharmacist.name,
      身份证号: pharmacist.maskedIdNumber,
      状态: "待审核",
      计入科目: "专业课",
      提交时间: "2026-11-24 10:00",
    });
    expect(line["专业学时"]).toBeGreaterThan(0);
    const events = await exportEvents();
    expect(events.length).toBe(before + 1);
    expect(events.at(-1)).toMatchObject({
      actorId: world.hospital.adminAccountId,
      data: { list: "declarations", rows: 1, filters: ["status", "idNumber"] },
    });
    expect(JSON.stringify(events)).not.toContain(pharmacist.idNumber);
  });

  it("of tasks and of applications show what their lists show", async () => {
    const todo = await hospital.ok(listTasks, { departmentId: pharmacy });
    const tasks = await workbook(hospital, exportTasks, { departmentId: pharmacy });
    expect(tasks.lines.length - 1).toBe(todo.total);
    expect(tasks.lines.slice(1).map(([number]) => number)).toEqual(todo.rows.map(({ number }) => number));
    expect(tasks.lines.flat()).toContain("人员信息修改");
    const done = await workbook(hospital, exportTasks, { box: "done" });
    expect(done.lines.flat()).toContain("通过");
    const applications = await workbook(hospital, exportApplications, { kind: "profile-change" });
    expect(new Set(applications.lines.slice(1).map((line) => line[3]))).toEqual(
      new Set([surgeon.name, pharmacist.name]),
    );
  });

  it("guard texts that could run as formulas", async () => {
    const row = await DeclarationModel.findOne({ declaredByOrganizationId: world.hospital._id }).lean();
    await DeclarationModel.updateOne({ _id: row?._id ?? "" }, { $set: { title: "=HYPERLINK(1)" } });
    const { lines } = await workbook(hospital, exportDeclarations, {});
    expect(lines.flat()).toContain("'=HYPERLINK(1)");
  });

  it("of more rows than one workbook takes are refused and leave no event (400)", async () => {
    const original = await DeclarationModel.findOne({ declaredByOrganizationId: world.hospital._id }).lean();
    const copies = Array.from({ length: mostExportedRows }, (_, index) => ({
      ...original,
      ...fresh(`SB20250101-${String(index).padStart(6, "0")}`),
      // Nobody whom another test looks up.
      ...{ year: 2025, departmentId: "c".repeat(24), personId: "d".repeat(24) },
      trace: null,
    }));
    await DeclarationModel.collection.insertMany(copies as never[]);
    const before = (await exportEvents()).length;
    expect(await refusal(hospital, exportDeclarations)).toMatchObject({
      status: 400,
      code: "export.too_many_rows",
      message: expect.stringContaining("10000条"),
    });
    expect((await exportEvents()).length).toBe(before);
    const { lines } = await workbook(hospital, exportDeclarations, { year: 2025 });
    expect(lines.length).toBe(mostExportedRows + 1);
  }, 60_000);

  it("are for administrators: 403 to a professional and without the module, 401 without a session", async () => {
    const client = await personClient(server.app, server.url, surgeon);
    for (const contract of [exportTasks, exportDeclarations, exportApplications]) {
      expect(await refusal(client, contract)).toMatchObject({ status: 403, code: "permission.denied" });
      expect((await server.client().call(contract, {})).status).toBe(401);
    }
    const city = await adminOf(server.app, server.url, world.city);
    expect((await city.call(exportDeclarations, {})).status).toBe(403);
  });

  it("need a right of their own: who may see a list may not yet take it away (403, ROL-06)", async () => {
    const right = { role: "employer" as const, modules: ["declarations:submit" as const] };
    const { client } = await newMember(server, world.hospital, right);
    for (const contract of [exportTasks, exportDeclarations, exportApplications])
      expect(await refusal(client, contract)).toMatchObject({ status: 403, code: "permission.denied" });
    expect((await client.ok(findDeclarations, {})).rows.length).toBeGreaterThan(0);
    // Whoever could export before there was the right still can, as often as the migration runs.
    for (let time = 0; time < 2; time += 1) await keepRightToExport();
    const { name } = await workbook(client, exportTasks, {});
    expect(name).toContain(".xlsx");
    const kept = await MembershipModel.findOne({
      organizationId: world.hospital._id,
      modules: "records:export",
    });
    expect(kept?.modules).toEqual(["declarations:submit", "records:export"]);
  });
});

describe("with thousands of others about", () => {
  const others = 3000;

  beforeAll(async () => {
    const task = await WorkflowTask.findOne({ "candidate.id": world.hospital._id, status: "open" }).lean();
    const application = await ApplicationModel.findOne({ organizationId: world.hospital._id }).lean();
    const tasks = [];
    const applications = [];
    const someoneElse = { personId: newId(now), personName: "孙", openKey: null };
    for (let index = 0; index < others; index += 1) {
      const number = `SQ20250101-${String(index).padStart(6, "0")}`;
      const elsewhere = { departmentId: "c".repeat(24), createdAt: new Date("2025-01-01T00:00:00Z") };
      tasks.push({ ...task, ...fresh(number), ...elsewhere, applicantName: "孙" });
      const at = { submittedAt: new Date("2025-01-01T00:00:00Z"), departmentId: "c".repeat(24) };
      applications.push({ ...application, ...fresh(number), ...at, ...someoneElse });
    }
    await WorkflowTask.collection.insertMany(tasks as never[]);
    await ApplicationModel.collection.insertMany(applications as never[]);
  }, 60_000);

  it.each([
    ["department", () => ({ departmentId: surgery })],
    ["day", () => ({ from: "2026-11-23" })],
    ["ID number", () => ({ idNumber: surgeon.idNumber })],
  ])("the to-do list by %s looks at what it finds, not at the rest", async (_name, search) => {
    const input = { box: "todo" as const, ...search() };
    const filter = await boxFilter(asHospital(), input);
    const found = WorkflowTask.find(filter, null, indexFor(input)).sort(newestFirst(input));
    expect(await examined(found)).toBeLessThan(20);
  });

  it("the to-do list by ID number looks at what it finds also where the person has hundreds of items", async () => {
    const busy = await personOf(surgery, "忙");
    const declaration = await DeclarationModel.findOne({ personId: surgeon._id }).lean();
    const open = { "candidate.id": world.hospital._id, status: "open" as const, applicantName: "孙" };
    const held = await WorkflowTask.find(open, { instanceId: 1 }).limit(3).lean();
    const items = Array.from({ length: 450 }, (_, index) => ({
      ...declaration,
      ...fresh(`SB20250102-${String(index).padStart(6, "0")}`),
      personId: busy._id,
      duplicateKey: null,
      // The holder has three of them, far apart.
      ...(index % 200 === 0 ? { instanceId: held[index / 200]?.instanceId } : {}),
    }));
    await DeclarationModel.collection.insertMany(items as never[]);
    const input = { box: "todo" as const, idNumber: busy.idNumber };
    // Signed in anew: the tests above moved the clock.
    const { rows } = await (await adminOf(server.app, server.url, world.hospital)).ok(findTasks, input);
    expect(rows.map(({ id }) => id).toSorted()).toEqual(held.map(({ _id }) => _id).toSorted());
    const filter = await boxFilter(asHospital(), input);
    const found = WorkflowTask.find(filter, null, indexFor(input)).sort(newestFirst(input));
    expect(await examined(found)).toBeLessThan(20);
  });

  it.each([
    ["department", () => ({ departmentId: pharmacy })],
    ["day", () => ({ from: "2026-11-25" })],
    ["ID number", () => ({ idNumber: freshIdNumber() })],
  ])("declarations of a unit by %s: the same", async (name, search) => {
    const filter = await declarationFilter(asHospital(), { ...search(), year: 2026 });
    const looked = await examined(DeclarationModel.find(filter).sort({ submittedAt: -1 }));
    expect(looked, name).toBeLessThan(20);
  });

  it.each([
    ["department", () => ({ departmentId: surgery })],
    ["day", () => ({ from: "2026-11-23" })],
    ["name", () => ({ q: "赵外" })],
    ["ID number", () => ({ idNumber: surgeon.idNumber })],
  ])("applications of a whole scope by %s: the same", async (_name, search) => {
    const filter = await applicationFilter(asHospital(), { box: "below", ...search() });
    expect(await examined(ApplicationModel.find(filter).sort({ submittedAt: -1 }))).toBeLessThan(20);
  });

  it("the first page of all kinds of applications needs no sorting", async () => {
    const filter = await applicationFilter(asHospital(), { box: "below" });
    expect(await examined(ApplicationModel.find(filter).sort({ submittedAt: -1 }).limit(20))).toBeLessThan(
      50,
    );
  });
});

/** Status and code of an export that is refused. */
async function refusal(
  client: ApiClient,
  contract: { path: string },
): Promise<{ status: number; code: unknown; message: string }> {
  const { status, body } = await client.raw("POST", `/api${contract.path}`, {
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  const { code, message } = body["error"] as { code: string; message: string };
  return { status, code, message };
}

/** What must be a row's own in a copy. */
function fresh(number: string) {
  return { _id: newId(now), number, duplicateKey: null, duplicateKeys: [], instanceId: newId(now) };
}

interface Explained {
  explain(verbosity: string): PromiseLike<unknown>;
}

/** How many documents the database looks at for a query. */
async function examined(query: Explained): Promise<number> {
  const answer = (await query.explain("executionStats")) as {
    executionStats: { totalDocsExamined: number };
  };
  return answer.executionStats.totalDocsExamined;
}

function asHospital(): CommandContext {
  const { _id: organizationId, name: organizationName, adminAccountId: accountId } = world.hospital;
  const actor: Actor = {
    accountId,
    organizationId,
    organizationName,
    sessionId: "",
    name: "管理员",
    maskedIdNumber: "",
    role: "employer",
    roleKey: "",
    personId: null,
    isSuperAdministrator: true,
    modules: new Set(modulesOfRole.employer),
    mustChangePassword: false,
  };
  return makeContext(server.app, { ...systemCaller("test"), actor });
}
