import { beforeAll, describe, expect, it } from "vitest";
import { CertificateModel } from "../../../src/models/certificate.ts";
import { CreditEntryModel } from "../../../src/models/credit-entry.ts";
import { NotificationModel } from "../../../src/models/notification.ts";
import type { Person } from "../../../src/models/person.ts";
import { PersonYearModel } from "../../../src/models/person-year.ts";
import { issueCertificate } from "../../../src/server/commands/certificates/issue-certificate.ts";
import { actAs, professional } from "../../../src/server/seeds/acting.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { revokeDeclaration } from "../../../src/shared/contracts/declaration-changes.ts";
import { getDeclaration } from "../../../src/shared/contracts/declarations.ts";
import { listLearningRecords, listYears } from "../../../src/shared/contracts/people.ts";
import { getNumberTrace } from "../../../src/shared/contracts/policies.ts";
import type { Module } from "../../../src/shared/modules.ts";
import { approveBy, declareOwn } from "../../support/declaring.ts";
import { auditOf } from "../../support/login.ts";
import { adminOf, newMember, newPerson, personClient, type Unit } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

let reviewers: ApiClient[];
let asCity: ApiClient;
const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

beforeAll(async () => {
  asCity = await adminOf(server.app, server.url, world.city);
  const { app, url } = server;
  reviewers = [await adminOf(app, url, world.hospital), await adminOf(app, url, world.authority), asCity];
});

interface Approved {
  person: Person;
  client: ApiClient;
  id: string;
  instanceId: string;
}

async function declared(form: string, of?: Person): Promise<Approved> {
  const person = of ?? (await newPerson(server.app, world.hospital));
  const client = await personClient(server.app, server.url, person);
  const { id, instanceId } = await declareOwn({ app: server.app, client, person }, { form });
  return { person, client, id, instanceId };
}

async function approved(form: string, of?: Person): Promise<Approved> {
  const declaration = await declared(form, of);
  await approveBy(reviewers, declaration.instanceId);
  return declaration;
}

async function memberOf(organization: Unit, role: "bureau" | "auditor", modules: Module[]) {
  return (await newMember(server, organization, { role, modules })).client;
}

/** Issues without printing: the file is another matter. */
async function issue(person: Person) {
  const actor = await professional(person._id);
  return actAs(server.app, actor, (ctx) => issueCertificate(ctx, { id: person._id, year: 2026 }));
}

const reason = "证明材料与事实不符";

