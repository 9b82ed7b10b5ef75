import { beforeEach, describe, expect, it } from "vitest";
import { CreditEntryModel } from "../../../src/models/credit-entry.ts";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { type Person, PersonModel } from "../../../src/models/person.ts";
import { MembershipModel } from "../../../src/models/membership.ts";
import { logIn } from "../../../src/shared/contracts/accounts.ts";
import { getApplication, withdrawApplication } from "../../../src/shared/contracts/applications.ts";
import { submitDeclarations } from "../../../src/shared/contracts/declarations.ts";
import { reactivatePerson, submitDeregistration } from "../../../src/shared/contracts/deregistrations.ts";
import { listLearningRecords } from "../../../src/shared/contracts/people.ts";
import { submitTransfer } from "../../../src/shared/contracts/transfers.ts";
import { decideTasks } from "../../../src/shared/contracts/workflow.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
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
import { buildLogin, password } from "../../support/login.ts";
import { adminOf, newMember, newPerson, personClient, type Unit } from "../../support/world.ts";
import { statusesOf } from "../../support/answers.ts";
import { useProvince } from "../../support/province.ts";

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
const stored = (person: Pick<Person, "_id">) => PersonModel.findById(person._id).lean<Person>();

const retired = { case: "retired" as const, on: "2026-10-31" };

/** Somebody who may review people's changes in a unit, with a client. */
async function secondReviewer(unit: Unit) {
  const right = { role: "employer" as const, modules: ["changes:people" as const] };
  const { accountId, roleKey, client } = await newMember(server, unit, right);
  return { accountId, client, remove: () => MembershipModel.deleteOne({ _id: roleKey }) };
}

async function proof(accountId: string) {
  return await attachmentsOf(server.app, accountId, ["proof"]);
}

