import { beforeAll, describe, expect, it, vi } from "vitest";
import { ClassParticipantModel } from "../../../src/models/class-participant.ts";
import { CreditEntryModel } from "../../../src/models/credit-entry.ts";
import { DeclarationModel } from "../../../src/models/declaration.ts";
import { MembershipModel } from "../../../src/models/membership.ts";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { PersonModel } from "../../../src/models/person.ts";
import { PersonYearModel } from "../../../src/models/person-year.ts";
import { declareClass } from "../../../src/server/commands/base-classes/declare-class.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { listApplications, withdrawApplication } from "../../../src/shared/contracts/applications.ts";
import {
  checkClassRoster,
  getBaseClass,
  listClassParticipants,
  resubmitBaseClass,
  retryClassDeclarations,
  submitBaseClass,
} from "../../../src/shared/contracts/base-classes.ts";
import {
  resubmitDeclaration,
  withdrawDeclaration,
} from "../../../src/shared/contracts/declaration-changes.ts";
import { submitDeclarations } from "../../../src/shared/contracts/declarations.ts";
import { decideTask, decideTasks, getTask, listTasks } from "../../../src/shared/contracts/workflow.ts";
import {
  adminClients,
  approveApplication,
  auditTypes,
  decide,
  endOf,
  messagesTo,
  openTask,
  routeOf,
} from "../../support/applications.ts";
import { type ClassRequest, classRequest, rosterRow } from "../../support/base-classes.ts";
import { approveBy, declarationRequest } from "../../support/declaring.ts";
import {
  adminOf,
  buildPerson,
  buildUnit,
  freshIdNumber,
  inTransaction,
  newMember,
  newPerson,
  newUnit,
  personClient,
} from "../../support/world.ts";
import { statusesOf } from "../../support/answers.ts";
import { useProvince } from "../../support/province.ts";

let asBase: ApiClient;
let asCity: ApiClient;
let asHospital: ApiClient;
let asAuthority: ApiClient;
const clock = fixedClock("2026-11-23T02:00:00Z");

const { server, world } = useProvince({ clock });

beforeAll(async () => {
  asBase = await adminOf(server.app, server.url, world.base);
  ({ asHospital, asAuthority, asCity } = await adminClients(server, world));
});

type Participant = Awaited<ReturnType<typeof buildPerson>>;
const participant = (given = {}, unit = world.hospital): Promise<Participant> =>
  newPerson(server.app, unit, given);

const submit = (people: readonly Participant[], given: Partial<ClassRequest> = {}) =>
  asBase.ok(
    submitBaseClass,
    classRequest(
      people.map((person) => rosterRow(person)),
      given,
    ),
  );

/** The job runs by itself; this waits until it has nothing more to do. */
async function declared(id: string) {
  return await vi.waitFor(
    async () => {
      const shown = await asBase.ok(getBaseClass, { id });
      expect([shown.status, shown.progress.waiting]).toEqual(["approved", 0]);
      return shown;
    },
    { timeout: 20_000, interval: 50 },
  );
}

const declarationOf = (id: string, personId: string) =>
  DeclarationModel.findOne({ applicationId: id, personId }).lean();

