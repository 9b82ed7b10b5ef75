import { expect } from "vitest";
import { PolicyPackModel } from "../../../src/models/policy-pack.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import * as contracts from "../../../src/shared/contracts/policies.ts";
import { buildWorld, newMember } from "../../support/world.ts";
import type { TestServer } from "../../support/server.ts";

/** A policy officer of the provincial bureau, who may publish. */
export async function policyOfficer(server: TestServer): Promise<ApiClient> {
  const { province } = await buildWorld(server.app);
  const right = { role: "policy-officer" as const, modules: ["policies:manage" as const] };
  return (await newMember(server, province, right)).client;
}

const packId = "henan.conversion";

/**
 * Sends a hostile text everywhere that a text goes. It is refused with a reason in Chinese, as a finding or as a bad
 * request; nothing is published; and another request is answered while it is checked.
 */
export async function expectRefused(server: TestServer, officer: ApiClient, text: string): Promise<void> {
  const before = await PolicyPackModel.find({}).sort({ _id: 1 }).lean();
  const checking = officer.call(contracts.checkPolicyPack, { packId, text });
  const start = performance.now();
  const health = await fetch(`${server.url}/healthz`);
  expect(health.status).toBe(200);
  expect(performance.now() - start).toBeLessThan(1000);
  const check = await checking;
  if (check.status === 200) {
    expect(check.body).toMatchObject({ passed: false, packVersion: null });
    expect(check.body.findings.length).toBeGreaterThan(0);
    expect(check.body.findings.map(({ message }) => message).join("\n")).toMatch(/[一-龥]/);
    await expectUnpublishable(officer, text);
  } else {
    expect([400, 413]).toContain(check.status);
    expect(check.body.error?.message).toMatch(/[一-龥]/);
  }
  expect(await PolicyPackModel.find({}).sort({ _id: 1 }).lean()).toEqual(before);
}

async function expectUnpublishable(officer: ApiClient, text: string): Promise<void> {
  const saved = await officer.call(contracts.savePolicyDraft, { packId, text, basedOn: null });
  expect(saved.status).toBe(200);
  const { sha256 } = saved.body;
  const published = await officer.call(contracts.publishPolicyPack, { packId, sha256 });
  expect([published.status, published.body.error?.code]).toEqual([409, "policy.check_failed"]);
  await officer.ok(contracts.deletePolicyDraft, { packId });
}
