import { beforeAll, describe, expect, it } from "vitest";
import { CreditEntryModel } from "../../../src/models/credit-entry.ts";
import { DeclarationModel } from "../../../src/models/declaration.ts";
import type { Person } from "../../../src/models/person.ts";
import { PersonYearModel } from "../../../src/models/person-year.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { withdrawApplication } from "../../../src/shared/contracts/applications.ts";
import {
  resubmitDeclaration,
  revokeDeclaration,
  withdrawDeclaration,
} from "../../../src/shared/contracts/declaration-changes.ts";
import { getDeclaration, listDeclarations } from "../../../src/shared/contracts/declarations.ts";
import {
  listPlanDeclarations,
  listPlanParticipants,
  resubmitPlanDeclaration,
  submitPlanDeclaration,
} from "../../../src/shared/contracts/plan-declarations.ts";
import {
  amendTrainingPlan,
  completeTrainingPlan,
  getTrainingPlan,
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
} from "../../support/applications.ts";
import {
  approvedPlanOf,
  evidenceOf,
  planRequest,
  sessionRequest,
  type SessionRequest,
} from "../../support/training-plans.ts";
import { newMember, newPerson, personClient, type Unit } from "../../support/world.ts";
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

const reviewers = (): Unit[] => [world.authority, world.city];

const approvedPlan = (given = {}) => approvedPlanOf(server, world, given);

const colleague = (given: Partial<Person> = {}, unit = world.hospital) => newPerson(server.app, unit, given);

const session = (people: readonly Person[], given: Partial<SessionRequest> = {}) =>
  sessionRequest(server.app, world.hospital.adminAccountId, {
    participants: people.map(({ _id }) => ({ personId: _id, hours: 8 })),
    ...given,
  });

async function declared(people: readonly Person[], given: Partial<SessionRequest> = {}) {
  const plan = await approvedPlan();
  return await asHospital.ok(submitPlanDeclaration, { id: plan.id, ...(await session(people, given)) });
}

async function refused(planId: string, body: SessionRequest) {
  const { status, body: answer } = await asHospital.call(submitPlanDeclaration, { id: planId, ...body });
  return [status, answer.error?.code];
}

const itemsOf = (applicationId: string) =>
  DeclarationModel.find({ applicationId }).sort({ number: 1 }).lean();
const statesOf = async (id: string) => (await itemsOf(id)).map(({ status }) => status);
const yearOf = (person: Person) => PersonYearModel.findById(`${person._id}-2026`).lean();

