import { beforeAll, describe, expect, it } from "vitest";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import { CertificateModel } from "../../../src/models/certificate.ts";
import { CreditEntryModel } from "../../../src/models/credit-entry.ts";
import type { Person } from "../../../src/models/person.ts";
import { PersonYearModel } from "../../../src/models/person-year.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { importCreditHistory } from "../../../src/shared/contracts/imports.ts";
import { listYears } from "../../../src/shared/contracts/people.ts";
import { approveBy, declareOwn } from "../../support/declaring.ts";
import { adminOf, freshIdNumber, inTransaction, newPerson, personClient } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

let asProvince: ApiClient;
const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

beforeAll(async () => {
  asProvince = await adminOf(server.app, server.url, world.province);
});

type Built = Person & { idNumber: string };
const build = (given: Partial<Person> = {}, unit = world.hospital): Promise<Built> =>
  newPerson(server.app, unit, given);
const clientFor = (person: Person) => personClient(server.app, server.url, person);

let files = 0;
async function importRows(rows: Record<string, unknown>[], source?: string) {
  files += 1;
  return await asProvince.call(importCreditHistory, { source: source ?? `原平台数据${files}`, rows });
}

const row = (person: Built, year: number, fields: object) => ({
  idNumber: person.idNumber,
  year,
  title: `${year}年度学时`,
  ...fields,
});