describe("every path of base-class.bpmn", () => {
  it("is confirmed by the granting bureau; whoever passed is declared along his own chain (BAS-03, FLW-07)", async () => {
    const [doctor, engineer, failed] = [
      await participant(),
      await participant({}, world.company),
      await participant(),
    ];
    const accountant = await participant({ isAccountant: true, titleSeries: "17" });
    const request = classRequest([
      rosterRow(doctor),
      rosterRow(engineer),
      rosterRow(failed, { result: "failed" }),
      rosterRow(accountant),
    ]);
    const application = await asBase.ok(submitBaseClass, request);
    expect([application.statusName, application.holderName, application.kindName]).toEqual([
      "待审核",
      world.city.name,
      "基地培训班",
    ]);
    await approveApplication(server, [world.city], application);
    const shown = await declared(application.id);
    expect(shown.hours).toBe(24);
    expect(shown.progress).toEqual({ rows: 4, passed: 3, waiting: 0, declared: 3, failed: 0 });
    expect(await endOf(application)).toBe("applied");
    const own = await declarationOf(application.id, doctor._id);
    expect(own).toMatchObject({
      origin: "base",
      form: "01",
      status: "pending",
      batchNumber: application.number,
      declaredByOrganizationId: world.base._id,
      hours: { public: 0, professional: 24 },
      facts: { classNumber: request.classNumber, className: request.name, baseName: world.base.name },
    });
    expect(await declarationOf(application.id, accountant._id)).toMatchObject({
      hours: { public: 24, professional: 0 },
    });
    expect(await declarationOf(application.id, failed._id)).toBeNull();
    const route = async (personId: string) => {
      const { instanceId = "" } = (await declarationOf(application.id, personId)) ?? {};
      return await routeOf({ instanceId });
    };
    expect(await route(doctor._id)).toEqual([world.hospital._id, world.authority._id, world.city._id]);
    expect(await route(engineer._id)).toEqual([world.company._id, world.county._id]);
    const told = await messagesTo(doctor.accountId, own?._id ?? "");
    expect(told.map(({ kind }) => kind)).toEqual(["declaration.reported"]);
    // The last message of the job comes after its last row.
    await vi.waitFor(async () => {
      const result = await messagesTo(world.base.adminAccountId, application.id);
      expect(result.map(({ kind }) => kind).toSorted()).toEqual(["application.approved", "class.declared"]);
    });
    await approveBy([asHospital, asAuthority, asCity], own?.instanceId ?? "");
    expect(await PersonYearModel.findById(`${doctor._id}-2026`).lean()).toMatchObject({ professional: 24 });
    expect(await CreditEntryModel.countDocuments({ personId: doctor._id })).toBe(1);
  });

  it("has the hours that the bureau sets, more or fewer, with a reason (CNV-01, HRS-04)", async () => {
    const doctor = await participant();
    const application = await submit([doctor]);
    const { _id: id } = await openTask(application);
    expect((await asCity.ok(getTask, { id })).canReduceHours).toBe(true);
    const set = (hours: object, comment = "按实际学习时间核定") =>
      asCity.call(decideTask, { id, outcome: "approve", comment, hours } as never);
    for (const hours of [
      { public: 8, professional: 16 },
      { public: 0, professional: 0 },
      { public: 0, professional: 501 },
      { public: 0, professional: 10.25 },
    ]) {
      const { status, body } = await set(hours);
      expect([status, body.error?.code]).toEqual([400, "task.hours_not_allowed"]);
    }
    const unexplained = await set({ public: 0, professional: 30 }, "");
    expect(unexplained.body.error?.code).toBe("task.comment_required");
    expect((await set({ public: 0, professional: 30 })).status).toBe(200);
    const shown = await declared(application.id);
    expect([shown.proposedHours, shown.hours]).toEqual([24, 30]);
    expect(await declarationOf(application.id, doctor._id)).toMatchObject({ hours: { professional: 30 } });
    expect(await auditTypes(application.id)).toContain("class.hours_set");
  });

  it("keeps the proposed hours in a batch decision", async () => {
    const applications = [await submit([await participant()]), await submit([await participant()])];
    const taskIds = [];
    for (const application of applications) taskIds.push((await openTask(application))._id);
    expect((await asCity.ok(decideTasks, { taskIds, outcome: "approve" })).succeeded).toBe(2);
    for (const { id } of applications) expect((await declared(id)).hours).toBe(24);
  });

  it("is returned with a reason, corrected with another roster, and confirmed", async () => {
    const [doctor, nurse] = [await participant(), await participant()];
    const request = classRequest([rosterRow(doctor)]);
    const application = await asBase.ok(submitBaseClass, request);
    const refused = await decide(server, world.city, {
      ...application,
      outcome: "reject",
      comment: "缺课表",
    });
    expect(refused.status).toBe(200);
    expect(await asBase.ok(getBaseClass, { id: application.id })).toMatchObject({
      statusName: "驳回",
      reason: "缺课表",
      canResubmit: true,
    });
    const other = { ...request, id: application.id, roster: [rosterRow(nurse)], hours: 16 };
    const renumbered = await asBase.call(resubmitBaseClass, { ...other, classNumber: "另一班次" });
    expect([renumbered.status, renumbered.body.error?.code]).toEqual([400, "class.invalid"]);
    await asBase.ok(resubmitBaseClass, other);
    await approveApplication(server, [world.city], application);
    const shown = await declared(application.id);
    expect([shown.hours, shown.progress.declared]).toEqual([16, 1]);
    expect(await declarationOf(application.id, doctor._id)).toBeNull();
    expect((await declarationOf(application.id, nurse._id))?.hours.professional).toBe(16);
  });

  it("may turn out to have ended after the day on which it was first reported", async () => {
    const doctor = await participant();
    const request = classRequest([rosterRow(doctor)]);
    const application = await asBase.ok(submitBaseClass, request);
    await decide(server, world.city, { ...application, outcome: "reject" });
    clock.set("2026-11-26T02:00:00Z");
    const later = await adminOf(server.app, server.url, world.base);
    await later.ok(resubmitBaseClass, { ...request, id: application.id, endDate: "2026-11-25" });
    await approveApplication(server, [world.city], application);
    await vi.waitFor(async () =>
      expect((await declarationOf(application.id, doctor._id))?.endDate).toBe("2026-11-25"),
    );
    clock.set("2026-11-23T02:00:00Z");
  });

  it("is withdrawn before it is confirmed, or given up after it was returned; nobody is declared", async () => {
    const doctor = await participant();
    const withdrawn = await submit([doctor]);
    await asBase.ok(withdrawApplication, { id: withdrawn.id });
    const returned = await submit([doctor]);
    await decide(server, world.city, { ...returned, outcome: "reject" });
    await asBase.ok(withdrawApplication, { id: returned.id });
    expect([await endOf(withdrawn), await endOf(returned)]).toEqual(["ended", "ended"]);
    const { rows } = await asBase.ok(listApplications, { kind: "base-class", pageSize: 200 });
    const names = [withdrawn, returned].map(({ id }) => rows.find((row) => row.id === id)?.statusName);
    expect(names).toEqual(["已撤回", "已放弃"]);
    expect(await DeclarationModel.countDocuments({ personId: doctor._id })).toBe(0);
  });
});

