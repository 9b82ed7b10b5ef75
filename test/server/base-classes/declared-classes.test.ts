import { beforeAll, describe, expect, it, vi } from "vitest";
import { ApplicationModel } from "../../../src/models/application.ts";
import { CreditEntryModel } from "../../../src/models/credit-entry.ts";
import { DeclarationModel } from "../../../src/models/declaration.ts";
import { keepClassIdentities } from "../../../src/models/migrations/20261124-3-keep-class-identities.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { getBaseClass, submitBaseClass } from "../../../src/shared/contracts/base-classes.ts";
import { resubmitDeclaration } from "../../../src/shared/contracts/declaration-changes.ts";
import {
  calculateHours,
  previewRoute,
  submitDeclarations,
} from "../../../src/shared/contracts/declarations.ts";
import { decideTask } from "../../../src/shared/contracts/workflow.ts";
import { adminClients, approveApplication, decide, openTask } from "../../support/applications.ts";
import { type ClassRequest, classRequest, rosterRow } from "../../support/base-classes.ts";
import { approveBy, type DeclarationRequest, declarationRequest } from "../../support/declaring.ts";
import { useProvince } from "../../support/province.ts";
import { adminOf, newPerson, personClient } from "../../support/world.ts";

/** A base's classes as somebody else declares them: the granting bureau's word goes first (CNV-01, decision 19). */

let asBase: ApiClient;
let asCity: ApiClient;
let asHospital: ApiClient;
let asAuthority: ApiClient;
const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

beforeAll(async () => {
  asBase = await adminOf(server.app, server.url, world.base);
  ({ asHospital, asAuthority, asCity } = await adminClients(server, world));
});

type Participant = Awaited<ReturnType<typeof newPerson>>;
const participant = (given = {}) => newPerson(server.app, world.hospital, given);

/** A class with one participant; confirmed as proposed or with other hours, when `hours` says so. */
async function reportClass(first: Participant, given: Partial<ClassRequest> = {}) {
  const request = classRequest([rosterRow(first)], given);
  return { request, application: await asBase.ok(submitBaseClass, request) };
}

async function confirmClass(application: { id: string; instanceId: string }, hours?: number): Promise<void> {
  const { _id: id } = await openTask(application);
  const set = hours === undefined ? {} : { hours: { public: 0, professional: hours }, comment: "按实际核定" };
  await asCity.ok(decideTask, { id, outcome: "approve", ...set });
  await vi.waitFor(
    async () => expect((await asBase.ok(getBaseClass, { id: application.id })).progress.waiting).toBe(0),
    { timeout: 20_000, interval: 50 },
  );
}

/** The same class as a person writes it: other width, spaces and marks. */
const named = ({ name, classNumber }: ClassRequest) => ({
  baseName: ` ${world.base.name.replace("（", "(").replace("）", ")")}`,
  className: `${name} `,
  classNumber: classNumber.toLowerCase(),
});

async function ownRequest(
  person: Participant,
  about: ClassRequest,
  facts: DeclarationRequest["facts"] = {},
): Promise<DeclarationRequest> {
  const example = await declarationRequest(server.app, person.accountId, { form: "01" });
  return { ...example, facts: { ...example.facts, ...named(about), ...facts } };
}

const clientOf = (person: Participant) => personClient(server.app, server.url, person);

describe("a base that declares hours directly (CNV-01)", () => {
  it("403: is told to report the class, by submission, calculation and preview of the route", async () => {
    const doctor = await participant();
    const people = [{ personId: doctor._id }];
    const before = await DeclarationModel.estimatedDocumentCount();
    for (const form of ["01", "04"]) {
      const body = await declarationRequest(server.app, world.base.adminAccountId, { form, people });
      const { year, facts } = body;
      for (const answer of [
        await asBase.call(submitDeclarations, body),
        await asBase.call(calculateHours, { year, form, facts, personIds: [doctor._id] }),
        await asBase.call(previewRoute, { personIds: [doctor._id] }),
      ]) {
        expect([answer.status, answer.body.error?.code]).toEqual([403, "declaration.base_by_class"]);
        expect(answer.body.error?.message).toContain("培训班上报");
      }
    }
    expect(await DeclarationModel.estimatedDocumentCount()).toBe(before);
  });
});

