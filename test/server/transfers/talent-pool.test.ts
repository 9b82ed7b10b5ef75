import { beforeAll, describe, expect, it } from "vitest";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { type Person, PersonModel } from "../../../src/models/person.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import {
  getOrganization,
  getTalentPool,
  setTalentPool,
} from "../../../src/shared/contracts/organizations.ts";
import { submitClosure } from "../../../src/shared/contracts/closures.ts";
import { submitSuperiorChange } from "../../../src/shared/contracts/organization-changes.ts";
import { releasePeople, submitTransfer } from "../../../src/shared/contracts/transfers.ts";
import { codeOf, statusesOf } from "../../support/answers.ts";
import { approveApplication, messagesTo, storedApplication } from "../../support/applications.ts";
import { auditOf } from "../../support/login.ts";
import { useProvince } from "../../support/province.ts";
import {
  adminOf,
  buildFile,
  newMember,
  newPerson,
  newUnit,
  personClient,
  type Unit,
} from "../../support/world.ts";

const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });
const missingId = "f".repeat(24);
let asCity: ApiClient;
let asCounty: ApiClient;

beforeAll(async () => {
  asCity = await admin(world.city);
  asCounty = await admin(world.county);
});

const admin = (unit: Unit) => adminOf(server.app, server.url, unit);
const set = (client: ApiClient, id: string, isPool = true) =>
  client.call(setTalentPool, { id, isPool, reason: "区域人才流动需要" });
const poolOf = async (regionCode: string) =>
  (await asCity.ok(getTalentPool, { regionCode })).pool?.id ?? null;

/** A bureau's unit that is its region's 人才中心 for one test. */
async function withPool(
  bureau: Unit,
  use: (pool: Unit, asBureau: ApiClient) => Promise<void>,
): Promise<void> {
  const pool = await newUnit(server.app, bureau, { regionCode: bureau.regionCode });
  const asBureau = await admin(bureau);
  expect((await set(asBureau, pool._id)).status).toBe(200);
  await use(pool, asBureau);
  await OrganizationModel.updateOne({ _id: pool._id }, { $set: { poolRegionCode: null } });
}

async function freshPerson(unit: Unit = world.hospital): Promise<{ person: Person; client: ApiClient }> {
  const person = await newPerson(server.app, unit);
  return { person, client: await personClient(server.app, server.url, person) };
}

describe("PUT /organizations/:id/talent-pool", () => {
  it("200: its bureau sets and takes it; the unit is told, both are recorded, everybody sees it", async () => {
    const unit = await newUnit(server.app, world.city);
    const answer = await set(asCity, unit._id);
    expect([answer.status, answer.body.isTalentPool]).toEqual([200, true]);
    expect((await asCity.ok(getOrganization, { id: unit._id })).isTalentPool).toBe(true);
    expect(await poolOf("410100")).toBe(unit._id);
    const [told] = await messagesTo(unit.adminAccountId, unit._id);
    expect(told).toMatchObject({ kind: "talent-pool.set", title: "人才中心设置" });
    expect(told?.text).toContain("设为本区域人才中心");
    expect((await set(asCity, unit._id, false)).status).toBe(200);
    expect(await poolOf("410100")).toBeNull();
    const events = (await auditOf(unit._id)).filter(({ type }) => type === "organization.talent_pool_set");
    const said = { regionCode: "410100", reason: "区域人才流动需要" };
    expect(events).toHaveLength(2);
    // The test's clock stands still: nothing orders the two.
    for (const isPool of [true, false])
      expect(events.map(({ data }) => data)).toContainEqual({ ...said, isPool });
  });

  it("409: a second one in the region, what is so already, and a unit that is about to close", async () => {
    const other = await newUnit(server.app, world.city);
    await withPool(world.city, async (pool) => {
      const second = await set(asCity, other._id);
      expect([second.status, second.body.error?.code]).toEqual([409, "organization.pool_exists"]);
      expect(second.body.error?.message).toContain(pool.name);
      expect(await codeOf(set(asCity, pool._id))).toEqual([409, "organization.pool_unchanged"]);
    });
    expect(await codeOf(set(asCity, other._id, false))).toEqual([409, "organization.pool_unchanged"]);
    await (await admin(other)).ok(submitClosure, {
      closureKind: "close",
      reason: "机构改革",
      proof: await buildFile(server.app, other.adminAccountId),
    });
    expect(await codeOf(set(asCity, other._id))).toEqual([409, "organization.closing"]);
  });

  it("409: of two units at once one becomes it", async () => {
    const units = [await newUnit(server.app, world.city), await newUnit(server.app, world.city)];
    const answers = await Promise.all(units.map(({ _id }) => set(asCity, _id)));
    expect(statusesOf(answers)).toEqual([200, 409]);
    const pool = await poolOf("410100");
    expect(units.map(({ _id }) => _id)).toContain(pool);
    expect((await set(asCity, pool ?? "", false)).status).toBe(200);
  });

  it("403: another superior, an upper bureau, the unit itself, no module, and what is no employer", async () => {
    const { hospital, company, authority, province } = world;
    expect((await set(await admin(authority), hospital._id)).status).toBe(403);
    expect((await set(await admin(province), hospital._id)).status).toBe(403);
    expect((await set(asCity, company._id)).status).toBe(403);
    expect((await set(asCity, authority._id)).status).toBe(403);
    const { client } = await newMember(server, world.city, { role: "bureau", modules: ["people:query"] });
    expect((await set(client, hospital._id)).status).toBe(403);
    expect((await OrganizationModel.findById(hospital._id).lean())?.poolRegionCode).toBeNull();
  });

  it("404: out of scope, unknown, or closed; 401 and 400", async () => {
    expect((await set(await admin(world.elsewhere), world.hospital._id)).status).toBe(404);
    expect((await set(asCity, missingId)).status).toBe(404);
    const gone = await newUnit(server.app, world.city);
    await OrganizationModel.updateOne({ _id: gone._id }, { $set: { status: "closed" } });
    expect((await set(asCity, gone._id)).status).toBe(404);
    expect((await set(server.client(), world.hospital._id)).status).toBe(401);
    expect((await asCity.call(setTalentPool, { id: world.hospital._id, isPool: true })).status).toBe(400);
  });
});

