import { beforeEach, describe, expect, it } from "vitest";
import { type Person, PersonModel } from "../../../src/models/person.ts";
import { PersonYearModel } from "../../../src/models/person-year.ts";
import { WorkflowTimer } from "../../../src/models/workflow-timer.ts";
import { stepInstance } from "../../../src/server/commands/workflow/step-instance.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import {
  getApplication,
  listApplications,
  listBlockingItems,
  withdrawApplication,
} from "../../../src/shared/contracts/applications.ts";
import { submitDeclarations } from "../../../src/shared/contracts/declarations.ts";
import { listLearningRecords, listYears } from "../../../src/shared/contracts/people.ts";
import { acceptTransfer, releasePeople, submitTransfer } from "../../../src/shared/contracts/transfers.ts";
import { decideTasks } from "../../../src/shared/contracts/workflow.ts";
import {
  approveApplication,
  attachmentsOf,
  auditTypes,
  decide,
  endOf,
  messagesTo,
  openTask,
  storedApplication,
} from "../../support/applications.ts";
import { approveBy, declarationRequest, declareOwn } from "../../support/declaring.ts";
import {
  adminOf,
  inTransaction,
  newMember,
  newPerson,
  newUnit,
  personClient,
  type Unit,
} from "../../support/world.ts";
import { statusesOf } from "../../support/answers.ts";
import { useProvince } from "../../support/province.ts";
import { newDepartment } from "../../support/departments.ts";

let doctor: Person;
let asDoctor: ApiClient;
const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

beforeEach(async () => {
  doctor = await build();
  asDoctor = await personClient(server.app, server.url, doctor);
});

const build = (given: Partial<Person> = {}, unit: Unit = world.hospital) =>
  newPerson(server.app, unit, given);
const admin = (unit: Unit) => adminOf(server.app, server.url, unit);
const stored = (person: Person) => PersonModel.findById(person._id).lean<Person>();

const toCompany = (given: object = {}) => ({
  to: { kind: "unit" as const, organizationId: world.company._id },
  reason: "工作调动",
  ...given,
});
const toOutside = { to: { kind: "outside" as const, place: "湖北省武汉市" }, reason: "随迁" };

const department = (unit: Unit, name: string) => newDepartment(server.app, unit, { name });

