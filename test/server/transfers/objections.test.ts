import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Person, PersonModel } from "../../../src/models/person.ts";
import { packsFolder } from "../../../src/rules/load-packs.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { getApplication, withdrawApplication } from "../../../src/shared/contracts/applications.ts";
import * as policies from "../../../src/shared/contracts/policies.ts";
import {
  acceptTransfer,
  objectToTransfer,
  releasePeople,
  submitTransfer,
} from "../../../src/shared/contracts/transfers.ts";
import {
  approveApplication,
  auditTypes,
  decide,
  messagesTo,
  storedApplication,
} from "../../support/applications.ts";
import { useProvince } from "../../support/province.ts";
import { adminOf, newMember, newPerson, personClient } from "../../support/world.ts";

/** The right of a person whose unit asks for his transfer (TRF-14). */
const clock = fixedClock("2026-11-23T02:00:00Z");
const { server, world } = useProvince({ clock });
const reason = "本人没有调动意愿";
const packId = "henan.declaration-policy";
let hospital: ApiClient;
let company: ApiClient;

beforeAll(async () => {
  hospital = await adminOf(server.app, server.url, world.hospital);
  company = await adminOf(server.app, server.url, world.company);
});

interface Released {
  id: string;
  person: Person;
  client: ApiClient;
}

const to = () => ({ kind: "unit" as const, organizationId: world.company._id });

async function release(): Promise<Released> {
  const person = await newPerson(server.app, world.hospital);
  const { results } = await hospital.ok(releasePeople, {
    personIds: [person._id],
    to: to(),
    reason: "工作调动",
  });
  const id = results[0]?.applicationId ?? "";
  return { id, person, client: await personClient(server.app, server.url, person) };
}

async function refusal({ id, client }: Pick<Released, "id" | "client">) {
  const { status, body } = await client.call(objectToTransfer, { id, reason });
  return [status, body.error?.code, body.error?.message];
}

/** Whether the API offers the right to whoever looks at the transfer. */
const offered = async (client: ApiClient, id: string) => (await client.ok(getApplication, { id })).canObject;

const told = async (accountId: string, id: string) =>
  (await messagesTo(accountId, id)).filter(({ kind }) => kind === "transfer.objected").length;

/** Publishes the policy with another right. */
async function publish(version: string, right: { days: number; blocks: number }): Promise<void> {
  const pack = JSON.parse(readFileSync(join(packsFolder(), "declaration-policy.json"), "utf8"));
  pack.version = version;
  pack.decisions.transferObjection.rules[0].event.params.values = right;
  pack.cases.find((one: { input: { name?: string } }) => one.input.name === "transferObjection").expect = {
    values: right,
  };
  const given = { role: "policy-officer" as const, modules: ["policies:manage" as const] };
  const { client } = await newMember(server, world.province, given);
  const text = JSON.stringify(pack);
  const { sha256 } = await client.ok(policies.savePolicyDraft, { packId, text, basedOn: null });
  await client.ok(policies.publishPolicyPack, { packId, sha256, note: "异议期" });
}