describe("every path of plan-declaration.bpmn", () => {
  it("credits each participant once, after 主管部门 and 人社 (PLN-04, PLN-05), accountants as 公需课 (PLN-11)", async () => {
    const [doctor, nurse] = [await colleague(), await colleague()];
    const accountant = await colleague({ isAccountant: true, titleSeries: "17" });
    const application = await declared([doctor, nurse, accountant]);
    expect([application.kind, application.holderName, application.data["people"]]).toEqual([
      "plan-declaration",
      world.authority.name,
      3,
    ]);
    expect(await statesOf(application.id)).toEqual(["pending", "pending", "pending"]);
    expect((await openTask(application)).hours).toMatchObject({ public: 8, professional: 16 });
    await approveApplication(server, [world.authority], application);
    expect(await CreditEntryModel.countDocuments({ personId: doctor._id })).toBe(0);
    await approveApplication(server, [world.city], application);
    expect(await statesOf(application.id)).toEqual(["approved", "approved", "approved"]);
    expect(await endOf(application)).toBe("applied");
    const entries = await CreditEntryModel.find({
      personId: { $in: [doctor._id, nurse._id, accountant._id] },
    }).lean();
    expect(entries.map(({ hours, form }) => [hours, form])).toEqual(Array(3).fill([8, "16"]));
    expect(await yearOf(doctor)).toMatchObject({ public: 0, professional: 8 });
    expect(await yearOf(accountant)).toMatchObject({ public: 8, professional: 0 });
    const [item] = await itemsOf(application.id);
    const told = await messagesTo(doctor.accountId, item?._id ?? "");
    expect(told.map(({ kind }) => kind).toSorted()).toEqual(["declaration.approved", "declaration.declared"]);
    expect(await auditTypes(item?._id ?? "")).toEqual(["declaration.credited", "declaration.submitted"]);
    const asDoctor = await personClient(server.app, server.url, doctor);
    const own = await asDoctor.ok(listDeclarations, {});
    expect(own.rows.map(({ form, statusName }) => [form, statusName])).toEqual([["16", "审核通过"]]);
  });

  it.each([0, 1])(
    "returns all items with the reason from step %i; corrected, they are credited",
    async (step) => {
      const [doctor, nurse, late] = [await colleague(), await colleague(), await colleague()];
      const application = await declared([doctor, nurse]);
      await approveApplication(server, reviewers().slice(0, step), application);
      const reviewer = reviewers()[step] ?? world.city;
      await decide(server, reviewer, { ...application, outcome: "reject", comment: "签到表不清晰" });
      const returned = await itemsOf(application.id);
      expect(returned.map(({ status, reason }) => [status, reason])).toEqual(
        Array(2).fill(["rejected", "签到表不清晰"]),
      );
      const told = await messagesTo(doctor.accountId, returned[0]?._id ?? "");
      expect(told.map(({ kind }) => kind)).toContain("declaration.rejected");
      const again = { id: application.id, ...(await session([doctor, late])) };
      const corrected = await asHospital.ok(resubmitPlanDeclaration, again);
      expect([corrected.statusName, corrected.holderName]).toEqual(["待审核", world.authority.name]);
      expect((await statesOf(application.id)).toSorted()).toEqual([
        "cancelled",
        "cancelled",
        "pending",
        "pending",
      ]);
      await approveApplication(server, reviewers(), application);
      expect(await yearOf(late)).toMatchObject({ professional: 8 });
      expect(await yearOf(nurse)).toBeNull();
      const shown = await asCity.ok(listPlanParticipants, { id: application.id });
      expect(shown.rows.map(({ personId, statusName }) => `${personId} ${statusName}`).toSorted()).toEqual(
        [doctor, late].map(({ _id }) => `${_id} 审核通过`).toSorted(),
      );
    },
  );

  it.each([0, 1])("is withdrawn at step %i, and the session may be declared again", async (step) => {
    const doctor = await colleague();
    const plan = await approvedPlan();
    const body = await session([doctor]);
    const application = await asHospital.ok(submitPlanDeclaration, { id: plan.id, ...body });
    await approveApplication(server, reviewers().slice(0, step), application);
    await asHospital.ok(withdrawApplication, { id: application.id });
    expect([await statesOf(application.id), await endOf(application)]).toEqual([["withdrawn"], "ended"]);
    const again = await session([doctor], { sessionName: body.sessionName });
    expect((await asHospital.ok(submitPlanDeclaration, { id: plan.id, ...again })).statusName).toBe("待审核");
  });

  it("is given up after it was returned", async () => {
    const application = await declared([await colleague()]);
    await decide(server, world.authority, { ...application, outcome: "reject" });
    await asHospital.ok(withdrawApplication, { id: application.id });
    expect([await statesOf(application.id), await endOf(application)]).toEqual([["cancelled"], "ended"]);
  });

  it("is approved in a batch with others", async () => {
    const applications = [await declared([await colleague()]), await declared([await colleague()])];
    for (const client of [asAuthority, asCity]) {
      const taskIds = [];
      for (const application of applications) taskIds.push((await openTask(application))._id);
      expect((await client.ok(decideTasks, { taskIds, outcome: "approve" })).succeeded).toBe(2);
    }
    for (const { id } of applications) expect(await statesOf(id)).toEqual(["approved"]);
  });
});

describe("a credited participant", () => {
  it("is one declaration: revoked alone, with the others untouched (APR-13)", async () => {
    const [doctor, nurse] = [await colleague(), await colleague()];
    const application = await declared([doctor, nurse]);
    await approveApplication(server, reviewers(), application);
    const own = (await itemsOf(application.id)).find(({ personId }) => personId === doctor._id);
    await asCity.ok(revokeDeclaration, { id: own?._id ?? "", reason: "未实际参加" });
    expect([(await yearOf(doctor))?.professional, (await yearOf(nurse))?.professional]).toEqual([0, 8]);
  });

  it("cannot be withdrawn or corrected alone, and says so", async () => {
    const application = await declared([await colleague()]);
    const [item] = await itemsOf(application.id);
    const id = item?._id ?? "";
    const shown = await asHospital.ok(getDeclaration, { id });
    expect([shown.canWithdraw, shown.canResubmit]).toEqual([false, false]);
    const withdrawn = await asHospital.call(withdrawDeclaration, { id });
    expect([withdrawn.status, withdrawn.body.error?.code]).toEqual([409, "declaration.in_batch"]);
    await decide(server, world.authority, { ...application, outcome: "reject" });
    const { title, startDate, endDate } = shown;
    const correction = { id, title, startDate, endDate, facts: {}, evidence: [] };
    const corrected = await asHospital.call(resubmitDeclaration, correction);
    expect([corrected.status, corrected.body.error?.code]).toEqual([409, "declaration.in_batch"]);
  });
});