describe("POST /transfers: by the person", () => {
  it("old unit releases, new unit confirms with a department; the person and the running year move", async () => {
    await declareAndApprove();
    const transfer = await asDoctor.ok(submitTransfer, {
      ...toCompany(),
      attachments: await attachmentsOf(server.app, doctor.accountId, ["proof"]),
    });
    expect(transfer).toMatchObject({
      kind: "transfer",
      status: "pending",
      statusName: "待原单位审核",
      holderName: world.hospital.name,
      counterpartName: world.company.name,
      canWithdraw: true,
      data: { way: "person", reason: "工作调动", outsidePlace: null },
    });
    expect((await stored(doctor))?.openTransferId).toBe(transfer.id);
    expect((await decide(server, world.hospital, transfer)).status).toBe(200);
    const waiting = await asDoctor.ok(getApplication, { id: transfer.id });
    expect(waiting).toMatchObject({ statusName: "待新单位审核", holderName: world.company.name });
    // Whoever has to act next is told, and the person where it stands (NOT-01).
    const step = {
      kind: "transfer.advanced",
      title: "人员调转进入下一步",
      text: `「${transfer.title}」（${transfer.number}）已由「${world.hospital.name}」审核通过，现由「${world.company.name}」办理。`,
    };
    expect(await messagesTo(world.company.adminAccountId, transfer.id)).toMatchObject([step]);
    expect(await messagesTo(doctor.accountId, transfer.id)).toMatchObject([step]);

    const departmentId = await department(world.company, "研发部");
    const asCompany = await admin(world.company);
    const accepting = [];
    for (const client of [asCompany, await admin(world.hospital), asDoctor])
      accepting.push((await client.ok(getApplication, { id: transfer.id })).canAccept);
    expect(accepting).toEqual([true, false, false]);
    const accepted = await asCompany.ok(acceptTransfer, { id: transfer.id, departmentId });
    expect(accepted.canAccept).toBe(false);
    expect(accepted).toMatchObject({ status: "approved", statusName: "已完成" });
    expect(await endOf(transfer)).toBe("completed");
    expect(await stored(doctor)).toMatchObject({
      organizationId: world.company._id,
      organizationName: world.company.name,
      regionCode: world.company.regionCode,
      industry: world.company.industry,
      scopeIds: [world.company._id, ...world.company.ancestorIds],
      departmentId,
      departmentName: "研发部",
      openTransferId: null,
      formerUnits: [
        {
          organizationId: world.hospital._id,
          organizationName: world.hospital.name,
          scopeIds: [world.hospital._id, ...world.hospital.ancestorIds],
          from: "2026-11-23",
          to: "2026-11-23",
        },
      ],
    });
    const year = await PersonYearModel.findById(`${doctor._id}-2026`).lean();
    expect(year).toMatchObject({ organizationId: world.company._id, regionCode: "410105", professional: 24 });
    expect(await auditTypes(transfer.id)).toEqual([
      "application.approved",
      "application.submitted",
      "task.decided",
      "task.decided",
    ]);
    expect(await auditTypes(doctor._id)).toContain("person.transferred");
    const messages = await messagesTo(doctor.accountId, transfer.id);
    expect(messages.map(({ kind }) => kind)).toContain("application.approved");
    const toOldUnit = await messagesTo(world.hospital.adminAccountId, transfer.id);
    expect(toOldUnit.map(({ kind }) => kind)).toEqual(["transfer.completed", "transfer.submitted"]);
  });

  it("lets the old unit read the years that it had the person in, and no others (TRF-10)", async () => {
    const person = await build({ firstYear: 2024, registeredAt: new Date("2024-03-01T00:00:00Z") });
    const client = await personClient(server.app, server.url, person);
    const transfer = await client.ok(submitTransfer, toCompany());
    await approveApplication(server, [world.hospital, world.company], transfer);
    const asHospital = await admin(world.hospital);
    const { years } = await asHospital.ok(listYears, { id: person._id });
    expect(years.map(({ year }) => year)).toEqual([2026, 2025, 2024]);
    expect((await asHospital.ok(listLearningRecords, { id: person._id })).rows).toEqual([]);
    const past = await PersonYearModel.findById(`${person._id}-2025`).lean();
    expect(past).toMatchObject({ organizationId: world.hospital._id, regionCode: "410100" });

    // What came later is not the old unit's: it had the person from 2026-11 on only in this second case.
    const spans = { from: "2024-03-01", to: "2025-06-30" };
    const [former] = (await stored(person))?.formerUnits ?? [];
    await PersonModel.updateOne({ _id: person._id }, { $set: { formerUnits: [{ ...former, ...spans }] } });
    const narrowed = await asHospital.ok(listYears, { id: person._id });
    expect(narrowed.years.map(({ year }) => year)).toEqual([2025, 2024]);
    const elsewhere = await (await admin(world.elsewhere)).call(listYears, { id: person._id });
    expect(elsewhere.status).toBe(404);
  });

  it("调转记录 of both units names who agreed (TRF-06)", async () => {
    const transfer = await asDoctor.ok(submitTransfer, toCompany());
    await approveApplication(server, [world.hospital, world.company], transfer);
    for (const [unit, box] of [
      [world.hospital, "own"],
      [world.company, "incoming"],
    ] as const) {
      const { rows } = await (await admin(unit)).ok(listApplications, { box, kind: "transfer" });
      const row = rows.find(({ id }) => id === transfer.id);
      expect(row).toMatchObject({
        personName: doctor.name,
        organizationName: world.hospital.name,
        counterpartName: world.company.name,
        statusName: "已完成",
      });
      const agreed = row?.reviews.map((review) => `${review.organizationName} ${review.outcomeName}`);
      expect(agreed?.toSorted()).toEqual(
        [world.hospital, world.company].map(({ name }) => `${name} 通过`).toSorted(),
      );
    }
  });

  it("ends when the old unit refuses; the reason is told and the person may declare again", async () => {
    const transfer = await asDoctor.ok(submitTransfer, toCompany());
    const withoutReason = await decide(server, world.hospital, {
      ...transfer,
      outcome: "reject",
      comment: "",
    });
    expect(withoutReason.body.error?.code).toBe("task.comment_required");
    expect((await decide(server, world.hospital, { ...transfer, outcome: "reject" })).status).toBe(200);
    const refused = await asDoctor.ok(getApplication, { id: transfer.id });
    expect(refused).toMatchObject({
      status: "rejected",
      statusName: "原单位驳回",
      reason: "材料不全",
      canWithdraw: false,
    });
    expect(await endOf(transfer)).toBe("rejected");
    expect(await stored(doctor)).toMatchObject({
      organizationId: world.hospital._id,
      openTransferId: null,
      formerUnits: [],
    });
    const [message] = await messagesTo(doctor.accountId, transfer.id);
    expect(message).toMatchObject({ kind: "application.rejected" });
    await declareOwn({ app: server.app, client: asDoctor, person: doctor });
  });

  it("ends when the new unit refuses, and may be asked for again", async () => {
    const transfer = await asDoctor.ok(submitTransfer, toCompany());
    await approveApplication(server, [world.hospital], transfer);
    expect((await decide(server, world.company, { ...transfer, outcome: "reject" })).status).toBe(200);
    const refused = await asDoctor.ok(getApplication, { id: transfer.id });
    expect(refused).toMatchObject({ status: "rejected", statusName: "新单位驳回" });
    const toOldUnit = await messagesTo(world.hospital.adminAccountId, transfer.id);
    expect(toOldUnit.map(({ kind }) => kind)).toEqual(["transfer.refused", "transfer.submitted"]);
    expect((await stored(doctor))?.openTransferId).toBeNull();
    const again = await asDoctor.ok(submitTransfer, toCompany());
    expect(again.status).toBe("pending");
  });

  it.each([0, 1])("can be withdrawn while %i units have agreed (TRF-07)", async (agreed) => {
    const transfer = await asDoctor.ok(submitTransfer, toCompany());
    await approveApplication(server, [world.hospital].slice(0, agreed), transfer);
    await asDoctor.ok(withdrawApplication, { id: transfer.id });
    const withdrawn = await asDoctor.ok(getApplication, { id: transfer.id });
    expect(withdrawn).toMatchObject({ status: "withdrawn", statusName: "已撤回", holderName: null });
    expect(await endOf(transfer)).toBe("ended");
    expect((await stored(doctor))?.openTransferId).toBeNull();
    expect((await asDoctor.call(withdrawApplication, { id: transfer.id })).body.error?.code).toBe(
      "application.not_withdrawable",
    );
  });

  it("goes to the superior after 15 days, who releases, refuses, or loses it to a withdrawal (TRF-12)", async () => {
    for (const ending of ["approve", "reject", "withdraw"] as const) {
      const person = await build();
      const client = await personClient(server.app, server.url, person);
      const transfer = await client.ok(submitTransfer, toCompany());
      await expireRelease(transfer.instanceId);
      const waiting = await client.ok(getApplication, { id: transfer.id });
      expect(waiting).toMatchObject({ statusName: "待原单位审核", holderName: world.authority.name });
      expect((await messagesTo(person.accountId, transfer.id))[0]?.kind).toBe("transfer.escalated");
      expect((await messagesTo(world.authority.adminAccountId, transfer.id))[0]?.text).toContain("逾期");
      expect(await auditTypes(transfer.id)).toContain("transfer.escalated");
      const { status } =
        ending === "withdraw"
          ? await client.call(withdrawApplication, { id: transfer.id })
          : await decide(server, world.authority, { ...transfer, outcome: ending });
      expect(status).toBe(200);
      if (ending === "approve") await approveApplication(server, [world.company], transfer);
      const ends = { approve: "completed", reject: "rejected", withdraw: "ended" };
      expect(await endOf(transfer)).toBe(ends[ending]);
    }
  });

  it("goes to the superior at once when the old unit has nobody to act, and says so (TRF-12)", async () => {
    const lonely = await newUnit(server.app, world.authority);
    // Its only administrator is the applicant himself: nobody releases himself (AUD-10).
    const person = await build({ accountId: lonely.adminAccountId }, lonely);
    const client = await personClient(server.app, server.url, person);
    const transfer = await client.ok(submitTransfer, toCompany());
    expect(transfer.holderName).toBe(world.authority.name);
    expect((await openTask(transfer)).notice).toBe(
      `「${lonely.name}」暂无可用管理员，由「${world.authority.name}」代审`,
    );
    await approveApplication(server, [world.authority, world.company], transfer);
    expect((await stored(person))?.organizationId).toBe(world.company._id);
  });

  it("closes the record of a person who leaves the province, after the bureau's confirmation (TRF-16)", async () => {
    const transfer = await asDoctor.ok(submitTransfer, toOutside);
    expect(transfer.counterpartName).toBe(world.city.name);
    await approveApplication(server, [world.hospital, world.city], transfer);
    expect(await stored(doctor)).toMatchObject({
      status: "deregistered",
      deregistrationCase: "left-province",
      organizationId: world.hospital._id,
      openTransferId: null,
    });
    expect((await asDoctor.call(listYears, { id: "me" })).status).toBe(401);
  });

  describe("409", () => {
    it("when declarations are not settled, with all that stands in the way (TRF-01)", async () => {
      const declared = await declareOwn({ app: server.app, client: asDoctor, person: doctor });
      const { items } = await asDoctor.ok(listBlockingItems, { kind: "transfer" });
      const link = "/workspace/declarations";
      expect(items).toMatchObject([{ kind: "declarations", count: 1, link: `${link}?status=pending` }]);
      await decide(server, world.hospital, { ...declared, outcome: "reject" });
      const { items: returned } = await asDoctor.ok(listBlockingItems, { kind: "transfer" });
      expect(returned).toMatchObject([{ count: 1, link: `${link}?status=rejected` }]);
      await declareOwn({ app: server.app, client: asDoctor, person: doctor }, { title: "另一项活动" });
      const { items: both } = await asDoctor.ok(listBlockingItems, { kind: "transfer" });
      expect(both).toMatchObject([{ kind: "declarations", count: 2, link }]);
      const { status, body } = await asDoctor.call(submitTransfer, toCompany());
      expect(status).toBe(409);
      expect(body.error).toMatchObject({ code: "application.blocked" });
      expect((await stored(doctor))?.openTransferId).toBeNull();
    });

    it("for a second one, and for declarations while it is open (TRF-09, TRF-11)", async () => {
      await asDoctor.ok(submitTransfer, toCompany());
      expect((await asDoctor.call(submitTransfer, toCompany())).body.error?.code).toBe(
        "person.transfer_open",
      );
      const request = await declarationRequest(server.app, doctor.accountId);
      const { status, body } = await asDoctor.call(submitDeclarations, request);
      expect([status, body.error?.code]).toEqual([409, "person.transfer_open"]);
      const byUnit = await declarationRequest(server.app, world.hospital.adminAccountId, {
        people: [{ personId: doctor._id }],
      });
      const unit = await (await admin(world.hospital)).call(submitDeclarations, byUnit);
      expect(unit.body.error?.code).toBe("person.transfer_open");
    });

    it("for one of two at once: transfers, or transfer and declaration", async () => {
      const wins = { transfer: 0, declaration: 0 };
      for (let round = 0; round < 8; round += 1) {
        const person = await build();
        const client = await personClient(server.app, server.url, person);
        const request = await declarationRequest(server.app, person.accountId);
        const [transfer, declaration] = await Promise.all([
          client.call(submitTransfer, toCompany()),
          client.call(submitDeclarations, request),
        ]);
        expect(statusesOf([transfer, declaration])).toEqual([200, 409]);
        if (transfer.status === 200) wins.transfer += 1;
        else wins.declaration += 1;
        expect((await stored(person))?.openTransferId === null).toBe(transfer.status !== 200);
      }
      expect(wins.transfer + wins.declaration).toBe(8);

      const both = await Promise.all([
        asDoctor.call(submitTransfer, toCompany()),
        asDoctor.call(submitTransfer, toOutside),
      ]);
      expect(statusesOf(both)).toEqual([200, 409]);
    });

    it("when withdrawal and confirmation meet: one of them counts", async () => {
      const transfer = await asDoctor.ok(submitTransfer, toCompany());
      await approveApplication(server, [world.hospital], transfer);
      const asCompany = await admin(world.company);
      const answers = await Promise.all([
        asDoctor.call(withdrawApplication, { id: transfer.id }),
        asCompany.call(acceptTransfer, { id: transfer.id }),
      ]);
      expect(statusesOf(answers)).toEqual([200, 409]);
      const { status } = await storedApplication(transfer.id);
      const moved = (await stored(doctor))?.organizationId === world.company._id;
      expect(moved).toBe(status === "approved");
    });
  });

  describe("400, 403, 404", () => {
    it("refuses the own unit, a bureau, an unknown unit, and another unit's department", async () => {
      const to = (organizationId: string, departmentId?: string) => ({
        ...toCompany(),
        to: { kind: "unit", organizationId, ...(departmentId === undefined ? {} : { departmentId }) },
      });
      expect((await asDoctor.call(submitTransfer, to(world.hospital._id))).status).toBe(400);
      expect((await asDoctor.call(submitTransfer, to(world.city._id))).status).toBe(404);
      expect((await asDoctor.call(submitTransfer, to("0".repeat(24)))).status).toBe(404);
      const foreign = await department(world.hospital, `他单位${doctor._id}`);
      const wrong = await asDoctor.call(submitTransfer, to(world.company._id, foreign));
      expect(wrong.body.error?.code).toBe("department.unavailable");
      expect((await stored(doctor))?.openTransferId).toBeNull();
    });

    it("is for professionals; others' applications do not exist", async () => {
      expect((await (await admin(world.hospital)).call(submitTransfer, toCompany())).status).toBe(403);
      expect((await server.client().call(submitTransfer, toCompany())).status).toBe(401);
      const transfer = await asDoctor.ok(submitTransfer, toCompany());
      const asElsewhere = await admin(world.elsewhere);
      expect((await asElsewhere.call(getApplication, { id: transfer.id })).status).toBe(404);
      expect((await asElsewhere.call(acceptTransfer, { id: transfer.id })).status).toBe(404);
      // The new unit sees it, but it is not its turn yet; the old one may release, not accept.
      expect((await (await admin(world.company)).call(acceptTransfer, { id: transfer.id })).status).toBe(403);
      const wrongFile = { key: "proof", fileId: "0".repeat(24), name: "x.pdf" };
      const other = await build();
      const client = await personClient(server.app, server.url, other);
      const missing = await client.call(submitTransfer, { ...toCompany(), attachments: [wrongFile] });
      expect(missing.body.error?.code).toBe("file.not_found");
      expect((await stored(other))?.openTransferId).toBeNull();
    });
  });
});

