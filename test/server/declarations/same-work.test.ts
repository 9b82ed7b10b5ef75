import { beforeAll, expect, it } from "vitest";
import { DeclarationModel } from "../../../src/models/declaration.ts";
import { keepWorkKeys } from "../../../src/models/migrations/20261124-6-keep-work-keys.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { getDeclaration, submitDeclarations } from "../../../src/shared/contracts/declarations.ts";
import { withdrawDeclaration } from "../../../src/shared/contracts/declaration-changes.ts";
import { adminClients } from "../../support/applications.ts";
import { declarationRequest, declareOwn } from "../../support/declaring.ts";
import { useProvince } from "../../support/province.ts";
import { newPerson, personClient, type Unit } from "../../support/world.ts";

let asHospital: ApiClient;
let asCompany: ApiClient;
let asCity: ApiClient;
const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

beforeAll(async () => {
  ({ asHospital, asCompany, asCity } = await adminClients(server, world));
});

/** A person of a unit claims a work. */
async function claim(unit: Unit, form: string, facts: Record<string, string | number | boolean>) {
  const person = await newPerson(server.app, unit);
  const client = await personClient(server.app, server.url, person);
  const example = await declarationRequest(server.app, person.accountId, { form });
  const given = { ...example, facts: { ...example.facts, ...facts } };
  const { id } = await declareOwn({ app: server.app, client, person }, given);
  return { id, client, person };
}

const sameWork = async (client: ApiClient, id: string) => (await client.ok(getDeclaration, { id })).sameWork;

it("two people with the same rank of one patent are both accepted and flagged to the reviewer (DEC-13, APR-10)", async () => {
  const patentNumber = "ZL202610000001.X";
  const first = await claim(world.hospital, "07", { patentNumber, rank: 1 });
  expect(await sameWork(asHospital, first.id)).toEqual({ claims: [], hasMore: false });
  // Written otherwise, and of another unit that the hospital does not see.
  const second = await claim(world.company, "07", { patentNumber: "zl 202610000001．x", rank: 1 });
  const third = await claim(world.hospital, "07", { patentNumber, rank: 2 });
  const seen = await sameWork(asHospital, first.id);
  expect(seen?.claims).toHaveLength(2);
  const masked = `${second.person.name.slice(0, 1)}${"*".repeat(second.person.name.length - 1)}`;
  expect(seen?.claims).toContainEqual({
    declarationId: null,
    number: null,
    personName: masked,
    organizationName: world.company.name,
    year: 2026,
    rank: 1,
    group: null,
    statusName: "待审核",
    sameRank: true,
  });
  expect(seen?.claims).toContainEqual(
    expect.objectContaining({
      declarationId: third.id,
      personName: third.person.name,
      rank: 2,
      sameRank: false,
    }),
  );
  // The city sees both units: nothing is masked.
  const ofCity = await sameWork(asCity, first.id);
  expect(ofCity?.claims.map(({ declarationId }) => declarationId).toSorted()).toEqual(
    [second.id, third.id].toSorted(),
  );
  expect(await sameWork(first.client, first.id)).toBeNull();
  await second.client.ok(withdrawDeclaration, { id: second.id });
  expect((await sameWork(asHospital, first.id))?.claims.map(({ rank }) => rank)).toEqual([2]);
});

it("the first of the main group and the first of a sub-group of one project do not contradict each other", async () => {
  const shared = { projectNumber: "XM-2026-77", rank: 1 };
  const first = await claim(world.hospital, "05", { ...shared, group: "main" });
  await claim(world.hospital, "05", { ...shared, group: "sub" });
  const seen = await sameWork(asHospital, first.id);
  expect(seen?.claims).toMatchObject([{ rank: 1, group: "子课题（项目）组", sameRank: false }]);
});

it("who attended the same meeting claims no one else's work", async () => {
  const facts = { conferenceName: "同一会议", organizer: "同一主办单位" };
  const { id } = await claim(world.hospital, "04", facts);
  await claim(world.hospital, "04", facts);
  expect(await sameWork(asHospital, id)).toEqual({ claims: [], hasMore: false });
});

it("a unit that gives two of its people the same rank in one batch sees it at both", async () => {
  const people = [await newPerson(server.app, world.company), await newPerson(server.app, world.company)];
  const body = await declarationRequest(server.app, world.company.adminAccountId, {
    form: "07",
    people: people.map(({ _id }) => ({ personId: _id, facts: { rank: 3 } })),
  });
  const { declarations } = await asCompany.ok(submitDeclarations, body);
  for (const { id } of declarations)
    expect((await sameWork(asCompany, id))?.claims).toMatchObject([{ rank: 3, sameRank: true }]);
});

it("lists 20 at most and says that there are more", async () => {
  const patentNumber = "ZL202610000099.1";
  const { id } = await claim(world.hospital, "07", { patentNumber, rank: 1 });
  const stored = await DeclarationModel.findById(id).lean();
  const others = Array.from({ length: 21 }, (_, index) => ({
    ...stored,
    _id: `${id.slice(0, -2)}${String(index).padStart(2, "0")}x`,
    number: `SB20261123-9${String(index).padStart(5, "0")}`,
    personId: `other-${index}`,
  }));
  await DeclarationModel.collection.insertMany(others as never);
  expect(await sameWork(asHospital, id)).toMatchObject({ hasMore: true });
  expect((await sameWork(asHospital, id))?.claims).toHaveLength(20);
});

it("declarations of before are found after the migration, which may run twice", async () => {
  const patentNumber = "ZL202610000500.5";
  const first = await claim(world.hospital, "07", { patentNumber, rank: 1 });
  const second = await claim(world.hospital, "07", { patentNumber, rank: 1 });
  await DeclarationModel.collection.updateMany({}, { $unset: { workKeys: "" } });
  expect((await sameWork(asHospital, first.id))?.claims).toEqual([]);
  for (let time = 0; time < 2; time += 1) await keepWorkKeys();
  expect((await sameWork(asHospital, first.id))?.claims).toMatchObject([{ declarationId: second.id }]);
});