describe("GET /people/:id/years", () => {
  it("shows the running year as 进行中 with what is missing, the rule and its clause", async () => {
    const person = await build();
    const answer = await (await clientFor(person)).ok(listYears, { id: "me" });
    expect(answer.years).toHaveLength(1);
    expect(answer.years[0]).toMatchObject({
      year: 2026,
      total: 0,
      required: { total: 90, public: 30, professional: 60 },
      missing: { public: 30, professional: 60 },
      result: "in-progress",
      resultName: "进行中",
      certificateId: null,
    });
    expect(answer.years[0]?.explanation).toContain("公需 0 < 30");
    expect(answer.years[0]?.citations.length).toBeGreaterThan(0);
    expect(answer.years[0]?.blocked).toContain("公需课还差 30 学时");
    expect(answer.canMerge).toBe(false);
  });

  it("shows credits as soon as they are approved, and the passed year as printable", async () => {
    const person = await build();
    const client = await clientFor(person);
    const reviewers = [
      await adminOf(server.app, server.url, world.hospital),
      await adminOf(server.app, server.url, world.authority),
      await adminOf(server.app, server.url, world.city),
    ];
    const { instanceId } = await declareOwn({ app: server.app, client, person }, { form: "11" });
    await approveBy(reviewers, instanceId);
    const { years, canMerge } = await client.ok(listYears, { id: "me" });
    expect(years[0]).toMatchObject({
      hours: { public: 30, professional: 60 },
      result: "passed",
      blocked: null,
    });
    expect(canMerge).toBe(true);
  });

  it.each([
    // Table REQ-T1: both sides of each row, by title level and region of that year.
    { year: 2015, facts: { titleLevel: "4" }, hours: { public: 22, professional: 52 }, result: "passed" },
    { year: 2015, facts: { titleLevel: "3" }, hours: { public: 22, professional: 52 }, result: "failed" },
    { year: 2015, facts: { titleLevel: "3" }, hours: { public: 26, professional: 60 }, result: "passed" },
    { year: 2015, facts: { titleLevel: "9" }, hours: { public: 22, professional: 52 }, result: "passed" },
    {
      year: 2017,
      facts: { regionCode: "410105" },
      hours: { public: 24, professional: 66 },
      result: "failed",
    },
    {
      year: 2017,
      facts: { regionCode: "410105" },
      hours: { public: 30, professional: 60 },
      result: "passed",
    },
    {
      year: 2017,
      facts: { regionCode: "410300" },
      hours: { public: 24, professional: 66 },
      result: "passed",
    },
    {
      year: 2017,
      facts: { regionCode: "410300" },
      hours: { public: 30, professional: 60 },
      result: "failed",
    },
    { year: 2024, facts: {}, hours: { public: 30, professional: 60 }, result: "passed" },
    { year: 2024, facts: {}, hours: { public: 29.9, professional: 100 }, result: "failed" },
    { year: 2024, facts: {}, hours: { public: 100, professional: 59 }, result: "failed" },
  ])("determines $year for $facts with $hours as $result", async ({ year, facts, hours, result }) => {
    const person = await build({ firstYear: year });
    expect((await importRows([row(person, year, { ...hours, ...facts })])).body.imported).toBe(1);
    const answer = await (await clientFor(person)).ok(listYears, { id: "me", from: year, to: year });
    expect(answer.years).toMatchObject([{ year, result, hours }]);
    expect((await PersonYearModel.findById(`${person._id}-${year}`).lean())?.result).toBe(result);
    expect(answer.canMerge).toBe(result === "passed");
    expect(answer.mergeBlocked.length).toBe(result === "passed" ? 0 : 1);
  });

  it("uses the title held on 1 January of the year (REQ-02)", async () => {
    const titles = [
      { series: "04", level: "4", name: "医师", obtainedOn: "2010-07-01" },
      { series: "04", level: "3", name: "主治医师", obtainedOn: "2014-01-02" },
    ];
    const person = await build({ firstYear: 2014, titles });
    const { years } = await (await clientFor(person)).ok(listYears, { id: "me", from: 2014, to: 2015 });
    expect(years.map(({ year, required }) => [year, required.total])).toEqual([
      [2015, 86],
      [2014, 74],
    ]);
  });

  it("begins with the first obligated or credited year, never before 2013, and names every blocking year", async () => {
    const person = await build({ firstYear: 2024 });
    await importRows([
      row(person, 2022, { public: 30, professional: 60 }),
      row(person, 2025, { public: 30, professional: 60 }),
    ]);
    const client = await clientFor(person);
    const { years } = await client.ok(listYears, { id: "me" });
    expect(years.map(({ year, result }) => [year, result])).toEqual([
      [2026, "in-progress"],
      [2025, "passed"],
      [2024, "failed"],
      [2023, "failed"],
      [2022, "passed"],
    ]);
    const range = await client.ok(listYears, { id: "me", from: 2022, to: 2025 });
    expect(range.canMerge).toBe(false);
    expect(range.mergeBlocked.map((text) => text.slice(0, 4))).toEqual(["2023", "2024"]);
    expect((await client.ok(listYears, { id: "me", from: 2025, to: 2022 })).years).toEqual([]);
  });

  it("is visible to administrators above with the module, and to nobody else (404)", async () => {
    const person = await build();
    const { app, url } = server;
    for (const unit of [world.hospital, world.authority, world.city, world.province])
      expect((await (await adminOf(app, url, unit)).call(listYears, { id: person._id })).status).toBe(200);
    for (const stranger of [
      await adminOf(app, url, world.company),
      await adminOf(app, url, world.elsewhere),
      await clientFor(await build()),
    ])
      expect((await stranger.call(listYears, { id: person._id })).body.error?.code).toBe("person.not_found");
  });

  it("answers 400 and 401", async () => {
    const client = await clientFor(await build());
    expect((await client.call(listYears, { id: "myself" })).status).toBe(400);
    expect((await client.call(listYears, { id: "me", from: 2012 })).status).toBe(400);
    expect((await server.client().call(listYears, { id: "me" })).status).toBe(401);
  });
});

