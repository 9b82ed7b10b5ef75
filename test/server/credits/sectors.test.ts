import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { CreditEntryModel } from "../../../src/models/credit-entry.ts";
import { type Person, PersonModel } from "../../../src/models/person.ts";
import { type PersonYear, PersonYearModel } from "../../../src/models/person-year.ts";
import { packsFolder } from "../../../src/rules/load-packs.ts";
import { type LedgerDifference, rebuildLedger } from "../../../src/server/commands/credits/rebuild-ledger.ts";
import {
  determinedFields,
  type DeterminedPerson,
  determinePersonYear,
} from "../../../src/server/commands/people/determine-person-year.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { importCreditHistory } from "../../../src/shared/contracts/imports.ts";
import { listYears } from "../../../src/shared/contracts/people.ts";
import * as contracts from "../../../src/shared/contracts/policies.ts";
import { adminOf, inTransaction, newMember, newPerson, personClient } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

/** What a person's sector decides, from the policy pack to the stored year and back (REQ-06, REQ-10, PRO-06). */
let officer: ApiClient;
let asProvince: ApiClient;

type Built = Person & { idNumber: string };
const clock = fixedClock("2026-11-23T02:00:00Z");
const packId = "henan.annual-requirement";
const shipped = readFileSync(join(packsFolder(), "annual-requirement.json"), "utf8");
/** From 2026 the health sector asks for 40 + 60, accountants of any industry for 20 + 40. */
const health = { public: 40, professional: 60, total: 100 };
const accounting = { public: 20, professional: 40, total: 90 };

interface RequirementPack {
  version: string;
  decisions: { override: { rules: Record<string, unknown>[] } };
  cases: Record<string, unknown>[];
}

function withSectors(): string {
  const pack = JSON.parse(shipped) as RequirementPack;
  const { rules } = pack.decisions.override;
  const [old] = rules;
  if (old === undefined) throw new Error("the shipped pack has no sector rule");
  const rule = (name: string, sector: string, params: object) => ({
    ...old,
    name,
    from: 2026,
    to: null,
    conditions: { all: [{ fact: "sector", operator: "equal", value: sector }] },
    event: { type: "requirement", params },
  });
  rules.splice(
    0,
    1,
    { ...old, to: 2025 },
    rule("卫生行业 2026", "Q", health),
    rule("会计 2026", "accounting", accounting),
  );
  pack.cases = pack.cases.filter((one) => !JSON.stringify(one).includes('"accounting"'));
  for (const [sector, expect] of [
    ["Q", health],
    ["accounting", accounting],
  ] as const) {
    const input = { year: 2026, titleLevel: "senior", region: "410105", sector };
    pack.cases.push({ name: `2026 年行业 ${sector}`, call: "requirement", input, expect });
  }
  const before = { year: 2025, titleLevel: "senior", region: "410105", sector: "accounting" };
  const expected = { public: 30, professional: 60, total: 90 };
  pack.cases.push({ name: "2025 年会计", call: "requirement", input: before, expect: expected });
  return JSON.stringify({ ...pack, version: "2026.80" }, null, 2);
}

const { server, world } = useProvince({ clock });

beforeAll(async () => {
  asProvince = await adminOf(server.app, server.url, world.province);
  const right = { role: "policy-officer" as const, modules: ["policies:manage" as const] };
  officer = (await newMember(server, world.province, right)).client;
});

const build = (given: Partial<Person>): Promise<Built> => newPerson(server.app, world.company, given);

interface HistoryRow {
  year: number;
  public: number;
  professional: number;
  titleLevel?: string;
  regionCode?: string;
  sector?: string;
}

async function credit(person: Built, row: HistoryRow, title = "历史学时"): Promise<void> {
  const rows = [{ idNumber: person.idNumber, title, ...row }];
  const answer = await asProvince.ok(importCreditHistory, { source: "原平台", rows });
  expect(answer.problems).toEqual([]);
}

const stored = (person: Built, year: number) =>
  PersonYearModel.findById(`${person._id}-${year}`).lean<PersonYear>();