describe("declarations of a class", () => {
  it("appear in the base's own review list at every level (APR-07), and the base may withdraw one", async () => {
    const doctor = await participant();
    const application = await submit([doctor]);
    await approveApplication(server, [world.city], application);
    await declared(application.id);
    const own = await declarationOf(application.id, doctor._id);
    const list = async (origin: "base" | "other") => {
      const { rows } = await asHospital.ok(listTasks, { origin, pageSize: 200 });
      return rows.some(({ instanceId }) => instanceId === own?.instanceId);
    };
    expect([await list("base"), await list("other")]).toEqual([true, false]);
    await asBase.ok(withdrawDeclaration, { id: own?._id ?? "" });
    expect((await declarationOf(application.id, doctor._id))?.status).toBe("withdrawn");
  });

  it("are corrected by the base after a rejection, but not in what the bureau set (CNV-01)", async () => {
    const doctor = await participant();
    const application = await submit([doctor]);
    await approveApplication(server, [world.city], application);
    await declared(application.id);
    const own = await declarationOf(application.id, doctor._id);
    if (own === null) throw new Error("nothing was declared");
    await decide(server, world.hospital, { instanceId: own.instanceId, outcome: "reject" });
    const { _id: id, title, startDate, endDate, facts } = own;
    const correct = (change: object) =>
      asBase.call(resubmitDeclaration, { id, title, startDate, endDate, facts, evidence: [], ...change });
    for (const change of [
      { facts: { ...facts, classHours: 90 } },
      { facts: { ...facts, className: "另一班次" } },
      { subject: "public" },
    ]) {
      const { status, body } = await correct(change);
      expect([status, body.error?.code]).toEqual([400, "declaration.invalid"]);
    }
    expect((await correct({ remark: "已补充说明" })).status).toBe(200);
    expect(await declarationOf(application.id, doctor._id)).toMatchObject({
      status: "pending",
      hours: { public: 0, professional: 24 },
    });
  });

  it("are made once, however often and on however many nodes the job runs", async () => {
    const people = [];
    for (let count = 0; count < 60; count += 1) people.push(await participant());
    const application = await submit(people);
    await approveApplication(server, [world.city], application);
    await Promise.all([1, 2, 3].map(() => declareClass(server.app, application.id).catch(() => undefined)));
    const shown = await declared(application.id);
    expect(shown.progress).toMatchObject({ declared: 60, failed: 0 });
    await declareClass(server.app, application.id);
    const made = await DeclarationModel.find({ applicationId: application.id }, { personId: 1 }).lean();
    expect([made.length, new Set(made.map(({ personId }) => personId)).size]).toEqual([60, 60]);
    const page = await asCity.ok(listClassParticipants, { id: application.id, page: 3, pageSize: 25 });
    expect([page.total, page.rows.length, page.rows[0]?.row]).toEqual([60, 10, 51]);
  });

  it("go on where a node stopped", async () => {
    const people = [await participant(), await participant()];
    const application = await submit(people);
    await approveApplication(server, [world.city], application);
    await declared(application.id);
    // As if the node had died between two chunks.
    const [, second] = people;
    const row = `${application.id}-${second?._id}`;
    await DeclarationModel.deleteOne({ applicationId: application.id, personId: second?._id ?? "" });
    await ClassParticipantModel.updateOne({ _id: row }, { $set: { status: "waiting", declarationId: null } });
    await declareClass(server.app, application.id);
    expect(await DeclarationModel.countDocuments({ applicationId: application.id })).toBe(2);
  });

  it("are refused one by one with the reason; the base has them tried again (BAS-04, TRF-11)", async () => {
    const [doctor, nurse, gone, clerk] = [
      await participant(),
      await participant(),
      await participant(),
      await participant(),
    ];
    const request = classRequest([doctor, nurse, gone, clerk].map((person) => rosterRow(person)));
    const application = await asBase.ok(submitBaseClass, request);
    const asDoctor = await personClient(server.app, server.url, doctor);
    const same = await declarationRequest(server.app, doctor.accountId, { form: "01" });
    // Under another base's name: recognized as the same class by its number only.
    const self = await asDoctor.ok(submitDeclarations, {
      ...same,
      facts: { ...same.facts, classNumber: request.classNumber },
    });
    await PersonModel.updateOne({ _id: nurse._id }, { $set: { openTransferId: "f".repeat(24) } });
    await PersonModel.updateOne({ _id: gone._id }, { $set: { status: "deregistered" } });
    await approveApplication(server, [world.city], application);
    const shown = await declared(application.id);
    expect([shown.progress, shown.canRetry]).toMatchObject([{ declared: 1, failed: 3 }, true]);
    const { rows } = await asBase.ok(listClassParticipants, { id: application.id, status: "failed" });
    expect(rows.map(({ personId, problem }) => [personId, problem?.slice(0, 4)])).toEqual([
      [doctor._id, doctor.name.slice(0, 4)],
      [nurse._id, expect.any(String)],
      [gone._id, "该人员已"],
    ]);
    expect(rows[0]?.problem).toContain("不能重复申报");
    await asDoctor.ok(withdrawDeclaration, { id: self.declarations[0]?.id ?? "" });
    await PersonModel.updateOne({ _id: nurse._id }, { $set: { openTransferId: null } });
    await asBase.ok(retryClassDeclarations, { id: application.id });
    expect((await declared(application.id)).progress).toMatchObject({ declared: 3, failed: 1 });
    expect(await auditTypes(application.id)).toContain("class.declarations_retried");
  });

  it("are made for a class of the old year that is confirmed in the new one (APR-08)", async () => {
    const doctor = await participant();
    const application = await submit([doctor]);
    clock.set("2027-01-08T02:00:00Z");
    try {
      await approveApplication(server, [world.city], application);
      expect((await declared(application.id)).progress.declared).toBe(1);
      expect((await declarationOf(application.id, doctor._id))?.year).toBe(2026);
    } finally {
      clock.set("2026-11-23T02:00:00Z");
    }
  });
});

