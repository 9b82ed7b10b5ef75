import { beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { findPerson } from "../../../src/shared/contracts/people.ts";
import { codeOf } from "../../support/answers.ts";
import { useProvince } from "../../support/province.ts";
import { newPerson, type Unit } from "../../support/world.ts";
import { addOne, freshUnit } from "../administrators/support.ts";

let unit: Unit;
let boss: ApiClient;
const { server, world } = useProvince();

beforeAll(async () => {
  ({ unit, boss } = await freshUnit(server, world.authority));
});

describe("POST /people/look-up", () => {
  it("200 for whoever chooses people for a transfer, without a right to search among them (TRF-04)", async () => {
    const { client } = await addOne(server, boss, ["transfers:manage"]);
    const [own, foreign] = [await newPerson(server.app, unit), await newPerson(server.app, world.hospital)];
    const found = await client.ok(findPerson, { idNumber: own.idNumber });
    expect(found.person).toMatchObject({ id: own._id, organizationId: unit._id });
    expect((await client.ok(findPerson, { idNumber: foreign.idNumber })).person).toBeNull();
  });

  it("403 for an administrator who has to do with nobody", async () => {
    const { client } = await addOne(server, boss, ["departments:manage"]);
    const { idNumber } = await newPerson(server.app, unit);
    expect(await codeOf(client.call(findPerson, { idNumber }))).toEqual([403, "permission.denied"]);
  });
});
