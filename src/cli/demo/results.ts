import type { ApiClient } from "../../shared/api-client.ts";
import {
  getCertificatePdf,
  issueCertificate,
  issueMergedCertificate,
  verifyCertificate,
} from "../../shared/contracts/certificates.ts";
import { importCreditHistory } from "../../shared/contracts/imports.ts";
import { listLearningRecords, listYears } from "../../shared/contracts/people.ts";
import type { Journey } from "./journey.ts";
import type { Professional, World } from "./world.ts";

interface Case {
  person: Professional;
  year: number;
  credits: [publicHours: number, professionalHours: number];
  levelOrRegion?: { titleLevel?: string; regionCode?: string };
  result: string;
  missing: [publicHours: number, professionalHours: number];
}

/** Years of the past, each on one side of its requirement; expected values are those of table REQ-T1. */
export function historyCases(people: readonly Professional[], elsewhere: string): Case[] {
  const [junior, intermediate, zhengzhou, outside, passed] = people;
  if (!junior || !intermediate || !zhengzhou || !outside || !passed) throw new Error("too few people");
  return [
    {
      person: junior,
      year: 2015,
      credits: [22, 52],
      levelOrRegion: { titleLevel: "4" },
      result: "通过",
      missing: [0, 0],
    },
    {
      person: intermediate,
      year: 2015,
      credits: [22, 52],
      levelOrRegion: { titleLevel: "3" },
      result: "未通过",
      missing: [4, 8],
    },
    { person: zhengzhou, year: 2017, credits: [24, 66], result: "未通过", missing: [6, 0] },
    {
      person: outside,
      year: 2017,
      credits: [24, 66],
      levelOrRegion: { regionCode: elsewhere },
      result: "通过",
      missing: [0, 0],
    },
    { person: junior, year: 2024, credits: [29, 70], result: "未通过", missing: [1, 0] },
    { person: passed, year: 2023, credits: [30, 60], result: "通过", missing: [0, 0] },
    { person: passed, year: 2024, credits: [30.5, 60], result: "通过", missing: [0, 0] },
    { person: passed, year: 2025, credits: [30, 50], result: "未通过", missing: [0, 10] },
  ];
}

/** The former system's hours, brought in by the provincial bureau; every result is checked with what is missing. */
export async function playHistory(journey: Journey, world: World, cases: readonly Case[]): Promise<void> {
  const imported = await world.province.admin.ok(importCreditHistory, {
    source: "原继续教育信息管理系统（示例数据）",
    rows: cases.map(({ person, year, credits, levelOrRegion }) => ({
      idNumber: person.idNumber,
      year,
      public: credits[0],
      professional: credits[1],
      title: `${year}年度历史学时`,
      creditedOn: `${year}-12-01`,
      ...levelOrRegion,
    })),
  });
  journey.expect("history", [imported.imported, imported.problems.length], [cases.length, 0]);
  for (const { person, year, result, missing } of cases) {
    const { years } = await world.employer.admin.ok(listYears, { id: person.id, from: year, to: year });
    const shown = years[0];
    journey.expect(
      `${year} ${person.name}`,
      [shown?.resultName, shown?.missing.public, shown?.missing.professional],
      [result, ...missing],
    );
    if (shown !== undefined)
      journey.note(`${year} ${shown.resultName}: ${shown.explanation.replaceAll("\n", " ")}`);
  }
}

/** The ledger of one person against the annual result that it implies. */
export async function checkLedger(journey: Journey, client: ApiClient, person: Professional): Promise<void> {
  const records = await client.ok(listLearningRecords, { id: person.id, year: journey.year, pageSize: 200 });
  const { years } = await client.ok(listYears, { id: person.id, from: journey.year, to: journey.year });
  const sums = { public: 0, professional: 0 };
  for (const entry of records.rows) sums[entry.subject] += entry.hours;
  journey.expect("the ledger and the annual row agree", years[0]?.hours, sums);
  journey.note(
    `${person.name} ${journey.year}: 公需 ${sums.public}，专业 ${sums.professional}，${years[0]?.resultName}`,
  );
}

/** Single, merged and refused certificates, and what the public verification says of them. */
export async function playCertificates(
  journey: Journey,
  world: World,
  people: { single: Professional; merged: Professional },
): Promise<void> {
  const { admin } = world.employer;
  const single = await admin.ok(issueCertificate, { id: people.single.id, year: journey.year });
  const pdf = await download(journey, admin, { id: single.id, name: `证书-${journey.year}.pdf` });
  const again = await download(journey, admin, { id: single.id, name: `证书-${journey.year}.pdf` });
  journey.expect("every print returns the same file", Buffer.compare(pdf, again), 0);
  const merged = await admin.ok(issueMergedCertificate, { id: people.merged.id, from: 2023, to: 2024 });
  await download(journey, admin, { id: merged.id, name: "合并证书-2023-2024.pdf" });
  const refused = await admin.call(issueMergedCertificate, { id: people.merged.id, from: 2023, to: 2025 });
  journey.expect("a failed year blocks the range", refused.body.error?.code, "certificate.range_blocked");
  journey.expectText(
    "the refusal names the year and what it lacks",
    refused.body.error?.message,
    "2025年度专业课还差 10 学时",
  );
  await verify(journey, { number: single.number, code: single.verifyCode });
}

async function download(
  journey: Journey,
  client: ApiClient,
  file: { id: string; name: string },
): Promise<Uint8Array> {
  const { status, bytes } = await client.bytes(getCertificatePdf.path.replace(":id", file.id));
  journey.expect(
    `${file.name}: a PDF`,
    [status, new TextDecoder().decode(bytes.subarray(0, 5))],
    [200, "%PDF-"],
  );
  await journey.write(file.name, bytes);
  return bytes;
}

async function verify(journey: Journey, paper: { number: string; code: string }): Promise<void> {
  const anyone = journey.client();
  const valid = await anyone.ok(verifyCertificate, paper);
  journey.expect("verification", valid.statusName, "有效");
  const unknown = await anyone.ok(verifyCertificate, { ...paper, number: "ZS20000101-000001" });
  journey.expect("an unknown number", unknown.status, "unknown");
  const altered = `${paper.code.slice(0, -1)}${paper.code.endsWith("A") ? "B" : "A"}`;
  const wrong = await anyone.ok(verifyCertificate, { ...paper, code: altered });
  journey.expect("an altered code", [wrong.status, wrong.certificate], ["unknown", null]);
}
