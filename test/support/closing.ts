import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packsFolder } from "../../src/rules/load-packs.ts";
import * as policies from "../../src/shared/contracts/policies.ts";
import type { Server } from "./applications.ts";
import { newMember, type World } from "./world.ts";

export interface ClosingDays {
  lastDay: string;
  shownFrom: string;
  graceDays: number;
  approvalDays?: number;
}

const packId = "henan.declaration-policy";

/** The shipped policy with other closing days (PST-04). */
function policyText(version: string, values: ClosingDays): string {
  const pack = JSON.parse(readFileSync(join(packsFolder(), "declaration-policy.json"), "utf8"));
  pack.version = version;
  pack.decisions.closing.rules[0].event.params.values = values;
  pack.cases.find((one: { input: { name?: string } }) => one.input.name === "closing").expect = { values };
  return JSON.stringify(pack);
}

/** Publishes it as the province's policy officer does; returns what the preview said of the years on record. */
export async function publishClosing(
  server: Server & Parameters<typeof newMember>[0],
  world: World,
  given: { version: string; values: ClosingDays },
) {
  const officer = { role: "policy-officer" as const, modules: ["policies:manage" as const] };
  const { client } = await newMember(server, world.province, officer);
  const text = policyText(given.version, given.values);
  const { sha256 } = await client.ok(policies.savePolicyDraft, { packId, text, basedOn: null });
  const impact = await client.ok(policies.previewPolicyImpact, { packId, text });
  await client.ok(policies.publishPolicyPack, { packId, sha256, note: "年度截止" });
  return impact;
}