describe("POST /deregistrations: by the person", () => {
  it("unit, then bureau; the record is closed, hours stay (PER-11, PER-12)", async () => {
    const { instanceId } = await declareOwn({ app: server.app, client: asDoctor, person: doctor });
    const reviewers = [await admin(world.hospital), await admin(world.authority), await admin(world.city)];
    await approveBy(reviewers, instanceId);
    const application = await asDoctor.ok(submitDeregistration, retired);
    expect(application).toMatchObject({
      kind: "person-deregistration",
      status: "pending",
      holderName: world.hospital.name,
      data: { case: "retired", caseName: "退休", on: "2026-10-31" },
    });
    expect((await decide(server, world.hospital, application)).status).toBe(200);
    const waiting = await asDoctor.ok(getApplication, { id: application.id });
    expect(waiting.holderName).toBe(world.city.name);
    expect((await stored(doctor))?.status).toBe("active");
    expect((await decide(server, world.city, application)).status).toBe(200);
    expect(await endOf(application)).toBe("applied");
    expect(await stored(doctor)).toMatchObject({
      status: "deregistered",
      deregistrationCase: "retired",
      organizationId: world.hospital._id,
    });
    expect(await auditTypes(doctor._id)).toContain("person.deregistered");
    const messages = await messagesTo(doctor.accountId, application.id);
    expect(messages.map(({ kind }) => kind)).toEqual(["application.advanced", "application.approved"]);
    // Both reviewers were told when it was their turn (NOT-01).
    const toUnit = await messagesTo(world.hospital.adminAccountId, application.id);
    expect(toUnit.map(({ kind }) => kind)).toEqual(["application.submitted"]);
    const toBureau = await messagesTo(world.city.adminAccountId, application.id);
    expect(toBureau.map(({ kind }) => kind)).toEqual(["application.advanced"]);
    expect((await asDoctor.call(getApplication, { id: application.id })).status).toBe(401);
    expect(await CreditEntryModel.countDocuments({ personId: doctor._id })).toBe(1);
    const records = await (await admin(world.hospital)).ok(listLearningRecords, { id: doctor._id });
    expect(records.total).toBe(1);
  });

  it("tells whoever signs in afterwards that the account is deregistered (LOG-10)", async () => {
    const login = await buildLogin(server.app, world.hospital);
    const person = await stored({ _id: login.personId });
    if (person === null) throw new Error("no person");
    const client = await personClient(server.app, server.url, person);
    const application = await client.ok(submitDeregistration, retired);
    await approveApplication(server, [world.hospital, world.city], application);
    const browser = server.client();
    const answer = await browser.call(logIn, {
      role: "professional",
      idNumber: login.idNumber,
      password,
      ...(await browser.captcha()),
    });
    expect([answer.status, answer.body.error?.code]).toEqual([401, "login.deregistered"]);
    expect(answer.body.error?.message).toContain("您的账号已注销");
  });

  it.each([
    [[], "hospital"],
    [["hospital"], "city"],
  ] as const)("is refused with a reason after %j, and may be asked for again", async (agreed, refusing) => {
    const application = await asDoctor.ok(submitDeregistration, retired);
    await approveApplication(
      server,
      agreed.map((name) => world[name]),
      application,
    );
    const refusal = { ...application, outcome: "reject", comment: "未见退休文件" };
    expect((await decide(server, world[refusing], refusal)).status).toBe(200);
    const refused = await asDoctor.ok(getApplication, { id: application.id });
    expect(refused).toMatchObject({ status: "rejected", reason: "未见退休文件", canWithdraw: false });
    expect(await endOf(application)).toBe("rejected");
    expect((await stored(doctor))?.status).toBe("active");
    expect((await asDoctor.ok(submitDeregistration, retired)).status).toBe("pending");
  });

  it.each([0, 1])("can be withdrawn after %i approvals", async (approvals) => {
    const application = await asDoctor.ok(submitDeregistration, retired);
    await approveApplication(server, [world.hospital].slice(0, approvals), application);
    await asDoctor.ok(withdrawApplication, { id: application.id });
    expect(await endOf(application)).toBe("ended");
    expect((await storedApplication(application.id)).status).toBe("withdrawn");
    expect((await stored(doctor))?.status).toBe("active");
  });

  it("is decided in a batch", async () => {
    const applications = [];
    for (const person of [doctor, await build()]) {
      const client = await personClient(server.app, server.url, person);
      applications.push(await client.ok(submitDeregistration, retired));
    }
    const taskIds = [];
    for (const application of applications) taskIds.push((await openTask(application))._id);
    const asHospital = await admin(world.hospital);
    expect(await asHospital.ok(decideTasks, { taskIds, outcome: "approve" })).toMatchObject({ succeeded: 2 });
  });

  describe("400", () => {
    it.each(["job-change", "other"])("for %s, with the way to a transfer (PER-14)", async (reason) => {
      const { status, body } = await asDoctor.call(submitDeregistration, { ...retired, case: reason });
      expect([status, body.error?.code]).toEqual([400, "deregistration.transfer_instead"]);
      expect(body.error?.message).toContain("单位调转");
    });

    it("for a day to come, and for a death that is reported by the dead or without proof", async () => {
      const future = await asDoctor.call(submitDeregistration, { ...retired, on: "2026-12-01" });
      expect(future.status).toBe(400);
      const own = await asDoctor.call(submitDeregistration, { ...retired, case: "deceased" });
      expect(own.body.error?.problems[0]?.message).toContain("由所在单位申请");
      const unproved = { ...retired, case: "deceased", personId: doctor._id };
      const answer = await (await admin(world.hospital)).call(submitDeregistration, unproved);
      expect(answer.body.error?.problems[0]?.message).toContain("死亡证明");
    });
  });

  describe("409", () => {
    it("while anything is open: a declaration, a transfer, another application", async () => {
      await asDoctor.ok(submitDeregistration, retired);
      const second = await asDoctor.call(submitDeregistration, retired);
      expect([second.status, second.body.error?.code]).toEqual([409, "application.blocked"]);
      const transferring = await build();
      const client = await personClient(server.app, server.url, transferring);
      const to = { kind: "unit" as const, organizationId: world.company._id };
      await client.ok(submitTransfer, { to, reason: "工作调动" });
      const refused = await client.call(submitDeregistration, retired);
      expect(refused.body.error?.code).toBe("person.transfer_open");
    });

    it("for the bureau while something was declared meanwhile; nothing is closed", async () => {
      const application = await asDoctor.ok(submitDeregistration, retired);
      await approveApplication(server, [world.hospital], application);
      await declareOwn({ app: server.app, client: asDoctor, person: doctor });
      const { status, body } = await decide(server, world.city, application);
      expect([status, body.error?.code]).toEqual([409, "application.blocked"]);
      expect((await stored(doctor))?.status).toBe("active");
      expect((await storedApplication(application.id)).status).toBe("pending");
    });

    it("for one of a transfer and a deregistration at once", async () => {
      const to = { kind: "unit" as const, organizationId: world.company._id };
      const answers = await Promise.all([
        asDoctor.call(submitTransfer, { to, reason: "工作调动" }),
        asDoctor.call(submitDeregistration, retired),
      ]);
      expect(statusesOf(answers)).toEqual([200, 409]);
    });

    it("for one of the bureau's approval and a declaration at once", async () => {
      const application = await asDoctor.ok(submitDeregistration, retired);
      await approveApplication(server, [world.hospital], application);
      const request = await declarationRequest(server.app, doctor.accountId);
      const [approval, declaration] = await Promise.all([
        decide(server, world.city, application),
        asDoctor.call(submitDeclarations, request),
      ]);
      expect([approval.status, declaration.status].filter((status) => status === 200)).toHaveLength(1);
      expect((await stored(doctor))?.status).toBe(approval.status === 200 ? "deregistered" : "active");
    });
  });
});