async function rebuild(repair: boolean) {
  const found: LedgerDifference[] = [];
  const report = await rebuildLedger(server.app, { repair, report: (one) => found.push(one) });
  return { ...report, found };
}

describe("a person's sector", () => {
  let doctor: Built;
  let teacher: Built;
  let accountant: Built;

  beforeAll(async () => {
    doctor = await build({ industry: "Q" });
    teacher = await build({ industry: "P" });
    accountant = await build({ industry: "Q", isAccountant: true });
    for (const person of [doctor, teacher, accountant])
      await credit(person, { year: 2026, public: 30, professional: 60 });
  });

  it("is kept with the year: the unit's industry, or accounting for accountants wherever they work", async () => {
    const sectors = [];
    for (const person of [doctor, teacher, accountant]) sectors.push((await stored(person, 2026))?.sector);
    expect(sectors).toEqual(["Q", "P", "accounting"]);
    const entries = await CreditEntryModel.find({ personId: accountant._id }).lean();
    expect(entries.map(({ yearFacts }) => yearFacts?.sector)).toEqual(["accounting", "accounting"]);
  });

  it("is counted by the impact preview, with the level and the region", async () => {
    const impact = await officer.ok(contracts.previewPolicyImpact, { packId, text: withSectors() });
    expect(impact).toMatchObject({ evaluated: 3, changed: 1, gained: 0, lost: 1 });
    expect(impact.bySector).toEqual([{ code: "Q", name: "卫生和社会工作", gained: 0, lost: 1 }]);
    expect(impact.byRegion).toMatchObject([{ code: "410105", lost: 1 }]);
    expect(impact.byLevel).toMatchObject([{ code: "3", lost: 1 }]);
  });

  it("decides the requirement shown, the result, and what the ledger rebuilds", async () => {
    const text = withSectors();
    const { sha256 } = await officer.ok(contracts.savePolicyDraft, { packId, text, basedOn: null });
    await officer.ok(contracts.publishPolicyPack, { packId, sha256, note: "行业规定" });
    const shown = [];
    for (const person of [doctor, teacher, accountant]) {
      const client = await personClient(server.app, server.url, person);
      const [year] = (await client.ok(listYears, { id: "me" })).years;
      shown.push([year?.required.total, year?.result]);
    }
    expect(shown).toEqual([
      [100, "in-progress"],
      [90, "passed"],
      [90, "passed"],
    ]);
    const { found } = await rebuild(true);
    expect(new Set(found.map(({ personYearId }) => personYearId))).toEqual(
      new Set([`${doctor._id}-2026`, `${accountant._id}-2026`]),
    );
    expect(await stored(doctor, 2026)).toMatchObject({ result: "failed", required: health });
    expect(await stored(accountant, 2026)).toMatchObject({ result: "passed", required: accounting });
    expect(await rebuild(false)).toMatchObject({ differences: 0 });
  });

  it("is the one of that year for hours that history brings", async () => {
    const person = await build({ industry: "P" });
    await credit(person, { year: 2026, public: 30, professional: 60, sector: "Q" });
    expect(await stored(person, 2026)).toMatchObject({ sector: "Q", result: "failed" });
  });

  it("is refused when it is none", async () => {
    const rows = [
      { idNumber: doctor.idNumber, title: "x", year: 2026, public: 1, professional: 1, sector: "ZZ" },
    ];
    const answer = await asProvince.call(importCreditHistory, { source: "原平台", rows });
    expect(answer.status).toBe(400);
  });
});