describe("POST /transfer-releases: by the old unit", () => {
  it("needs no release: the new unit confirms, in a batch too; the person is told (TRF-03, TRF-14)", async () => {
    const people = [await build(), await build(), await build()];
    const asHospital = await admin(world.hospital);
    const answer = await asHospital.ok(releasePeople, {
      ...toCompany(),
      personIds: people.map(({ _id }) => _id),
    });
    expect(answer).toMatchObject({ succeeded: 3, failed: 0 });
    const asCompany = await admin(world.company);
    const { rows } = await asCompany.ok(listApplications, { box: "incoming", kind: "transfer" });
    const ids = new Set(answer.results.map(({ applicationId }) => applicationId));
    const incoming = rows.filter(({ id }) => ids.has(id));
    expect(incoming.map(({ statusName }) => statusName)).toEqual(Array(3).fill("待新单位审核"));
    for (const [index, { applicationId }] of answer.results.entries()) {
      const [told] = await messagesTo(people[index]?.accountId ?? "", applicationId ?? "");
      expect(told).toMatchObject({ kind: "transfer.released" });
      expect(told?.text).toContain("3日内");
    }
    const taskIds: string[] = [];
    for (const { instanceId } of incoming) taskIds.push((await openTask({ instanceId }))._id);
    const batch = await asCompany.ok(decideTasks, { taskIds, outcome: "approve" });
    expect(batch).toMatchObject({ succeeded: 3, failed: 0 });
    for (const person of people) expect((await stored(person))?.organizationId).toBe(world.company._id);
  });

  it("gives each row its own result; the unit may withdraw, the new unit refuse", async () => {
    const busy = await build();
    const busyClient = await personClient(server.app, server.url, busy);
    await declareOwn({ app: server.app, client: busyClient, person: busy });
    const stranger = await build({}, world.company);
    const free = await build();
    const asHospital = await admin(world.hospital);
    const { results } = await asHospital.ok(releasePeople, {
      ...toCompany(),
      personIds: [busy._id, stranger._id, doctor._id, free._id],
    });
    expect(results.map(({ code }) => code)).toEqual(["application.blocked", "person.not_found", null, null]);
    const withdrawn = results[2]?.applicationId ?? "";
    expect((await asDoctor.call(withdrawApplication, { id: withdrawn })).status).toBe(403);
    await asHospital.ok(withdrawApplication, { id: withdrawn });
    expect((await stored(doctor))?.openTransferId).toBeNull();
    const refused = await storedApplication(results[3]?.applicationId ?? "");
    expect((await decide(server, world.company, { ...refused, outcome: "reject" })).status).toBe(200);
    expect((await storedApplication(refused._id)).status).toBe("rejected");
    expect((await stored(free))?.organizationId).toBe(world.hospital._id);
  });

  it("is refused without the module (403)", async () => {
    const { accountId } = await build();
    const right = { accountId, role: "employer" as const, modules: ["people:query" as const] };
    const { client } = await newMember(server, world.hospital, right);
    const answer = await client.call(releasePeople, { ...toCompany(), personIds: [doctor._id] });
    expect(answer.status).toBe(403);
    expect((await asDoctor.call(releasePeople, { ...toCompany(), personIds: [doctor._id] })).status).toBe(
      403,
    );
  });
});

async function declareAndApprove(): Promise<void> {
  const { instanceId } = await declareOwn({ app: server.app, client: asDoctor, person: doctor });
  await approveBy(
    [await admin(world.hospital), await admin(world.authority), await admin(world.city)],
    instanceId,
  );
}

/** What the timer job does when 15 days have passed. */
async function expireRelease(instanceId: string): Promise<void> {
  const timer = await WorkflowTimer.findOne({ instanceId, status: "waiting" }).lean();
  if (timer === null) throw new Error("no timer runs");
  expect(timer.dueAt.toISOString()).toBe("2026-12-08T02:00:00.000Z");
  const input = { kind: "timer" as const, key: timer.key, round: timer.round };
  await inTransaction(server.app, (ctx) => stepInstance(ctx, instanceId, { input, comment: "" }));
}