describe("rosters", () => {
  it("are checked row by row, without saying whose number it is (BAS-05)", async () => {
    const doctor = await participant();
    const roster = [
      rosterRow(doctor),
      rosterRow(doctor, { name: "另一姓名" }),
      { idNumber: freshIdNumber(), name: "查无此人", result: "passed" as const },
      { idNumber: "410105198003070000", name: "错号", result: "passed" as const },
      rosterRow(doctor),
    ];
    const { year, name, classNumber } = classRequest(roster);
    const about = { year, name, classNumber };
    const answer = await asBase.ok(checkClassRoster, { ...about, roster });
    expect([answer.rows, answer.accepted]).toEqual([5, 1]);
    expect(answer.problems.map(({ row, code }) => [row, code])).toEqual([
      [2, "roster.repeated"],
      [3, "roster.unknown"],
      [4, "roster.number_invalid"],
      [5, "roster.repeated"],
    ]);
    const wrongName = await asBase.ok(checkClassRoster, {
      ...about,
      roster: [rosterRow(doctor, { name: "另一姓名" })],
    });
    expect(wrongName.problems[0]?.message).toBe(answer.problems[1]?.message);
    expect(JSON.stringify(wrongName)).not.toContain(doctor.name);
    const refused = await asBase.call(submitBaseClass, classRequest(roster));
    expect([refused.status, refused.body.error?.code]).toEqual([400, "class.roster_invalid"]);
    expect(refused.body.error?.problems?.map(({ path }) => path)).toEqual([
      "body.roster.1",
      "body.roster.2",
      "body.roster.3",
      "body.roster.4",
    ]);
    expect(await DeclarationModel.countDocuments({ personId: doctor._id })).toBe(0);
  });

  it("ignore spaces and dots of a name, and a small x of a number", async () => {
    const person = await participant({ name: "阿依古丽·示例" });
    const roster = [rosterRow(person, { name: "阿依古丽 • 示例", idNumber: person.idNumber.toLowerCase() })];
    const { year, name, classNumber } = classRequest(roster);
    expect((await asBase.ok(checkClassRoster, { year, name, classNumber, roster })).problems).toEqual([]);
  });

  it("name who declared the same class himself, by its name or its number (BAS-04)", async () => {
    const [doctor, nurse] = [await participant(), await participant()];
    const request = classRequest([rosterRow(doctor), rosterRow(nurse)]);
    for (const [person, facts] of [
      [doctor, { className: request.name, baseName: world.base.name }],
      [nurse, { classNumber: request.classNumber }],
    ] as const) {
      const client = await personClient(server.app, server.url, person);
      const own = await declarationRequest(server.app, person.accountId, { form: "01" });
      await client.ok(submitDeclarations, { ...own, facts: { ...own.facts, ...facts } });
    }
    const { year, name, classNumber, roster } = request;
    const answer = await asBase.ok(checkClassRoster, { year, name, classNumber, roster });
    expect(answer.problems.map(({ row, code }) => [row, code])).toEqual([
      [1, "roster.declared"],
      [2, "roster.declared"],
    ]);
  });

  it("of a class that was declared already are reported, and its people cannot declare it either (BAS-04)", async () => {
    const doctor = await participant();
    const request = classRequest([rosterRow(doctor)]);
    const application = await asBase.ok(submitBaseClass, request);
    await approveApplication(server, [world.city], application);
    await declared(application.id);
    const again = await asBase.call(submitBaseClass, request);
    expect(again.body.error?.code).toBe("class.roster_invalid");
    const later = await participant();
    const added = await asBase.ok(submitBaseClass, { ...request, roster: [rosterRow(later)] });
    expect(added.statusName).toBe("待审核");
    const asDoctor = await personClient(server.app, server.url, doctor);
    const own = await declarationRequest(server.app, doctor.accountId, { form: "01" });
    const facts = { ...own.facts, classNumber: request.classNumber };
    const self = await asDoctor.call(submitDeclarations, { ...own, facts });
    expect([self.status, self.body.error?.code]).toEqual([409, "declaration.duplicate"]);
  });
});

