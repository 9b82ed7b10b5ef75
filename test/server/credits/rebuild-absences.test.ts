import { expect, it } from "vitest";
import { PersonModel } from "../../../src/models/person.ts";
import { PersonYearModel } from "../../../src/models/person-year.ts";
import { type LedgerDifference, rebuildLedger } from "../../../src/server/commands/credits/rebuild-ledger.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { revokeAdjustment, submitAdjustment } from "../../../src/shared/contracts/adjustments.ts";
import { approveApplication, attachmentsOf } from "../../support/applications.ts";
import { adminOf, newPerson, personClient } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

/** A person whose only trace in a year is an approved absence of half of it. */
async function absent(year: number) {
  const titleLevel = { titleLevel: "3", firstYear: 2012 };
  const person = await newPerson(server.app, world.hospital, titleLevel);
  const asPerson = await personClient(server.app, server.url, person);
  const application = await asPerson.ok(submitAdjustment, {
    year,
    case: "sick",
    periods: [{ from: `${year}-01-01`, to: `${year}-07-03` }],
    reason: "住院治疗",
    attachments: await attachmentsOf(server.app, person.accountId, ["proof"]),
  });
  await approveApplication(server, [world.hospital, world.authority, world.city], application);
  return { person, application, yearId: `${person._id}-${year}` };
}

async function rebuild(repair: boolean) {
  const found: LedgerDifference[] = [];
  await rebuildLedger(server.app, { repair, report: (one) => found.push(one) });
  return found;
}

const stored = (yearId: string) => PersonYearModel.findById(yearId, { version: 0 }).lean();

it("finds a lost year that held nothing but an absence, and brings it back as it was", async () => {
  const { person, yearId } = await absent(2014);
  const before = await stored(yearId);
  expect(before?.adjustments).toHaveLength(1);
  expect(await rebuild(false)).toEqual([]);
  await PersonYearModel.deleteOne({ _id: yearId });
  // What the person is today must not decide what was.
  await PersonModel.updateOne(
    { _id: person._id },
    { $set: { titleLevel: "1", regionCode: "410300", titles: [] } },
  );
  const lost = { personYearId: yearId, difference: "缺少年度记录" };
  expect(await rebuild(false)).toEqual([{ ...lost, repaired: false }]);
  expect(await stored(yearId)).toBeNull();
  expect(await rebuild(true)).toEqual([{ ...lost, repaired: true }]);
  expect(await stored(yearId)).toEqual(before);
  expect(await rebuild(false)).toEqual([]);
});

it("finds a row that lost its absence, and one that has an absence that nobody approved", async () => {
  const [lost, made] = [await absent(2026), await absent(2026)];
  const before = await stored(lost.yearId);
  await PersonYearModel.updateOne({ _id: lost.yearId }, { $set: { adjustments: [] } });
  const more = { applicationId: "nowhere", kind: "sick", from: "2026-07-04", to: "2026-12-31" };
  await PersonYearModel.updateOne({ _id: made.yearId }, { $push: { adjustments: more } });
  const found = await rebuild(true);
  const differenceOf = (id: string) => found.find(({ personYearId }) => personYearId === id)?.difference;
  expect(found).toHaveLength(2);
  expect(differenceOf(lost.yearId)).toBe("折算减免 无 → 2026-01-01至2026-07-03");
  expect(differenceOf(made.yearId)).toContain("、2026-07-04至2026-12-31 → ");
  expect(await stored(lost.yearId)).toEqual(before);
  expect((await stored(made.yearId))?.required).toEqual(before?.required);
});

it("leaves a year alone whose absence was revoked", async () => {
  const { application, yearId } = await absent(2026);
  const asCity = await adminOf(server.app, server.url, world.city);
  await asCity.ok(revokeAdjustment, { id: application.id, reason: "材料不实" });
  const before = await stored(yearId);
  expect(before?.adjustments).toEqual([]);
  expect(await rebuild(true)).toEqual([]);
  expect(await stored(yearId)).toEqual(before);
});
