import { beforeAll, describe, expect, it } from "vitest";
import { CreditEntryModel } from "../../../src/models/credit-entry.ts";
import { CertificateModel } from "../../../src/models/certificate.ts";
import { PersonYearModel } from "../../../src/models/person-year.ts";
import { issueCertificate } from "../../../src/server/commands/certificates/issue-certificate.ts";
import { type LedgerDifference, rebuildLedger } from "../../../src/server/commands/credits/rebuild-ledger.ts";
import { actAs, professional } from "../../../src/server/seeds/acting.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { importCreditHistory } from "../../../src/shared/contracts/imports.ts";
import { auditOf } from "../../support/login.ts";
import { adminOf, newPerson } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

const people: string[] = [];

const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

beforeAll(async () => {
  const asProvince = await adminOf(server.app, server.url, world.province);
  const rows = [];
  for (let index = 0; index < 12; index += 1) {
    const unit = index % 2 === 0 ? world.hospital : world.company;
    const person = await newPerson(server.app, unit);
    people.push(person._id);
    for (const year of [2014, 2016, 2020, 2026]) {
      // 0.1 + 0.2 and the like: sums must not drift.
      const facts = {
        titleLevel: String((index % 5) + 1),
        regionCode: index % 3 === 0 ? "410105" : "410300",
      };
      const own = { idNumber: person.idNumber, year, ...facts };
      rows.push({ ...own, title: "甲", public: 29.9, professional: 20 + index * 3.3 });
      rows.push({ ...own, title: "乙", public: 0.1 * (index % 4), professional: 20.7 });
    }
  }
  const imported = await asProvince.ok(importCreditHistory, { source: "原平台", rows: rows.map(oneDecimal) });
  expect(imported.imported).toBe(96);
});

function oneDecimal<Row extends { public: number; professional: number }>(row: Row): Row {
  const round = (value: number) => Math.round(value * 10) / 10;
  return { ...row, public: round(row.public), professional: round(row.professional) };
}

async function rebuild(repair: boolean) {
  const differences: LedgerDifference[] = [];
  const report = await rebuildLedger(server.app, { repair, report: (found) => differences.push(found) });
  return { ...report, found: differences };
}

const stored = () => PersonYearModel.find({}, { version: 0 }).sort({ _id: 1 }).lean();

describe("rebuildLedger", () => {
  it("finds the stored years to follow from the ledger, and changes nothing", async () => {
    const before = await stored();
    expect(new Set(before.map(({ result }) => result))).toEqual(new Set(["passed", "failed"]));
    expect(await rebuild(false)).toMatchObject({ years: 48, differences: 0 });
    expect(await rebuild(true)).toMatchObject({ years: 48, differences: 0, repaired: 0 });
    expect(await stored()).toEqual(before);
  });

  it("rebuilds all years with identical outcome when every derived number is wiped", async () => {
    const before = await stored();
    await PersonYearModel.updateMany(
      {},
      {
        $set: {
          public: 0,
          professional: 0,
          result: "failed",
          trace: null,
          citations: [],
          required: { total: 0, public: 0, professional: 0 },
        },
      },
    );
    const check = await rebuild(false);
    expect(check).toMatchObject({ years: 48, differences: 48, repaired: 0 });
    expect(await rebuild(true)).toMatchObject({ differences: 48, repaired: 48 });
    expect(await stored()).toEqual(before);
    expect(await rebuild(false)).toMatchObject({ differences: 0 });
  });

  it("finds one changed number, one lost row and one row without entries, and names them", async () => {
    const [first = "", second = "", third = ""] = people;
    const before = await stored();
    await PersonYearModel.updateOne({ _id: `${first}-2020` }, { $inc: { professional: 0.1 } });
    await PersonYearModel.deleteOne({ _id: `${second}-2026` });
    const entries = await CreditEntryModel.find({ personId: third, year: 2016 }).lean();
    await CreditEntryModel.deleteMany({ personId: third, year: 2016 });
    const { found } = await rebuild(false);
    expect(found.map(({ personYearId }) => personYearId).toSorted()).toEqual(
      [`${first}-2020`, `${second}-2026`, `${third}-2016`].toSorted(),
    );
    const of = (id: string) => found.find(({ personYearId }) => personYearId === id)?.difference;
    expect(of(`${first}-2020`)).toContain("专业学时");
    expect(of(`${second}-2026`)).toBe("缺少年度记录");
    expect(of(`${third}-2016`)).toContain("公需学时 30.1 → 0");
    await CreditEntryModel.insertMany(entries);
    expect(await rebuild(true)).toMatchObject({ differences: 2, repaired: 2 });
    expect((await auditOf(`${first}-2020`)).map(({ type }) => type)).toContain("ledger.repaired");
    const sums = (rows: Awaited<ReturnType<typeof stored>>) =>
      rows.map(({ _id, public: common, professional: own }) => [_id, common, own]);
    expect(sums(await stored())).toEqual(sums(before));
  });

  it("revokes the certificate of a year that does not follow from the ledger", async () => {
    const passed = await PersonYearModel.findOne({ year: 2026, result: "passed" }).lean();
    const personId = passed?.personId ?? "";
    const actor = await professional(personId);
    const certificate = await actAs(server.app, actor, (ctx) =>
      issueCertificate(ctx, { id: personId, year: 2026 }),
    );
    await CreditEntryModel.deleteMany({ personId, year: 2026, subject: "professional" });
    expect(await rebuild(true)).toMatchObject({ differences: 1, repaired: 1 });
    expect((await CertificateModel.findById(certificate._id).lean())?.status).toBe("revoked");
    expect(await PersonYearModel.findById(`${personId}-2026`).lean()).toMatchObject({
      professional: 0,
      result: "failed",
    });
  });
});
