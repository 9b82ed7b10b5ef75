import { beforeAll, describe, expect, it } from "vitest";
import { JobModel } from "../../../src/models/job.ts";
import { type PersonYear, PersonYearModel } from "../../../src/models/person-year.ts";
import type { Person } from "../../../src/models/person.ts";
import { followIndustry } from "../../../src/server/commands/organizations/follow-industry.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { importCreditHistory } from "../../../src/shared/contracts/imports.ts";
import { saveOrganizationData } from "../../../src/shared/contracts/organizations.ts";
import { useProvince } from "../../support/province.ts";
import { adminOf, newPerson, newUnit, type Unit } from "../../support/world.ts";

type Known = Person & { idNumber: string };

const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });
let unit: Unit;
let asUnit: ApiClient;
let asProvince: ApiClient;

beforeAll(async () => {
  const { app, url } = server;
  unit = await newUnit(app, world.authority);
  asUnit = await adminOf(app, url, unit);
  asProvince = await adminOf(app, url, world.province);
});

async function credit(person: Known, year: number, sector?: string): Promise<void> {
  const row = { idNumber: person.idNumber, year, public: 30, professional: 60, title: "历史学时" };
  const rows = [sector === undefined ? row : { ...row, sector }];
  expect((await asProvince.ok(importCreditHistory, { source: "原平台", rows })).problems).toEqual([]);
}

const yearsOf = async (person: Known) =>
  (await PersonYearModel.find({ personId: person._id }).sort({ year: 1 }).lean<PersonYear[]>()).map(
    ({ year, sector, public: hours }) => [year, sector, hours],
  );

const jobs = (status: object) => JobModel.countDocuments({ kind: "organization.follow-industry", ...status });

async function changeIndustry(industry: string): Promise<void> {
  await asUnit.ok(saveOrganizationData, { id: unit._id, industry });
  await expect.poll(() => jobs({ status: { $ne: "done" } }), { timeout: 20_000, interval: 50 }).toBe(0);
}

describe("another industry of an organization", () => {
  it("decides the running year of its people anew; past years stay, also those that nobody had stored", async () => {
    const person = await newPerson(server.app, unit, { firstYear: 2023 });
    await credit(person, 2024, "C");
    await credit(person, 2026);
    const elsewhere = await newPerson(server.app, world.hospital, { firstYear: 2024 });
    await credit(elsewhere, 2026);
    expect(await yearsOf(person)).toEqual([
      [2024, "C", 30],
      [2026, "Q", 30],
    ]);
    await changeIndustry("P");
    const after = [
      [2023, "Q", 0],
      [2024, "C", 30],
      [2025, "Q", 0],
      [2026, "P", 30],
    ];
    expect(await yearsOf(person)).toEqual(after);
    expect(await yearsOf(elsewhere)).toEqual([[2026, "Q", 30]]);
    // A job may run twice.
    await followIndustry(server.app, { organizationId: unit._id, before: "Q" });
    expect(await yearsOf(person)).toEqual(after);
  });

  it("stores no running year for whoever has none, and leaves accountants to their own rules", async () => {
    const idle = await newPerson(server.app, unit, { industry: "P" });
    const accountant = await newPerson(server.app, unit, {
      industry: "P",
      isAccountant: true,
      firstYear: 2025,
    });
    await credit(accountant, 2026);
    await changeIndustry("Q");
    expect(await yearsOf(idle)).toEqual([]);
    expect(await yearsOf(accountant)).toEqual([[2026, "accounting", 30]]);
  });

  it("reaches everybody, over several transactions", async () => {
    const people: Known[] = [];
    for (let index = 0; index < 45; index += 1)
      people.push(await newPerson(server.app, unit, { industry: "Q", firstYear: 2025 }));
    await changeIndustry("M");
    for (const person of people) expect(await yearsOf(person)).toEqual([[2025, "Q", 0]]);
  });

  it("leaves no job when the industry is what it was", async () => {
    const before = await jobs({});
    await asUnit.ok(saveOrganizationData, { id: unit._id, industry: "M", phone: "0371-65432177" });
    expect(await jobs({})).toBe(before);
  });
});