describe("limits of a plan", () => {
  it("counts a person once a session, and within the planned hours over all sessions (PLN-07, PLN-10)", async () => {
    const [doctor, nurse] = [await colleague(), await colleague()];
    const plan = await approvedPlan({ plannedHours: 20 });
    const first = await session([doctor], { sessionName: "第一场" });
    await asHospital.ok(submitPlanDeclaration, { id: plan.id, ...first });
    const same = await session([nurse, doctor], { sessionName: "第 一 场。" });
    expect(await refused(plan.id, same)).toEqual([409, "declaration.duplicate"]);
    const second = await session([doctor], { sessionName: "第二场" });
    await asHospital.ok(submitPlanDeclaration, { id: plan.id, ...second });
    const third = await session([doctor], { sessionName: "第三场" });
    expect(await refused(plan.id, third)).toEqual([400, "declaration.invalid"]);
    const over = await session([], { participants: [{ personId: nurse._id, hours: 20.5 }] });
    expect(await refused(plan.id, over)).toEqual([400, "declaration.invalid"]);
    expect((await asHospital.ok(getTrainingPlan, { id: plan.id })).declaredPeople).toBe(1);
  });

  it("takes a tenth more people than planned, then asks for an amendment, which is enough (PLN-07)", async () => {
    const plan = await approvedPlan({ plannedPeople: 10 });
    const people = [];
    for (let count = 0; count < 12; count += 1) people.push(await colleague());
    const most = await session(people.slice(0, 11));
    await asHospital.ok(submitPlanDeclaration, { id: plan.id, ...most });
    const one = await session(people.slice(11));
    expect(await refused(plan.id, one)).toEqual([409, "plan.people_exceeded"]);
    const content = planRequest({ plannedPeople: 11 });
    const smaller = await asHospital.call(amendTrainingPlan, { id: plan.id, ...content, plannedPeople: 9 });
    expect([smaller.status, smaller.body.error?.code]).toEqual([409, "plan.people_exceeded"]);
    const fewer = await asHospital.call(amendTrainingPlan, { id: plan.id, ...content, plannedHours: 4 });
    expect([fewer.status, fewer.body.error?.code]).toEqual([400, "plan.invalid"]);
    const amendment = await asHospital.ok(amendTrainingPlan, { id: plan.id, ...content });
    await approveApplication(server, reviewers(), amendment);
    await asHospital.ok(submitPlanDeclaration, { id: amendment.id, ...one });
    const shown = await asHospital.ok(getTrainingPlan, { id: amendment.id });
    expect([shown.declaredPeople, shown.mostPeople]).toEqual([12, 12]);
    expect(shown.evidence.map(({ key, required }) => [key, required])).toEqual([
      ["sign-in", true],
      ["video", true],
      ["photo", true],
    ]);
  });

  it("lets only one of two at once take the last places", async () => {
    const plan = await approvedPlan({ plannedPeople: 1 });
    const bodies = [await session([await colleague()]), await session([await colleague()])];
    const answers = await Promise.all(
      bodies.map((body) => asHospital.call(submitPlanDeclaration, { id: plan.id, ...body })),
    );
    expect(statusesOf(answers)).toEqual([200, 409]);
  });

  it("corrects a returned declaration under the plan's amendment", async () => {
    const plan = await approvedPlan({ plannedHours: 8 });
    const doctor = await colleague();
    const body = await session([doctor]);
    const application = await asHospital.ok(submitPlanDeclaration, { id: plan.id, ...body });
    await decide(server, world.authority, { ...application, outcome: "reject" });
    const amendment = await asHospital.ok(amendTrainingPlan, {
      id: plan.id,
      ...planRequest({ plannedHours: 16 }),
    });
    await approveApplication(server, reviewers(), amendment);
    const participants = [{ personId: doctor._id, hours: 16 }];
    const again = await session([], { participants });
    const corrected = await asHospital.ok(resubmitPlanDeclaration, { id: application.id, ...again });
    expect([corrected.data["planId"], corrected.data["planNumber"]]).toEqual([amendment.id, plan.number]);
    for (const { id } of [plan, amendment]) {
      const { rows, total } = await asAuthority.ok(listPlanDeclarations, { id });
      expect([total, rows[0]?.id, rows[0]?.people]).toEqual([1, application.id, 1]);
    }
  });
});

