import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { PersonModel } from "../../../src/models/person.ts";
import { packsFolder } from "../../../src/rules/load-packs.ts";
import { listBlockingItems, withdrawApplication } from "../../../src/shared/contracts/applications.ts";
import { getClosureReport } from "../../../src/shared/contracts/closures.ts";
import * as policies from "../../../src/shared/contracts/policies.ts";
import { decide } from "../../support/applications.ts";
import { movesFollowed } from "../../support/jobs.ts";
import { useProvince } from "../../support/province.ts";
import { adminOf, newMember, newPerson, newUnit, type Unit } from "../../support/world.ts";
import { applyToClose, findOperator } from "./support.ts";

/** AMB-11, DRG-05: whether a unit with people may apply for a merger is the policy's word. */

const { server, world } = useProvince();
const packId = "henan.declaration-policy";
let operator: Unit;

beforeAll(async () => {
  operator = await findOperator();
});

const freshUnit = () => newUnit(server.app, world.authority);
const admin = (unit: Unit) => adminOf(server.app, server.url, unit);

/** Publishes the policy that wants units empty, or not. */
async function publish(version: string, refusesPeople: 0 | 1): Promise<void> {
  const pack = JSON.parse(readFileSync(join(packsFolder(), "declaration-policy.json"), "utf8"));
  pack.version = version;
  pack.decisions.merger.rules[0].event.params.values = { refusesPeople };
  pack.cases.find((one: { input: { name?: string } }) => one.input.name === "merger").expect = {
    values: { refusesPeople },
  };
  const given = { role: "policy-officer" as const, modules: ["policies:manage" as const] };
  const { client } = await newMember(server, world.province, given);
  const text = JSON.stringify(pack);
  const { sha256 } = await client.ok(policies.savePolicyDraft, { packId, text, basedOn: null });
  await client.ok(policies.publishPolicyPack, { packId, sha256, note: "合并" });
}

async function blocksOfMerger(unit: Unit): Promise<string[]> {
  const { items } = await (await admin(unit)).ok(listBlockingItems, { kind: "organization-merger" });
  return items.map(({ kind }) => kind);
}

it("by default people move; a stricter policy wants the unit empty, also where it was approved before", async () => {
  const [source, target] = [await freshUnit(), await freshUnit()];
  const person = await newPerson(server.app, source);
  const approved = await freshUnit();
  await newPerson(server.app, approved);
  const waiting = await applyToClose(server, approved, target);
  for (const unit of [world.authority, target]) await decide(server, unit, waiting.body);
  expect(await blocksOfMerger(source)).toEqual([]);

  await publish("2026.90", 1);
  expect(await blocksOfMerger(source)).toEqual(["people"]);
  const refused = await applyToClose(server, source, target);
  expect([refused.status, refused.body.error?.code]).toEqual([409, "application.blocked"]);
  expect(refused.body.error?.problems.map(({ message }) => message)).toEqual(["仍在本单位的专技人员（1项）"]);
  const report = await (await admin(operator)).ok(getClosureReport, { id: waiting.body.id });
  expect([report.canExecute, report.blocking.map(({ kind }) => kind)]).toEqual([false, ["people"]]);
  const execution = { ...waiting.body, outcome: "execute", comment: "" };
  const executed = await decide(server, operator, execution);
  expect([executed.status, executed.body.error?.code]).toEqual([409, "application.blocked"]);
  // No dead end: whoever applied takes it back, or the operator refuses.
  await (await admin(approved)).ok(withdrawApplication, { id: waiting.body.id });

  const empty = await applyToClose(server, await freshUnit(), target);
  expect(empty.status).toBe(200);

  await publish("2026.91", 0);
  const { body } = await applyToClose(server, source, target);
  for (const unit of [world.authority, target]) await decide(server, unit, body);
  expect((await decide(server, operator, { ...body, outcome: "execute", comment: "" })).status).toBe(200);
  await movesFollowed();
  expect(await PersonModel.findById(person._id).lean()).toMatchObject({ organizationId: target._id });
});