describe("a year whose row is lost", () => {
  it("is rebuilt by what decided it, in the unit that it belonged to", async () => {
    const facts = { titleLevel: "2", regionCode: "410300", sector: "C" };
    const moved = await build({});
    await credit(moved, { year: 2015, public: 24, professional: 56, ...facts });
    await credit(moved, { year: 2017, public: 24, professional: 66, ...facts });
    await credit(moved, { year: 2017, public: 1, professional: 1 }, "又一条");
    clock.set("2026-11-23T02:00:01Z");
    await credit(moved, { year: 2016, public: 24, professional: 66, ...facts, regionCode: "410105" });
    clock.set("2026-11-23T02:00:02Z");
    await credit(moved, { year: 2016, public: 1, professional: 1, ...facts }, "后来的区域");
    const rows = () => PersonYearModel.find({ personId: moved._id }, { version: 0 }).sort({ year: 1 }).lean();
    const before = await rows();
    expect(before).toMatchObject([
      { year: 2015, ...facts, organizationId: world.company._id, result: "failed" },
      { year: 2016, ...facts, result: "passed" },
      { year: 2017, ...facts, organizationId: world.company._id, result: "passed" },
    ]);
    const { hospital } = world;
    await PersonModel.updateOne(
      { _id: moved._id },
      {
        organizationId: hospital._id,
        organizationName: hospital.name,
        scopeIds: [hospital._id, ...hospital.ancestorIds],
        regionCode: "410105",
        titleLevel: "4",
        titles: [],
        industry: "Q",
      },
    );
    await PersonYearModel.deleteMany({ personId: moved._id });
    expect(await rebuild(true)).toMatchObject({ differences: 3, repaired: 3 });
    const undated = (years: Awaited<ReturnType<typeof rows>>) =>
      years.map(({ determinedAt: _when, trace: _dated, ...rest }) => rest);
    expect(undated(await rows())).toEqual(undated(before));
  });
});

describe("a transfer", () => {
  it("moves the running year to the new unit and leaves past years where they belong (TRF-10, TRF-13)", async () => {
    const person = await build({ industry: "P" });
    for (const year of [2025, 2026]) await credit(person, { year, public: 30, professional: 60 });
    const { hospital, company } = world;
    const scopeIds = [hospital._id, ...hospital.ancestorIds];
    await PersonModel.updateOne(
      { _id: person._id },
      { organizationId: hospital._id, organizationName: hospital.name, scopeIds, industry: "Q" },
    );
    const again = async (year: number) => {
      const now = await PersonModel.findById(person._id, determinedFields).lean<DeterminedPerson>();
      if (now === null) throw new Error("no person");
      await inTransaction(server.app, (ctx) =>
        determinePersonYear(ctx, now, { year, added: { public: 0, professional: 0 } }),
      );
    };
    await again(2025);
    await again(2026);
    expect(await stored(person, 2025)).toMatchObject({
      organizationId: company._id,
      sector: "P",
      result: "passed",
    });
    expect(await stored(person, 2026)).toMatchObject({
      organizationId: hospital._id,
      sector: "Q",
      result: "failed",
    });
  });
});

describe("an approved absence", () => {
  it("is kept by the year: later hours and the list count with it (PRO-01, REQ-07)", async () => {
    const person = await build({ industry: "P" });
    await credit(person, { year: 2026, public: 15, professional: 30 });
    const adjustment = {
      applicationId: "a".repeat(24),
      kind: "sick" as const,
      from: "2026-01-01",
      to: "2026-07-03",
    };
    const determined = await PersonModel.findById(person._id, determinedFields).lean<DeterminedPerson>();
    if (determined === null) throw new Error("no person");
    for (let time = 0; time < 2; time += 1)
      await inTransaction(server.app, (ctx) =>
        determinePersonYear(ctx, determined, {
          year: 2026,
          added: { public: 0, professional: 0 },
          absences: { applicationId: adjustment.applicationId, adjustments: [adjustment] },
        }),
      );
    const half = { public: 15, professional: 30, total: 45 };
    expect(await stored(person, 2026)).toMatchObject({
      result: "passed-by-adjustment",
      required: half,
      adjustments: [adjustment],
    });
    const client = await personClient(server.app, server.url, person);
    const shown = async () => (await client.ok(listYears, { id: "me" })).years[0];
    expect(await shown()).toMatchObject({ result: "passed-by-adjustment", required: half });
    await credit(person, { year: 2026, public: 1, professional: 1 }, "再来");
    expect(await stored(person, 2026)).toMatchObject({ result: "passed-by-adjustment", public: 16 });
    await credit(person, { year: 2026, public: 14, professional: 29 }, "补足");
    expect(await stored(person, 2026)).toMatchObject({ result: "passed", public: 30 });
  });
});