describe("the granting bureau (BAS-02)", () => {
  it("is the province's for a base of the province", async () => {
    const base = await newUnit(server.app, world.city, { kind: "base" });
    await OrganizationModel.updateOne({ _id: base._id }, { $set: { grantingLevel: "province" } });
    const client = await adminOf(server.app, server.url, base);
    const application = await client.ok(submitBaseClass, classRequest([rosterRow(await participant())]));
    expect(application.holderName).toBe(world.province.name);
  });

  it("is acted for by the one above when it has no administrator, with a notice (FLW-10)", async () => {
    const base = await inTransaction(server.app, async (ctx) => {
      const bureau = await buildUnit(ctx, { kind: "bureau", regionCode: "410200" }, world.province);
      return await buildUnit(ctx, { kind: "base", regionCode: "410200" }, bureau);
    });
    await MembershipModel.updateMany(
      { organizationId: base.superiorId ?? "" },
      { $set: { status: "disabled" } },
    );
    const client = await adminOf(server.app, server.url, base);
    const application = await client.ok(submitBaseClass, classRequest([rosterRow(await participant())]));
    const task = await openTask(application);
    expect([task.candidate.id, task.notice]).toEqual([
      world.province._id,
      expect.stringContaining("由「" + world.province.name + "」代审"),
    ]);
  });
});

