import { beforeAll, describe, expect, it } from "vitest";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import { CertificateModel } from "../../../src/models/certificate.ts";
import type { Person } from "../../../src/models/person.ts";
import { renderCertificateFile } from "../../../src/server/commands/certificates/render-certificate-file.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import {
  getCertificatePdf,
  issueCertificate,
  issueMergedCertificate,
  listPrintable,
  verifyCertificate,
} from "../../../src/shared/contracts/certificates.ts";
import { importCreditHistory } from "../../../src/shared/contracts/imports.ts";
import { adminOf, newPerson, personClient } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

let person: Person & { idNumber: string };
let hospital: ApiClient;
let himself: ApiClient;
const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

beforeAll(async () => {
  person = await newPerson(server.app, world.hospital, { name: "证书甲" });
  hospital = await adminOf(server.app, server.url, world.hospital);
  himself = await personClient(server.app, server.url, person);
  await credit([
    [2022, 30, 60],
    [2023, 31, 60.5],
    [2024, 30, 55],
  ]);
});

async function credit(years: readonly (readonly [number, number, number])[]): Promise<void> {
  const province = await adminOf(server.app, server.url, world.province);
  const rows = years.map(([year, publicHours, professional]) => ({
    idNumber: person.idNumber,
    year,
    public: publicHours,
    professional,
    title: `${year}年度历史学时`,
  }));
  await province.ok(importCreditHistory, {
    source: `原平台 ${years.length}-${years[0]?.[0]}-${years[0]?.[2]}`,
    rows,
  });
}

const pdfPath = (id: string) => getCertificatePdf.path.replace(":id", id);
const missingId = "f".repeat(24);

describe("POST /people/:id/certificates", () => {
  it("issues the certificate of a passed year once, renders it once, and records it", async () => {
    const first = await himself.ok(issueCertificate, { id: "me", year: 2022 });
    const again = await hospital.ok(issueCertificate, { id: person._id, year: 2022 });
    expect(again).toEqual(first);
    expect(first).toMatchObject({
      kind: "single",
      years: [2022],
      version: 1,
      statusName: "有效",
      personName: "证书甲",
    });
    const events = await AuditEventModel.find({ subjectId: first.id, type: "certificate.issued" }).lean();
    expect(events.map((event) => event.data)).toEqual([{ number: first.number, edition: 1, years: [2022] }]);
    const one = await himself.bytes(pdfPath(first.id));
    const two = await hospital.bytes(pdfPath(first.id));
    expect(new TextDecoder().decode(one.bytes.subarray(0, 5))).toBe("%PDF-");
    expect(Buffer.compare(one.bytes, two.bytes)).toBe(0);
  });

  it("renders nothing a second time, also when its job runs", async () => {
    const { id } = await himself.ok(issueCertificate, { id: "me", year: 2022 });
    const before = await CertificateModel.findById(id).lean();
    expect(await renderCertificateFile(server.app, id)).toBe(before?.fileId);
  });

  it("gives one certificate to two who ask at once", async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => hospital.call(issueCertificate, { id: person._id, year: 2023 })),
    );
    for (const answer of answers) expect([200, 409]).toContain(answer.status);
    expect(
      await CertificateModel.countDocuments({
        personId: person._id,
        fromYear: 2023,
        kind: "single",
        status: "valid",
      }),
    ).toBe(1);
  });

  it("409: says what a failed year lacks", async () => {
    const answer = await himself.call(issueCertificate, { id: "me", year: 2024 });
    expect([answer.status, answer.body.error?.code]).toEqual([409, "certificate.year_not_passed"]);
    expect(answer.body.error?.message).toBe("2024年度未达标：专业课还差 5 学时，不能打印证书");
    const future = await himself.call(issueCertificate, { id: "me", year: 2027 });
    expect(future.body.error?.message).toContain("该年度尚未开始");
  });

  it("404: a person outside the tree, or nobody", async () => {
    const elsewhere = await adminOf(server.app, server.url, world.elsewhere);
    for (const [client, id] of [
      [elsewhere, person._id],
      [hospital, missingId],
      [himself, missingId],
    ] as const) {
      const answer = await client.call(issueCertificate, { id, year: 2022 });
      expect([answer.status, answer.body.error?.code]).toEqual([404, "person.not_found"]);
    }
  });

  it("401 and 400", async () => {
    expect((await server.client().call(issueCertificate, { id: person._id, year: 2022 })).status).toBe(401);
    expect((await himself.call(issueCertificate, { id: "me", year: 1999 })).status).toBe(400);
  });
});