describe("GET /talent-pools/:regionCode", () => {
  it("200: the region's own, else the nearest above it; none where there is none", async () => {
    expect((await asCounty.ok(getTalentPool, { regionCode: "410105" })).pool).toBeNull();
    await withPool(world.city, async (cityPool) => {
      expect(await poolOf("410105")).toBe(cityPool._id);
      await withPool(world.county, async (countyPool) => {
        expect(await poolOf("410105")).toBe(countyPool._id);
        expect(await poolOf("410100")).toBe(cityPool._id);
        expect(await poolOf("410300")).toBeNull();
      });
    });
    expect((await server.client().call(getTalentPool, { regionCode: "410105" })).status).toBe(401);
    expect((await asCity.call(getTalentPool, { regionCode: "nowhere" })).status).toBe(400);
  });
});

describe("a transfer to the 人才中心 (TRF-16)", () => {
  const between = (given: object = {}) => ({
    to: { kind: "pool" as const, ...given },
    reason: "合同期满，暂无用人单位",
  });

  it("by the person: the old unit releases, the pool of its region confirms, and later the next unit takes over", async () => {
    await withPool(world.city, async (pool) => {
      const { person, client } = await freshPerson();
      const transfer = await client.ok(submitTransfer, between());
      expect(transfer).toMatchObject({ status: "pending", counterpartName: pool.name });
      await approveApplication(server, [world.hospital, pool], transfer);
      expect(await PersonModel.findById(person._id).lean()).toMatchObject({
        status: "active",
        organizationId: pool._id,
        openTransferId: null,
      });
      const onward = await client.ok(submitTransfer, {
        to: { kind: "unit", organizationId: world.company._id },
        reason: "重新就业",
      });
      await approveApplication(server, [pool, world.company], onward);
      const settled = await PersonModel.findById(person._id).lean();
      expect(settled?.organizationId).toBe(world.company._id);
      expect(settled?.formerUnits.map(({ organizationId }) => organizationId)).toEqual([
        world.hospital._id,
        pool._id,
      ]);
    });
  });

  it("by the old unit for several, of a region named; the pool may refuse", async () => {
    await withPool(world.county, async (pool) => {
      const people = [(await freshPerson()).person, (await freshPerson()).person];
      const asHospital = await admin(world.hospital);
      const { results } = await asHospital.ok(releasePeople, {
        ...between({ regionCode: "410105" }),
        personIds: people.map(({ _id }) => _id),
      });
      expect(results.map(({ ok }) => ok)).toEqual([true, true]);
      const first = await storedApplication(results[0]?.applicationId ?? "");
      expect(first.counterpartId).toBe(pool._id);
      await approveApplication(server, [pool], first);
      expect((await PersonModel.findById(people[0]?._id).lean())?.organizationId).toBe(pool._id);
    });
  });

  it("404 without one in the region or above; 400 from the pool into itself; 409 while it closes", async () => {
    const { person, client } = await freshPerson();
    const none = await client.call(submitTransfer, between());
    expect([none.status, none.body.error?.code]).toEqual([404, "transfer.no_pool"]);
    expect((await PersonModel.findById(person._id).lean())?.openTransferId).toBeNull();
    await withPool(world.city, async (pool) => {
      const { client: there } = await freshPerson(pool);
      expect((await there.call(submitTransfer, between())).status).toBe(400);
      await OrganizationModel.updateOne({ _id: pool._id }, { $set: { closureId: missingId } });
      expect(await codeOf(client.call(submitTransfer, between()))).toEqual([409, "organization.closing"]);
    });
  });

  it("is no longer possible once the pool has gone to another bureau", async () => {
    await withPool(world.city, async (pool) => {
      const application = await (await admin(pool)).ok(submitSuperiorChange, {
        superiorType: "bureau",
        superiorId: world.county._id,
        reason: "隶属关系调整",
      });
      await approveApplication(server, [world.city, world.county], application);
      expect((await OrganizationModel.findById(pool._id).lean())?.poolRegionCode).toBeNull();
      const { client } = await freshPerson();
      expect(await codeOf(client.call(submitTransfer, between()))).toEqual([404, "transfer.no_pool"]);
    });
  });
});