describe("refusals", () => {
  it("400: a class that is not over, not of this year, or without a roster", async () => {
    const roster = [rosterRow(await participant())];
    const refused = async (given: Partial<ClassRequest>) => {
      const { status, body } = await asBase.call(submitBaseClass, classRequest(roster, given));
      return [status, body.error?.code];
    };
    expect(await refused({ endDate: "2026-11-24" })).toEqual([400, "class.invalid"]);
    expect(await refused({ year: 2025, startDate: "2025-03-02", endDate: "2025-03-06" })).toEqual([
      400,
      "class.invalid",
    ]);
    expect(await refused({ startDate: "2026-03-07" })).toEqual([400, "class.invalid"]);
    expect(await refused({ roster: [] })).toEqual([400, "request.invalid"]);
    expect(await refused({ roster: Array(2001).fill(roster[0]) })).toEqual([400, "request.invalid"]);
  });

  it("403: anybody but a base; a base's administrator without the module; a reviewer without his", async () => {
    const roster = [rosterRow(await participant())];
    for (const client of [asHospital, asCity])
      expect((await client.call(submitBaseClass, classRequest(roster))).status).toBe(403);
    expect(
      (await asHospital.call(checkClassRoster, { year: 2026, name: "班次", classNumber: "一班", roster }))
        .status,
    ).toBe(403);
    const { adminAccountId: accountId } = world.authority;
    const inBase = { accountId, role: "base" as const, modules: ["organization:edit" as const] };
    const inCity = { accountId, role: "bureau" as const, modules: ["declarations:review" as const] };
    const { client: without } = await newMember(server, world.base, inBase);
    const { client: reviewer } = await newMember(server, world.city, inCity);
    expect((await without.call(submitBaseClass, classRequest(roster))).status).toBe(403);
    const { _id: id } = await openTask(await asBase.ok(submitBaseClass, classRequest(roster)));
    expect((await reviewer.call(decideTask, { id, outcome: "approve" })).status).toBe(403);
  });

  it("403: a participant as reviewer of his own class (AUD-10)", async () => {
    const doctor = await participant();
    const { accountId } = doctor;
    const right = { accountId, role: "bureau" as const, modules: ["declarations:review-base" as const] };
    const { client: asReviewer } = await newMember(server, world.city, right);
    const { _id: id } = await openTask(await submit([doctor]));
    const own = await asReviewer.call(decideTask, { id, outcome: "approve" });
    expect([own.status, own.body.error?.code]).toEqual([403, "permission.self_review"]);
    expect((await asCity.call(decideTask, { id, outcome: "approve" })).status).toBe(200);
  });

  it("404: other organizations' classes; an application of another kind", async () => {
    const application = await submit([await participant()]);
    for (const contract of [getBaseClass, listClassParticipants, withdrawApplication])
      expect((await asHospital.call(contract, { id: application.id })).status).toBe(404);
    expect((await asBase.call(retryClassDeclarations, { id: "f".repeat(24) })).status).toBe(404);
  });

  it("409: the same class twice under review; nothing to try again; two decisions at once", async () => {
    const [doctor, nurse] = [await participant(), await participant()];
    const request = classRequest([rosterRow(doctor)]);
    const application = await asBase.ok(submitBaseClass, request);
    const twice = await asBase.call(submitBaseClass, { ...request, roster: [rosterRow(nurse)] });
    expect([twice.status, twice.body.error?.code]).toEqual([409, "application.pending_exists"]);
    const early = await asBase.call(retryClassDeclarations, { id: application.id });
    expect([early.status, early.body.error?.code]).toEqual([409, "class.nothing_to_retry"]);
    const { _id: id } = await openTask(application);
    const answers = await Promise.all([
      asCity.call(decideTask, { id, outcome: "approve" }),
      asBase.call(withdrawApplication, { id: application.id }),
    ]);
    expect(statusesOf(answers)).toEqual([200, 409]);
  });
});