describe("POST /people/:id/merged-certificates", () => {
  it("merges passed years, with the numbers of their own certificates", async () => {
    const merged = await himself.ok(issueMergedCertificate, { id: "me", from: 2022, to: 2023 });
    expect(merged).toMatchObject({ kind: "merged", years: [2022, 2023] });
    expect(await hospital.ok(issueMergedCertificate, { id: person._id, from: 2022, to: 2023 })).toEqual(
      merged,
    );
    expect((await himself.bytes(pdfPath(merged.id))).status).toBe(200);
  });

  it("409: names each blocking year and what it lacks", async () => {
    const answer = await himself.call(issueMergedCertificate, { id: "me", from: 2022, to: 2025 });
    expect([answer.status, answer.body.error?.code]).toEqual([409, "certificate.range_blocked"]);
    expect(answer.body.error?.message).toContain(
      "2024年度专业课还差 5 学时；2025年度公需课还差 30 学时、专业课还差 60 学时",
    );
  });

  it("400: a range that ends before it begins", async () => {
    expect((await himself.call(issueMergedCertificate, { id: "me", from: 2023, to: 2022 })).status).toBe(400);
  });
});

describe("GET /certificates/:id/pdf", () => {
  it("404 for a colleague, for another tree and for nobody's certificate", async () => {
    const { id } = await himself.ok(issueCertificate, { id: "me", year: 2022 });
    const colleague = await newPerson(server.app, world.hospital);
    const asColleague = await personClient(server.app, server.url, colleague);
    const elsewhere = await adminOf(server.app, server.url, world.elsewhere);
    for (const client of [asColleague, elsewhere]) expect((await client.bytes(pdfPath(id))).status).toBe(404);
    expect((await hospital.bytes(pdfPath(missingId))).status).toBe(404);
    expect((await server.client().bytes(pdfPath(id))).status).toBe(401);
  });
});

describe("GET /certificates/printable", () => {
  it("lists who passed; with onlyPassed=false everybody, with the reason", async () => {
    const passed = await hospital.ok(listPrintable, { year: 2022 });
    expect(passed.rows.map((row) => [row.personName, row.printable, row.certificate?.years])).toEqual([
      ["证书甲", true, [2022]],
    ]);
    const all = await hospital.ok(listPrintable, { year: 2024, onlyPassed: "false", name: "证书" });
    expect(all.rows.map((row) => [row.printable, row.reason])).toEqual([[false, "专业课还差 5 学时"]]);
  });

  it("403 without the module", async () => {
    expect((await himself.call(listPrintable, { year: 2022 })).status).toBe(403);
  });
});

describe("POST /verifications", () => {
  it("answers anybody with the live status; unknown numbers and wrong codes are told alike", async () => {
    const anyone = server.client();
    const certificate = await himself.ok(issueCertificate, { id: "me", year: 2022 });
    const paper = { number: certificate.number, code: certificate.verifyCode };
    const valid = await anyone.ok(verifyCertificate, paper);
    expect(valid).toMatchObject({
      status: "valid",
      statusName: "有效",
      certificate: { personName: "证书甲" },
    });
    expect(valid.certificate?.maskedIdNumber).toMatch(/^\d{4}\*{10}[\dX]{4}$/);
    const unknown = await anyone.ok(verifyCertificate, { ...paper, number: "ZS20000101-000001" });
    const altered = await anyone.ok(verifyCertificate, { ...paper, code: "AAAAAAAA" });
    expect([unknown.status, unknown.certificate]).toEqual(["unknown", null]);
    expect([altered.status, altered.certificate]).toEqual([unknown.status, unknown.certificate]);
    expect((await anyone.call(verifyCertificate, { number: "", code: "" })).status).toBe(400);
  });

  it("tells a re-issued certificate from its earlier edition, under one number", async () => {
    const first = await himself.ok(issueCertificate, { id: "me", year: 2023 });
    await credit([[2023, 1, 1]]);
    const second = await himself.ok(issueCertificate, { id: "me", year: 2023 });
    expect([second.number, second.version]).toEqual([first.number, 2]);
    const anyone = server.client();
    const old = await anyone.ok(verifyCertificate, { number: first.number, code: first.verifyCode });
    const fresh = await anyone.ok(verifyCertificate, { number: second.number, code: second.verifyCode });
    expect([old.statusName, fresh.statusName]).toEqual(["已更新", "有效"]);
  });
});
