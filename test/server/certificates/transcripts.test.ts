import { beforeAll, describe, expect, it } from "vitest";
import { AccountModel } from "../../../src/models/account.ts";
import { CertificateModel } from "../../../src/models/certificate.ts";
import { type Person, PersonModel } from "../../../src/models/person.ts";
import { revokeCertificates } from "../../../src/server/commands/certificates/revoke-certificates.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import {
  exportClosedTranscript,
  getCertificatePdf,
  issueTranscript,
  verifyCertificate,
} from "../../../src/shared/contracts/certificates.ts";
import { importCreditHistory } from "../../../src/shared/contracts/imports.ts";
import { releasePeople } from "../../../src/shared/contracts/transfers.ts";
import { codeOf } from "../../support/answers.ts";
import { approveApplication, auditTypes, storedApplication } from "../../support/applications.ts";
import { auditOf, buildLogin, type Login, password } from "../../support/login.ts";
import { useProvince } from "../../support/province.ts";
import {
  adminOf,
  freshIdNumber,
  inTransaction,
  newMember,
  newPerson,
  personClient,
} from "../../support/world.ts";
import { pdfFacts } from "../printing/pdf-facts.ts";

const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });
const missingId = "f".repeat(24);
let asHospital: ApiClient;

beforeAll(async () => {
  asHospital = await adminOf(server.app, server.url, world.hospital);
});

async function credit(idNumber: string, year: number, hours: [number, number]): Promise<void> {
  const province = await adminOf(server.app, server.url, world.province);
  const [publicHours, professional] = hours;
  const title = `${year}年度学时${hours.join("-")}`;
  await province.ok(importCreditHistory, {
    source: `原平台${title}${idNumber.slice(-6)}`,
    rows: [{ idNumber, year, public: publicHours, professional, title }],
  });
}

async function withHistory(given: Partial<Person> = {}) {
  const person = await newPerson(server.app, world.hospital, { firstYear: 2024, ...given });
  await credit(person.idNumber, 2024, [30, 60]);
  await credit(person.idNumber, 2025, [30, 12.5]);
  return { person, client: await personClient(server.app, server.url, person) };
}

async function pdfOf(client: ApiClient, id: string) {
  const answer = await client.bytes(getCertificatePdf.path.replace(":id", id));
  expect(answer.status).toBe(200);
  return { bytes: answer.bytes, text: pdfFacts(answer.bytes).text.join("") };
}

describe("POST /people/:id/transcripts", () => {
  it("200: every year with its credits and result, rendered once, checkable by anybody, recorded", async () => {
    const { person, client } = await withHistory();
    const transcript = await client.ok(issueTranscript, { id: "me" });
    expect(transcript).toMatchObject({ kind: "transcript", years: [2024, 2025, 2026], version: 1 });
    expect(transcript.number).toMatch(/^DA\d{8}-\d{6}$/);
    const own = await pdfOf(client, transcript.id);
    expect(own.text).toContain("学习档案");
    expect(own.text).toContain("2024年度学时30-60");
    expect(own.text).toContain("认定结果：通过");
    expect(own.text).toContain("认定结果：未通过");
    expect(own.text).toContain("认定结果：进行中");
    expect(own.text).not.toContain(person.idNumber);
    const units = await asHospital.ok(issueTranscript, { id: person._id });
    expect(units.id).toBe(transcript.id);
    expect(Buffer.compare((await pdfOf(asHospital, units.id)).bytes, own.bytes)).toBe(0);
    expect(await auditTypes(transcript.id)).toEqual([
      "certificate.issued",
      "certificate.printed",
      "certificate.printed",
    ]);
    const { number, verifyCode: code } = transcript;
    const verified = await server.client().ok(verifyCertificate, { number, code });
    expect(verified).toMatchObject({ status: "valid", certificate: { personName: person.name } });
    expect(verified.certificate?.years[1]).toMatchObject({ year: 2025, professional: 12.5 });
  });

  it("200: says what has changed in a new edition under the same number", async () => {
    const { person, client } = await withHistory();
    const first = await client.ok(issueTranscript, { id: "me" });
    await credit(person.idNumber, 2025, [0, 50]);
    const second = await client.ok(issueTranscript, { id: "me" });
    expect(second).toMatchObject({ number: first.number, version: 2, status: "valid" });
    expect((await pdfOf(client, second.id)).text).toContain("2025年度学时0-50");
    const earlier = { number: first.number, code: first.verifyCode };
    expect((await server.client().ok(verifyCertificate, earlier)).status).toBe("updated");
  });

  it("200: a year that is no longer met makes it 已更新, not 已撤销: it never said that the year was met", async () => {
    const { person, client } = await withHistory();
    const { id } = await client.ok(issueTranscript, { id: "me" });
    await inTransaction(server.app, (ctx) => revokeCertificates(ctx, person._id, 2024));
    expect((await CertificateModel.findById(id).lean())?.status).toBe("updated");
    expect((await pdfOf(client, id)).text).toContain("学习档案");
  });

  it("403 without the module, 404 for others' people, 401, 400", async () => {
    const { person, client } = await withHistory();
    const right = { role: "employer" as const, modules: ["people:query" as const] };
    const { client: clerk } = await newMember(server, world.hospital, right);
    expect((await clerk.call(issueTranscript, { id: person._id })).status).toBe(403);
    const asCompany = await adminOf(server.app, server.url, world.company);
    const { person: colleague } = await withHistory();
    for (const [other, id] of [
      [asCompany, person._id],
      [asHospital, missingId],
      [client, colleague._id],
    ] as const)
      expect(await codeOf(other.call(issueTranscript, { id }))).toEqual([404, "person.not_found"]);
    const { id } = await client.ok(issueTranscript, { id: "me" });
    expect((await asCompany.bytes(getCertificatePdf.path.replace(":id", id))).status).toBe(404);
    expect((await server.client().call(issueTranscript, { id: person._id })).status).toBe(401);
    expect((await client.call(issueTranscript, { id: "mine" })).status).toBe(400);
  });
});