describe("POST /transfers/:id/objection", () => {
  it("200: both units are told and everybody sees it; the transfer goes on, as the default says", async () => {
    const { id, person, client } = await release();
    const [notice] = await messagesTo(person.accountId, id);
    expect(notice?.text).toContain("3日内（2026-11-26前，含当日）");
    expect([await offered(client, id), await offered(hospital, id)]).toEqual([true, false]);
    await client.ok(objectToTransfer, { id, reason });
    expect(await offered(client, id)).toBe(false);
    const { data } = await company.ok(getApplication, { id });
    expect(data["objection"]).toEqual({
      days: 3,
      until: "2026-11-26",
      blocks: false,
      reason,
      at: "2026-11-23T02:00:00.000Z",
    });
    expect([
      await told(world.hospital.adminAccountId, id),
      await told(world.company.adminAccountId, id),
      await told(world.city.adminAccountId, id),
    ]).toEqual([1, 1, 0]);
    expect(await auditTypes(id)).toContain("transfer.objected");
    await company.ok(acceptTransfer, { id });
    const moved = await PersonModel.findById(person._id).lean();
    expect(moved?.organizationId).toBe(world.company._id);
  });

  it("200 on the last day and after the new unit has confirmed; 409 on the day after, twice, or when it has ended", async () => {
    const late = await release();
    const confirmed = await release();
    const withdrawn = await release();
    const rejected = await release();
    await company.ok(acceptTransfer, { id: confirmed.id });
    await hospital.ok(withdrawApplication, { id: withdrawn.id });
    await decide(server, world.company, {
      instanceId: (await storedApplication(rejected.id)).instanceId,
      outcome: "reject",
    });
    clock.set("2026-11-26T15:59:00Z");
    const offers = async (all: readonly Released[]) =>
      await Promise.all(all.map(({ client, id }) => offered(client, id)));
    expect(await offers([late, confirmed, withdrawn, rejected])).toEqual([true, true, false, false]);
    await confirmed.client.ok(objectToTransfer, { id: confirmed.id, reason });
    expect(await refusal(confirmed)).toEqual([
      409,
      "transfer.not_disputable",
      "不能对该调转提出异议：您已提出异议",
    ]);
    for (const ended of [withdrawn, rejected])
      expect((await refusal(ended)).slice(0, 2)).toEqual([409, "transfer.not_disputable"]);
    clock.set("2026-11-26T16:00:00Z");
    expect(await offers([late])).toEqual([false]);
    expect(await refusal(late)).toEqual([
      409,
      "transfer.not_disputable",
      "不能对该调转提出异议：异议期已于2026-11-26结束",
    ]);
    clock.set("2026-11-23T02:00:00Z");
  });

  it("403 for one's own transfer and for units, 404 for another's, 400 without a reason, 401 without a session", async () => {
    const { id, client } = await release();
    expect((await refusal({ id, client: hospital })).slice(0, 2)).toEqual([403, "permission.denied"]);
    const other = await newPerson(server.app, world.hospital);
    const asOther = await personClient(server.app, server.url, other);
    expect((await refusal({ id, client: asOther })).slice(0, 2)).toEqual([404, "application.not_found"]);
    const own = await asOther.ok(submitTransfer, { to: to(), reason: "工作调动" });
    expect((await refusal({ id: own.id, client: asOther })).slice(0, 2)).toEqual([403, "permission.denied"]);
    expect((await client.call(objectToTransfer, { id, reason: "" })).status).toBe(400);
    expect((await server.client().call(objectToTransfer, { id, reason })).status).toBe(401);
  });
});

describe("another policy", () => {
  it("may let an objection stop the transfer: 409 until the units have settled it; who was told before keeps his right", async () => {
    const before = await release();
    await publish("2026.80", { days: 5, blocks: 1 });
    const { id, client, person } = await release();
    expect((await storedApplication(id)).data["objection"]).toMatchObject({ days: 5, until: "2026-11-28" });
    await client.ok(objectToTransfer, { id, reason });
    const { status, body } = await company.call(acceptTransfer, { id });
    expect([status, body.error?.code]).toEqual([409, "transfer.objected"]);
    const { instanceId } = await storedApplication(id);
    const decided = await decide(server, world.company, { instanceId });
    expect([decided.status, decided.body.error?.code]).toEqual([409, "transfer.objected"]);
    expect(await PersonModel.findById(person._id).lean()).toMatchObject({
      organizationId: world.hospital._id,
      openTransferId: id,
    });
    await hospital.ok(withdrawApplication, { id });
    expect(await PersonModel.findById(person._id).lean()).toMatchObject({ openTransferId: null });

    await before.client.ok(objectToTransfer, { id: before.id, reason });
    await approveApplication(server, [world.company], await storedApplication(before.id));
    const undisputed = await release();
    await company.ok(acceptTransfer, { id: undisputed.id });
  });

  it("may give no right at all: the notice says nothing of it", async () => {
    await publish("2026.81", { days: 0, blocks: 0 });
    const released = await release();
    const [notice] = await messagesTo(released.person.accountId, released.id);
    expect(notice?.text).not.toContain("异议");
    expect((await refusal(released))[2]).toBe("不能对该调转提出异议：没有异议期");
  });
});
