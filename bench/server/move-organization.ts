import { newId } from "../../src/shared/ids.ts";
import { JobModel } from "../../src/models/job.ts";
import { OrganizationModel } from "../../src/models/organization.ts";
import { type PersonYear, PersonYearModel } from "../../src/models/person-year.ts";
import { type Person, PersonModel } from "../../src/models/person.ts";
import { mergeOrganization } from "../../src/server/commands/closures/merge-organization.ts";
import { moveSubtree } from "../../src/server/commands/organization-changes/move-subtree.ts";
import { startTestServer } from "../../test/support/server.ts";
import { buildPerson, buildUnit, buildWorld, inTransaction, type Unit } from "../../test/support/world.ts";

/**
 * A unit with many people changes its superior, and is merged into another: the time of the one transaction that does
 * it, and of the job that lets five years of each person follow. Baseline of the same run: one bare `updateMany` over
 * the same people. A real MongoDB ends a transaction after 60 s: what fits is the limit of one unit.
 */

const count = Number(process.argv[2] ?? 10_000);
const limitSeconds = 60;
const server = await startTestServer();
try {
  const world = await buildWorld(server.app);
  const unit = await filledUnit();
  const bare = await timed(async () => {
    await PersonModel.updateMany({ scopeIds: unit._id }, { $set: { organizationName: unit.name } });
  });
  const moved = await timed(() =>
    inTransaction(server.app, async (ctx) => {
      const organization = await current(unit);
      await moveSubtree(ctx, organization, { superior: world.county, bureauId: world.county._id });
    }),
  );
  const followed = await timed(jobsDone);
  const target = await inTransaction(server.app, (ctx) =>
    buildUnit(ctx, { kind: "employer", regionCode: "410105" }, world.county),
  );
  const merged = await timed(() =>
    inTransaction(server.app, async (ctx) => {
      await mergeOrganization(ctx, await current(unit), await current(target));
    }),
  );
  const followedMerger = await timed(jobsDone);
  console.log(`superior of a unit with ${count} people changed: ${text(moved)} (${ratio(moved, bare)})`);
  console.log(`  five years of each followed by the job: ${text(followed)}`);
  console.log(`unit with ${count} people merged: ${text(merged)} (${ratio(merged, bare)})`);
  console.log(`  running years determined anew by the job: ${text(followedMerger)}`);
  const slowest = Math.max(moved, merged);
  console.log(
    `people that fit into ${limitSeconds} s: about ${Math.floor((count * limitSeconds) / slowest)}`,
  );
  process.exitCode = slowest <= limitSeconds / 2 ? 0 : 1;

  /** A unit below the health authority with people who have five years each. */
  async function filledUnit(): Promise<Unit> {
    const { unit: made, person } = await inTransaction(server.app, async (ctx) => {
      const fresh = await buildUnit(ctx, { kind: "employer", regionCode: "410100" }, world.authority);
      return { unit: fresh, person: await buildPerson(ctx, fresh) };
    });
    for (let from = 0; from < count - 1; from += 1000) {
      const size = Math.min(1000, count - 1 - from);
      const people = Array.from({ length: size }, (_, index) => copyOf(person, from + index));
      await PersonModel.insertMany(people, { lean: true });
      const years = people.flatMap((one) => [2022, 2023, 2024, 2025, 2026].map((year) => yearOf(one, year)));
      await PersonYearModel.insertMany(years, { lean: true });
    }
    return made;
  }
} finally {
  await server.close();
}

function copyOf({ idNumber: _secret, ...person }: Person & { idNumber: string }, index: number): Person {
  const _id = newId(new Date());
  return {
    ...person,
    _id,
    accountId: newId(new Date()),
    idNumberIndex: `bench-${index}`,
    name: `人员${index}`,
  };
}

function yearOf(person: Person, year: number): PersonYear {
  const { _id: personId, name: personName, organizationId, organizationName, scopeIds } = person;
  const { regionCode, titleLevel } = person;
  return {
    _id: `${personId}-${year}`,
    personId,
    year,
    personName,
    organizationId,
    organizationName,
    scopeIds,
    regionCode,
    titleLevel,
    sector: null,
    adjustments: [],
    public: 30,
    professional: 60,
    required: { total: 90, public: 30, professional: 60 },
    missing: { public: 0, professional: 0 },
    result: "passed",
    trace: null,
    citations: [],
    pack: null,
    determinedAt: new Date(),
    version: 0,
  };
}

async function current(unit: Unit) {
  const organization = await OrganizationModel.findById(unit._id).lean();
  if (organization === null) throw new Error("the unit is gone");
  return organization;
}

async function jobsDone(): Promise<void> {
  const open = { kind: "organization.follow-move", status: { $ne: "done" as const } };
  while ((await JobModel.countDocuments(open)) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

function text(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}

function ratio(seconds: number, bare: number): string {
  return `${(seconds / bare).toFixed(1)} times a bare updateMany of ${text(bare)}`;
}