describe("POST /deregistrations: by the unit", () => {
  it("reports a death with proof; another administrator of it reviews (PER-13, AUD-10)", async () => {
    const second = await secondReviewer(world.hospital);
    const asHospital = await admin(world.hospital);
    const application = await asHospital.ok(submitDeregistration, {
      personId: doctor._id,
      case: "deceased",
      on: "2026-11-01",
      attachments: await proof(world.hospital.adminAccountId),
    });
    expect(application.holderName).toBe(world.hospital.name);
    const own = await decide(server, world.hospital, application);
    expect(own.body.error?.code).toBe("permission.self_review");
    const taskIds = [(await openTask(application))._id];
    expect(await second.client.ok(decideTasks, { taskIds, outcome: "approve" })).toMatchObject({
      succeeded: 1,
    });
    await approveApplication(server, [world.city], application);
    expect((await stored(doctor))?.deregistrationCase).toBe("deceased");
    await second.remove();
  });

  it("goes to the superior when the unit has nobody else to review it (FLW-10)", async () => {
    const asHospital = await admin(world.hospital);
    const application = await asHospital.ok(submitDeregistration, { ...retired, personId: doctor._id });
    expect(application.holderName).toBe(world.authority.name);
    expect((await openTask(application)).notice).toContain(`由「${world.authority.name}」代审`);
    await approveApplication(server, [world.authority, world.city], application);
    expect((await stored(doctor))?.status).toBe("deregistered");
  });

  it("is refused for other units' people (404), by whoever may not (403), and for strangers' files (404)", async () => {
    const asCompany = await admin(world.company);
    expect((await asCompany.call(submitDeregistration, { ...retired, personId: doctor._id })).status).toBe(
      404,
    );
    expect((await asCompany.call(submitDeregistration, retired)).status).toBe(404);
    expect((await (await admin(world.base)).call(submitDeregistration, retired)).status).toBe(403);
    const other = await build();
    expect((await asDoctor.call(submitDeregistration, { ...retired, personId: other._id })).status).toBe(404);
    const attachments = await proof(other.accountId);
    const stolen = await asDoctor.call(submitDeregistration, { ...retired, attachments });
    expect(stolen.body.error?.code).toBe("file.not_found");
  });
});

describe("POST /people/:id/reactivations", () => {
  async function closed(): Promise<Person> {
    const application = await asDoctor.ok(submitDeregistration, retired);
    await approveApplication(server, [world.hospital, world.city], application);
    return doctor;
  }
  const reason = { reason: "返聘" };

  it("reopens the record on evidence; the person is told (PER-13)", async () => {
    const person = await closed();
    const asCity = await admin(world.city);
    const attachments = await proof(world.city.adminAccountId);
    await asCity.ok(reactivatePerson, { id: person._id, ...reason, attachments });
    expect(await stored(person)).toMatchObject({
      status: "active",
      deregistrationCase: null,
      deregisteredAt: null,
    });
    expect(await auditTypes(person._id)).toContain("person.reactivated");
    expect((await messagesTo(person.accountId, person._id))[0]?.kind).toBe("person.reactivated");
    const client = await personClient(server.app, server.url, person);
    await declareOwn({ app: server.app, client, person });
    const again = await proof(world.city.adminAccountId);
    const twice = await asCity.call(reactivatePerson, { id: person._id, ...reason, attachments: again });
    expect([twice.status, twice.body.error?.code]).toEqual([409, "person.not_deregistered"]);
  });

  it("lets one of two bureaus at once reopen it", async () => {
    const person = await closed();
    const calls = [world.city, world.province].map(async (unit) => {
      const attachments = await proof(unit.adminAccountId);
      return await (await admin(unit)).call(reactivatePerson, { id: person._id, ...reason, attachments });
    });
    expect(statusesOf(await Promise.all(calls))).toEqual([200, 409]);
  });

  it("400 without evidence, 403 for a unit, 404 elsewhere and for a closed unit", async () => {
    const person = await closed();
    const id = person._id;
    const of = async (unit: Unit) => ({ id, ...reason, attachments: await proof(unit.adminAccountId) });
    const call = async (unit: Unit) => await (await admin(unit)).call(reactivatePerson, await of(unit));
    expect((await (await admin(world.city)).call(reactivatePerson, { id, ...reason })).status).toBe(400);
    expect((await call(world.hospital)).status).toBe(403);
    expect((await call(world.elsewhere)).status).toBe(404);
    await OrganizationModel.updateOne({ _id: world.hospital._id }, { $set: { status: "closed" } });
    expect((await call(world.city)).body.error?.code).toBe("organization.not_found");
    await OrganizationModel.updateOne({ _id: world.hospital._id }, { $set: { status: "active" } });
    expect((await stored(person))?.status).toBe("deregistered");
  });
});