describe("a class that somebody who attended it declares himself", () => {
  it("is taken with its papers when no base has reported it, in another base's name too", async () => {
    const doctor = await participant();
    const { request, application } = await reportClass(await participant());
    await confirmClass(application, 8);
    const asDoctor = await clientOf(doctor);
    const elsewhere = { baseName: "外省某基地", classHours: 40 };
    const answer = await asDoctor.ok(submitDeclarations, await ownRequest(doctor, request, elsewhere));
    expect(answer.declarations[0]?.hours).toEqual({ public: 0, professional: 40 });
  });

  it("409: is not declared by whoever is on the roster; his hours follow from it (BAS-04)", async () => {
    const doctor = await participant();
    const { request, application } = await reportClass(doctor);
    const own = await ownRequest(doctor, request);
    const asDoctor = await clientOf(doctor);
    const self = await asDoctor.call(submitDeclarations, own);
    expect([self.status, self.body.error?.code]).toEqual([409, "declaration.class_reported"]);
    expect(self.body.error?.message).toContain(application.number);
    const people = [{ personId: doctor._id }];
    const files = await declarationRequest(server.app, world.hospital.adminAccountId, { form: "01" });
    const byUnit = await asHospital.call(submitDeclarations, { ...own, evidence: files.evidence, people });
    expect([byUnit.status, byUnit.body.error?.code]).toEqual([409, "declaration.class_reported"]);
    const { year, form, facts } = own;
    const live = await asDoctor.ok(calculateHours, { year, form, facts });
    expect(live.problems.map(({ code }) => code)).toEqual(["declaration.class_reported"]);
    expect(await DeclarationModel.countDocuments({ personId: doctor._id })).toBe(0);
  });

  it("400: is not declared by whoever did not pass", async () => {
    const doctor = await participant();
    const request = classRequest([rosterRow(await participant()), rosterRow(doctor, { result: "failed" })]);
    const application = await asBase.ok(submitBaseClass, request);
    await confirmClass(application);
    const asDoctor = await clientOf(doctor);
    const self = await asDoctor.call(submitDeclarations, await ownRequest(doctor, request));
    expect([self.status, self.body.error?.code]).toEqual([400, "declaration.invalid"]);
    expect(self.body.error?.problems?.map(({ path }) => path)).toEqual(["body.facts.assessment"]);
  });

  it("400: has no more hours than the bureau set, and its subject; fewer are taken", async () => {
    const { request, application } = await reportClass(await participant());
    await confirmClass(application, 16);
    const doctor = await participant();
    const asDoctor = await clientOf(doctor);
    const more = await ownRequest(doctor, request, { classHours: 16.5 });
    const refused = await asDoctor.call(submitDeclarations, more);
    expect([refused.status, refused.body.error?.code]).toEqual([400, "declaration.invalid"]);
    expect(refused.body.error?.problems).toEqual([
      { path: "body.facts.classHours", message: "该班次经审批部门核定为16学时，不能超过" },
    ]);
    const { year, form, facts } = more;
    expect((await asDoctor.ok(calculateHours, { year, form, facts })).problems).toMatchObject([
      { fact: "classHours" },
    ]);
    const other = await ownRequest(doctor, request, { classHours: 16 });
    const wrongSubject = await asDoctor.call(submitDeclarations, { ...other, subject: "public" });
    expect(wrongSubject.body.error?.problems?.map(({ path }) => path)).toEqual(["body.subject"]);
    const taken = await asDoctor.ok(submitDeclarations, {
      ...other,
      facts: { ...other.facts, classHours: 15 },
    });
    expect(taken.declarations[0]?.hours.professional).toBe(15);
  });

  it("counts an accountant's to 公需课 whatever the class is (DEC-03)", async () => {
    const { request, application } = await reportClass(await participant());
    await confirmClass(application);
    const accountant = await participant({ isAccountant: true, titleSeries: "17" });
    const own = await ownRequest(accountant, request);
    const answer = await (await clientOf(accountant)).ok(submitDeclarations, { ...own, subject: "public" });
    expect(answer.declarations[0]?.hours).toEqual({ public: 24, professional: 0 });
  });

  it("409: is not credited beyond what the bureau set after it was declared; it is rejected, corrected, credited", async () => {
    const { request, application } = await reportClass(await participant());
    const doctor = await participant();
    const asDoctor = await clientOf(doctor);
    const own = await ownRequest(doctor, request, { classHours: 40 });
    const [made] = (await asDoctor.ok(submitDeclarations, own)).declarations;
    const { id = "", instanceId = "" } = made ?? {};
    await confirmClass(application, 20);
    await approveBy([asHospital, asAuthority], instanceId);
    const last = await decide(server, world.city, { instanceId });
    expect([last.status, last.body.error?.code]).toEqual([409, "declaration.class_hours"]);
    expect(last.body.error?.message).toContain("核定为20学时，申报的40学时");
    expect(await CreditEntryModel.countDocuments({ personId: doctor._id })).toBe(0);
    expect((await DeclarationModel.findById(id).lean())?.status).toBe("pending");
    await decide(server, world.city, { instanceId, outcome: "reject" });
    const { title, startDate, endDate, facts, evidence } = own;
    const correct = (classHours: number) =>
      asDoctor.call(resubmitDeclaration, {
        ...{ id, title, startDate, endDate, evidence },
        facts: { ...facts, classHours },
      });
    const again = await correct(40);
    expect([again.status, again.body.error?.code]).toEqual([400, "declaration.invalid"]);
    expect((await correct(20)).status).toBe(200);
    await approveApplication(server, [world.hospital, world.authority, world.city], { instanceId });
    const entries = await CreditEntryModel.find({ personId: doctor._id }).lean();
    expect(entries.map(({ hours }) => hours)).toEqual([20]);
  });

  it("is recognized in reports made before classes kept by what they are recognized", async () => {
    const { request, application } = await reportClass(await participant());
    await confirmClass(application, 10);
    await ApplicationModel.updateOne({ _id: application.id }, { $unset: { "data.classKeys": 1 } });
    const doctor = await participant();
    const asDoctor = await clientOf(doctor);
    const { year, form, facts } = await ownRequest(doctor, request, { classHours: 11 });
    const problems = async () => (await asDoctor.ok(calculateHours, { year, form, facts })).problems.length;
    expect(await problems()).toBe(0);
    await keepClassIdentities();
    await keepClassIdentities();
    expect(await problems()).toBe(1);
  });
});