describe("POST /credit-history", () => {
  const hours = { public: 30, professional: 60 };

  it("enters the ledger and says for each other row why it did not", async () => {
    const person = await build({ firstYear: 2020 });
    const answer = await importRows([
      row(person, 2021, hours),
      row({ ...person, idNumber: freshIdNumber() }, 2021, hours),
      row(person, 2027, hours),
      row(person, 2022, { public: 0, professional: 0 }),
      row(person, 2021, hours),
      row(person, 2021, { public: 0, professional: 5, title: "另一项", creditedOn: "2021-06-30" }),
      row(person, 2021, { ...hours, title: "未来", creditedOn: "2026-11-24" }),
    ]);
    expect(answer.body).toMatchObject({ imported: 2 });
    expect(answer.body.problems).toEqual([
      { row: 2, message: "没有查到该身份证号码的专业技术人员" },
      { row: 3, message: "2027年度尚未开始" },
      { row: 4, message: "公需、专业学时不能都为0" },
      { row: 5, message: "该来源的同一记录已导入" },
      { row: 7, message: "认定日期不能晚于今天" },
    ]);
    expect(await CreditEntryModel.countDocuments({ personId: person._id, source: "history" })).toBe(3);
    expect(await PersonYearModel.findById(`${person._id}-2021`).lean()).toMatchObject({
      public: 30,
      professional: 65,
    });
  });

  it("credits a file once that is sent twice", async () => {
    const person = await build();
    const rows = [row(person, 2021, hours)];
    expect((await importRows(rows, "同一文件")).body.imported).toBe(1);
    expect((await importRows(rows, "同一文件")).body).toMatchObject({ imported: 0 });
    expect(await CreditEntryModel.countDocuments({ personId: person._id })).toBe(2);
  });

  it("records the import without any ID number", async () => {
    const person = await build();
    await importRows([row(person, 2021, hours)], "审计来源");
    const event = await AuditEventModel.findOne({
      type: "credits.history_imported",
      "data.source": "审计来源",
    }).lean();
    expect(event?.data).toEqual({ source: "审计来源", rows: 1 });
    expect(JSON.stringify(event)).not.toContain(person.idNumber);
  });

  it("marks a certificate that shows a changed year as updated (CRT-08)", async () => {
    const person = await build();
    await importRows([row(person, 2021, hours)]);
    const certificateId = await inTransaction(server.app, async (ctx) => {
      const _id = ctx.newId();
      await CertificateModel.create([
        {
          _id,
          kind: "single",
          number: `T${_id}`,
          edition: 1,
          verifyCode: "ABCD",
          personId: person._id,
          personName: person.name,
          maskedIdNumber: person.maskedIdNumber,
          organizationName: person.organizationName,
          scopeIds: person.scopeIds,
          years: [],
          fromYear: 2021,
          toYear: 2021,
          issuer: "示例",
          view: {},
          fileId: null,
          status: "valid",
          issuedByAccountId: person.accountId,
          issuedAt: ctx.clock.now(),
          version: 0,
        },
      ]);
      return _id;
    });
    const client = await clientFor(person);
    expect((await client.ok(listYears, { id: "me", from: 2021, to: 2021 })).years[0]?.certificateId).toBe(
      certificateId,
    );
    await importRows([row(person, 2021, { public: 0, professional: 3, title: "补充" })]);
    expect(await CertificateModel.findById(certificateId).lean()).toMatchObject({ status: "updated" });
  });

  it("answers 400, 401, and 403 to all but the provincial bureau", async () => {
    const person = await build();
    const rows = [row(person, 2021, hours)];
    const send = (client: ApiClient, body: Record<string, unknown>) => client.call(importCreditHistory, body);
    for (const body of [
      { source: "x", rows: [] },
      { source: "来源", rows: [{ ...rows[0], public: -1 }] },
      { source: "来源", rows: [{ ...rows[0], public: 0.05 }] },
      { source: "来源", rows: [{ ...rows[0], idNumber: "410105199902291230" }] },
      { source: "来源", rows: [{ ...rows[0], year: 2012 }] },
      { source: "", rows },
    ])
      expect((await send(asProvince, body)).status).toBe(400);
    const body = { source: "来源", rows };
    expect((await send(server.client(), body)).status).toBe(401);
    for (const unit of [world.city, world.hospital])
      expect((await send(await adminOf(server.app, server.url, unit), body)).status).toBe(403);
    expect((await send(await clientFor(person), body)).status).toBe(403);
    expect(await CreditEntryModel.countDocuments({ personId: person._id })).toBe(0);
  });
});