describe("POST /declarations/:id/revocation", () => {
  it("200: reverses the hours, determines the year anew, tells the person and records it", async () => {
    // Form 11 alone meets the year; form 04 adds 24 professional hours.
    const { person, client, id } = await approved("11");
    const other = await approved("04", person);
    const certificate = await issue(person);
    await asCity.ok(revokeDeclaration, { id: other.id, reason });
    expect((await client.ok(listYears, { id: "me" })).years[0]).toMatchObject({
      hours: { public: 30, professional: 60 },
      result: "passed",
    });
    const statusOf = async () => (await CertificateModel.findById(certificate._id).lean())?.status;
    expect(await statusOf()).toBe("updated");
    await asCity.ok(revokeDeclaration, { id, reason });
    const [year] = (await client.ok(listYears, { id: "me" })).years;
    expect(year).toMatchObject({
      hours: { public: 0, professional: 0 },
      result: "in-progress",
      certificateId: null,
    });
    expect(await statusOf()).toBe("revoked");
    expect((await client.bytes(`/certificates/${certificate._id}/pdf`)).status).toBe(409);
    expect(await client.ok(getDeclaration, { id })).toMatchObject({
      status: "revoked",
      statusName: "已撤销认定",
      reason,
      canWithdraw: false,
      canResubmit: false,
    });
    const entries = await CreditEntryModel.find({ declarationId: id }).lean();
    expect(entries.map(({ source, subject, hours }) => `${source} ${subject} ${hours}`).toSorted()).toEqual([
      "declaration professional 60",
      "declaration public 30",
      "reversal professional -60",
      "reversal public -30",
    ]);
    const records = await client.ok(listLearningRecords, { id: person._id, year: 2026 });
    expect(records.total).toBe(6);
    expect((await auditOf(id)).find(({ type }) => type === "declaration.revoked")).toMatchObject({
      type: "declaration.revoked",
      data: { reason, year: 2026 },
    });
    expect((await auditOf(certificate._id)).some(({ type }) => type === "certificate.revoked")).toBe(true);
    const told = await NotificationModel.find({ accountId: person.accountId, subjectId: id }).lean();
    expect(told.map(({ kind }) => kind)).toContain("declaration.revoked");
  });

  it("lets the activity be declared and the year be met again, with the next edition of the certificate", async () => {
    const { person, id } = await approved("11");
    const first = await issue(person);
    await asCity.ok(revokeDeclaration, { id, reason });
    await approved("11", person);
    const second = await issue(person);
    expect(second).toMatchObject({ number: first.number, edition: 2, status: "valid" });
    expect((await CertificateModel.findById(first._id).lean())?.status).toBe("revoked");
  });

  it("200 for a bureau above; 403 for those below, for another role and without the module", async () => {
    const { client, id } = await approved("04");
    const { app, url } = server;
    const refused = [
      await adminOf(app, url, world.hospital),
      await adminOf(app, url, world.authority),
      await memberOf(world.city, "bureau", ["people:query"]),
    ];
    for (const one of [client, ...refused]) {
      const answer = await one.call(revokeDeclaration, { id, reason });
      expect([answer.status, answer.body.error?.code]).toEqual([403, "permission.denied"]);
    }
    expect(await CreditEntryModel.countDocuments({ declarationId: id })).toBe(1);
    await (await adminOf(app, url, world.province)).ok(revokeDeclaration, { id, reason });
  });

  it("403 for his own hours", async () => {
    const { person, id } = await approved("04");
    const right = { role: "bureau" as const, modules: ["declarations:review" as const] };
    const { accountId } = person;
    const { client: self } = await newMember(server, world.city, { accountId, ...right });
    const answer = await self.call(revokeDeclaration, { id, reason });
    expect([answer.status, answer.body.error?.code]).toEqual([403, "permission.self_review"]);
  });

  it("404 for another city's bureau and for what does not exist, 401 without a session", async () => {
    const { id } = await approved("04");
    const stranger = await adminOf(server.app, server.url, world.elsewhere);
    expect((await stranger.call(revokeDeclaration, { id, reason })).body.error?.code).toBe(
      "declaration.not_found",
    );
    expect((await asCity.call(revokeDeclaration, { id: "f".repeat(24), reason })).status).toBe(404);
    expect((await server.client().call(revokeDeclaration, { id, reason })).status).toBe(401);
  });

  it("409 before the final approval and the second time; 400 without a reason", async () => {
    const pending = await declared("04");
    const early = await asCity.call(revokeDeclaration, { id: pending.id, reason });
    expect([early.status, early.body.error?.code]).toEqual([409, "declaration.not_revocable"]);
    const { id } = await approved("04");
    expect((await asCity.call(revokeDeclaration, { id, reason: " " })).status).toBe(400);
    const answers = await Promise.all([1, 2, 3].map(() => asCity.call(revokeDeclaration, { id, reason })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(2);
    expect(await CreditEntryModel.countDocuments({ declarationId: id, source: "reversal" })).toBe(1);
  });
});

describe("GET /number-traces/:kind/:id", () => {
  it("200: shows an auditor the steps of hours and of a result, computed again with the same outcome", async () => {
    const { person, id } = await approved("04");
    const auditor = await memberOf(world.city, "auditor", ["audit:read"]);
    const hours = await auditor.ok(getNumberTrace, { kind: "declaration", id });
    expect(hours).toMatchObject({
      hours: { public: 0, professional: 24 },
      reproduced: true,
      pack: { id: server.app.packs.of.conversion.ref.id },
    });
    expect(hours.explanation).toContain("24");
    expect(hours.citations.length).toBeGreaterThan(0);
    expect(hours.entries).toMatchObject([{ subject: "professional", hours: 24, source: "declaration" }]);
    const year = { kind: "person-year" as const, id: `${person._id}-2026` };
    expect(await auditor.ok(getNumberTrace, year)).toMatchObject({
      hours: { public: 0, professional: 24 },
      reproduced: true,
      year: 2026,
    });
  });

  it("says when a stored number does not follow from its rules", async () => {
    const { person, id } = await approved("04");
    const auditor = await memberOf(world.city, "auditor", ["audit:read"]);
    const yearId = `${person._id}-2026`;
    const stored = await PersonYearModel.findById(yearId).lean();
    const tampered = ((stored?.trace ?? []) as { kind: string }[]).map((step) =>
      step.kind === "result" ? { ...step, text: "通过" } : step,
    );
    await PersonYearModel.updateOne({ _id: yearId }, { $set: { trace: tampered } });
    expect((await auditor.ok(getNumberTrace, { kind: "person-year", id: yearId })).reproduced).toBe(false);
    expect((await auditor.ok(getNumberTrace, { kind: "declaration", id })).reproduced).toBe(true);
  });

  it("404 out of scope and for what does not exist, 403 without the module, 400 for another kind, 401", async () => {
    const { id, client } = await approved("04");
    const elsewhere = await memberOf(world.elsewhere, "auditor", ["audit:read"]);
    const auditor = await memberOf(world.city, "auditor", ["audit:read"]);
    const of = { kind: "declaration" as const, id };
    expect((await elsewhere.call(getNumberTrace, of)).body.error?.code).toBe("trace.not_found");
    expect((await auditor.call(getNumberTrace, { ...of, id: "f".repeat(24) })).status).toBe(404);
    expect((await client.call(getNumberTrace, of)).status).toBe(403);
    expect((await auditor.call(getNumberTrace, { kind: "person", id })).status).toBe(400);
    expect((await server.client().call(getNumberTrace, of)).status).toBe(401);
  });
});