describe("refusals", () => {
  it("400: missing evidence; a linked video with its checksum is as good as a file (PLN-04, PLN-12)", async () => {
    const plan = await approvedPlan();
    const account = world.hospital.adminAccountId;
    const evidence = await evidenceOf(server.app, account, ["sign-in", "photo"]);
    const without = await session([await colleague()], { evidence });
    expect(await refused(plan.id, without)).toEqual([400, "declaration.evidence_missing"]);
    const video = { url: "https://video.example/1", sha256: "a".repeat(64) };
    const linked = await asHospital.ok(submitPlanDeclaration, { id: plan.id, ...without, video });
    expect(linked.data["video"]).toEqual(video);
    const wrong = await session([await colleague()], { video: { url: "javascript:alert(1)", sha256: "1" } });
    expect(await refused(plan.id, wrong)).toEqual([400, "request.invalid"]);
  });

  it("400: dates outside of the plan or in the future, a person twice, nobody, too many", async () => {
    const plan = await approvedPlan();
    const doctor = await colleague();
    const outside = await session([doctor], { startDate: "2026-09-30" });
    expect(await refused(plan.id, outside)).toEqual([400, "declaration.invalid"]);
    const future = await session([doctor], { endDate: "2026-11-24" });
    expect(await refused(plan.id, future)).toEqual([400, "declaration.invalid"]);
    expect(await refused(plan.id, await session([doctor, doctor]))).toEqual([400, "request.invalid"]);
    expect(await refused(plan.id, await session([]))).toEqual([400, "request.invalid"]);
    const many = Array.from({ length: 501 }, () => ({ personId: doctor._id, hours: 1 }));
    const tooMany = await session([], { participants: many });
    expect(await refused(plan.id, tooMany)).toEqual([400, "request.invalid"]);
    expect(await refused(plan.id, await session([doctor], { sessionName: "。" }))).toEqual([
      400,
      "request.invalid",
    ]);
  });

  it("404: other units' people and plans; nothing is stored", async () => {
    const plan = await approvedPlan();
    const stranger = await colleague({}, world.company);
    expect(await refused(plan.id, await session([stranger]))).toEqual([404, "person.not_found"]);
    const body = await session([await colleague()]);
    expect((await asCompany.call(submitPlanDeclaration, { id: plan.id, ...body })).status).toBe(404);
    expect(await DeclarationModel.countDocuments({ "facts.planNumber": plan.number })).toBe(0);
    const application = await declared([await colleague()]);
    expect((await asCompany.call(listPlanParticipants, { id: application.id })).status).toBe(404);
    expect((await asHospital.call(listPlanParticipants, { id: plan.id })).status).toBe(404);
    expect((await asCompany.call(listPlanDeclarations, { id: plan.id })).status).toBe(404);
    expect((await asHospital.call(listPlanDeclarations, { id: application.id })).status).toBe(404);
  });

  it("403: without the module; a participant as reviewer of his own hours (AUD-10)", async () => {
    const plan = await approvedPlan();
    const doctor = await colleague();
    const right = { role: "bureau" as const, modules: ["declarations:review" as const] };
    const { accountId } = doctor;
    const { client: asReviewer } = await newMember(server, world.city, { accountId, ...right });
    const body = await session([doctor]);
    expect((await asReviewer.call(submitPlanDeclaration, { id: plan.id, ...body })).status).toBe(403);
    const application = await asHospital.ok(submitPlanDeclaration, { id: plan.id, ...body });
    await approveApplication(server, [world.authority], application);
    const { _id: id } = await openTask(application);
    const own = await asReviewer.call(decideTask, { id, outcome: "approve" });
    expect([own.status, own.body.error?.code]).toEqual([403, "permission.self_review"]);
    await approveApplication(server, [world.city], application);
    expect(await statesOf(application.id)).toEqual(["approved"]);
  });

  it("409: a plan that is not approved, completed, or of a year that has closed", async () => {
    const pending = await asHospital.ok(submitTrainingPlan, planRequest());
    const body = await session([await colleague()]);
    expect(await refused(pending.id, body)).toEqual([409, "plan.not_open"]);
    const plan = await approvedPlan();
    await asHospital.ok(completeTrainingPlan, { id: plan.id });
    expect(await refused(plan.id, body)).toEqual([409, "plan.not_open"]);
    const old = await approvedPlan();
    clock.set("2027-01-05T02:00:00Z");
    try {
      expect(await refused(old.id, body)).toEqual([409, "plan.not_open"]);
    } finally {
      clock.set("2026-11-23T02:00:00Z");
    }
  });

  it("409: somebody whose transfer is under way (TRF-11); nothing is stored", async () => {
    const plan = await approvedPlan();
    const leaving = await colleague({ openTransferId: "f".repeat(24) });
    const body = await session([await colleague(), leaving]);
    expect(await refused(plan.id, body)).toEqual([409, "person.transfer_open"]);
    expect((await asHospital.ok(getTrainingPlan, { id: plan.id })).declaredPeople).toBe(0);
  });

  it("may still be approved after the year has ended (APR-08)", async () => {
    const doctor = await colleague();
    const application = await declared([doctor]);
    clock.set("2027-01-05T02:00:00Z");
    try {
      await approveApplication(server, reviewers(), application);
      expect(await yearOf(doctor)).toMatchObject({ year: 2026, professional: 8 });
    } finally {
      clock.set("2026-11-23T02:00:00Z");
    }
  });
});