describe("POST /closed-records/transcript", () => {
  async function leaver(): Promise<Login> {
    const login = await buildLogin(server.app, world.hospital);
    await PersonModel.updateOne({ _id: login.personId }, { $set: { firstYear: 2024 } });
    await credit(login.idNumber, 2024, [30, 60]);
    return login;
  }

  /** By the unit: whoever has an initial password only cannot apply for it himself. */
  async function leave({ personId }: Login): Promise<void> {
    const to = { kind: "outside" as const, place: "湖北省武汉市" };
    const { results } = await asHospital.ok(releasePeople, { personIds: [personId], to, reason: "随迁" });
    const transfer = await storedApplication(results[0]?.applicationId ?? "");
    await approveApplication(server, [world.city], transfer);
  }

  async function ask(given: { idNumber: string; password?: string; captchaText?: string }) {
    const browser = server.client();
    const { idNumber, password: word = password, captchaText } = given;
    const body = { idNumber, password: word, ...(await browser.captcha(captchaText)) };
    const path = `/api${exportClosedTranscript.path}`;
    const headers = { "content-type": "application/json" };
    const answer = await browser.raw("POST", path, { headers, body: JSON.stringify(body) });
    const { error } = answer.body as { error?: { code: string; message: string } };
    return { ...answer, body: error === undefined ? {} : { error } };
  }

  it("200: who has left the province, and his old unit, take the transcript away (TRF-16)", async () => {
    const login = await leaver();
    await leave(login);
    const answer = await ask(login);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/pdf"]);
    expect(answer.headers.get("content-disposition")).toContain("attachment");
    expect(answer.headers.getSetCookie()).toEqual([]);
    const certificate = await CertificateModel.findOne({ personId: login.personId }).lean();
    expect(certificate).toMatchObject({ kind: "transcript", issuedByAccountId: login.accountId });
    expect(await auditTypes(certificate?._id ?? "")).toEqual(["certificate.issued", "certificate.printed"]);
    for (const { actorId } of await auditOf(certificate?._id ?? "")) expect(actorId).toBe(login.accountId);
    const units = await asHospital.ok(issueTranscript, { id: login.personId });
    expect(units.id).toBe(certificate?._id);
    const { text } = await pdfOf(asHospital, units.id);
    expect(text).toContain("2026年11月23日调出省外");
    expect(text).toContain("2024年度学时30-60");
  });

  it("409 while the record is open: then he signs in", async () => {
    const login = await leaver();
    const answer = await ask(login);
    expect([answer.status, answer.body.error?.code]).toEqual([409, "transcript.record_open"]);
    expect(await CertificateModel.countDocuments({ personId: login.personId })).toBe(0);
  });

  it("401: a wrong password counts and locks; nobody learns who is registered", async () => {
    const login = await leaver();
    await leave(login);
    const wrong = await ask({ ...login, password: "Cuowu@2026" });
    const nobody = await ask({ idNumber: freshIdNumber() });
    expect([wrong.status, wrong.body.error?.code]).toEqual([401, "login.wrong_password"]);
    expect(nobody.body.error?.message).toBe(wrong.body.error?.message);
    for (let count = 0; count < 4; count += 1) await ask({ ...login, password: "Cuowu@2026" });
    expect(await codeOf(ask(login))).toEqual([401, "login.locked"]);
    await AccountModel.updateOne({ _id: login.accountId }, { $set: { lockedUntil: null } });
    await AccountModel.updateOne({ _id: login.accountId }, { $set: { status: "disabled" } });
    expect(await codeOf(ask(login))).toEqual([401, "login.disabled"]);
  });

  it("403 with an initial password, which can be guessed; 400 with a wrong captcha or a strange ID number", async () => {
    const login = await buildLogin(server.app, world.hospital, { initial: true });
    await leave(login);
    const initial = await ask({ ...login, password: login.idNumber.slice(-6) });
    expect([initial.status, initial.body.error?.code]).toEqual([403, "transcript.initial_password"]);
    expect(await codeOf(ask({ ...login, captchaText: "NO" }))).toEqual([400, "captcha.wrong"]);
    expect((await ask({ idNumber: "1" })).status).toBe(400);
  });
});
