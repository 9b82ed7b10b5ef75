import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { JobModel } from "../../../src/models/job.ts";
import { PersonYearModel } from "../../../src/models/person-year.ts";
import { PolicyPackModel } from "../../../src/models/policy-pack.ts";
import { packsFolder } from "../../../src/rules/load-packs.ts";
import { makeApp } from "../../../src/server/make-app.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { importCreditHistory } from "../../../src/shared/contracts/imports.ts";
import { listYears } from "../../../src/shared/contracts/people.ts";
import * as contracts from "../../../src/shared/contracts/policies.ts";
import { auditOf } from "../../support/login.ts";
import { type TestServer } from "../../support/server.ts";
import { adminOf, newMember, newPerson, personClient, type Unit } from "../../support/world.ts";
import { auditTypes } from "../../support/applications.ts";
import { useProvince } from "../../support/province.ts";

let officer: ApiClient;
let outsider: ApiClient;

const clock = fixedClock("2026-11-23T02:00:00Z");
const packId = "henan.annual-requirement";
const shipped = readFileSync(join(packsFolder(), "annual-requirement.json"), "utf8");
const shippedVersion = (JSON.parse(shipped) as { version: string }).version;

const { server, world } = useProvince({ clock });

beforeAll(async () => {
  officer = await officerOf(world.province);
  outsider = await adminOf(server.app, server.url, world.hospital);
});

async function officerOf(organization: Unit): Promise<ApiClient> {
  const right = {
    name: "政策管理员",
    role: "policy-officer" as const,
    modules: ["policies:manage" as const],
  };
  return (await newMember(server, organization, right)).client;
}

interface RequirementPack {
  version: string;
  decisions: { base: { rules: Record<string, unknown>[] } };
  cases: Record<string, unknown>[];
}

/** The shipped requirement with other hours from 2026 on, as an officer would write it, and a case for them. */
function changed(version: string, hours: { public: number; professional: number; total: number }): string {
  const pack = JSON.parse(shipped) as RequirementPack;
  const { rules } = pack.decisions.base;
  const last = rules.at(-1);
  if (last === undefined) throw new Error("the shipped pack has no rules");
  const next = { ...last, name: "2026 年起", from: 2026, event: { type: "requirement", params: hours } };
  rules.splice(-1, 1, { ...last, to: 2025 }, next);
  const input = { year: 2026, titleLevel: "junior", region: "410105", sector: null };
  pack.cases.push({ name: "2026 年郑州金水区", call: "requirement", input, expect: hours });
  return JSON.stringify({ ...pack, version }, null, 2);
}

const lower = { public: 24, professional: 60, total: 84 };
const higher = { public: 40, professional: 60, total: 100 };

async function save(text: string, id = packId) {
  const before = await officer.call(contracts.getPolicyDraft, { packId: id });
  const basedOn = before.status === 200 ? before.body.sha256 : null;
  return officer.ok(contracts.savePolicyDraft, { packId: id, text, basedOn });
}

async function publish(text: string) {
  const { sha256 } = await save(text);
  return officer.ok(contracts.publishPolicyPack, { packId, sha256, note: "测试发布" });
}

describe("who may", () => {
  it.each([
    [contracts.listPolicyPacks, {}],
    [contracts.listPolicyVersions, { packId }],
    [contracts.getPolicyVersion, { packId, packVersion: shippedVersion }],
    [contracts.getPolicyDraft, { packId }],
    [contracts.savePolicyDraft, { packId, text: shipped, basedOn: null }],
    [contracts.deletePolicyDraft, { packId }],
    [contracts.checkPolicyPack, { packId, text: shipped }],
    [contracts.runPolicyCases, { packId, text: shipped }],
    [contracts.previewPolicyImpact, { packId, text: shipped }],
    [contracts.publishPolicyPack, { packId, sha256: "0".repeat(64) }],
    [contracts.rollBackPolicyPack, { packId, packVersion: "2020.1", note: "不应可行" }],
  ])("403 without the module, 401 without a session: $id", async (contract, request) => {
    expect((await outsider.call(contract, request)).status).toBe(403);
    expect((await server.client().call(contract, request)).status).toBe(401);
    expect(await PolicyPackModel.countDocuments({ status: "draft" })).toBe(0);
  });

  it("403 for a city's policy officer to publish or roll back, who may draft and check", async () => {
    const city = await officerOf(world.city);
    const draft = { packId, text: changed("2026.90", lower), basedOn: null };
    const { sha256 } = await city.ok(contracts.savePolicyDraft, draft);
    expect((await city.ok(contracts.checkPolicyPack, { packId })).passed).toBe(true);
    expect((await city.call(contracts.publishPolicyPack, { packId, sha256 })).status).toBe(403);
    const back = { packId, packVersion: shippedVersion, note: "不应可行" };
    expect((await city.call(contracts.rollBackPolicyPack, back)).status).toBe(403);
    await city.ok(contracts.deletePolicyDraft, { packId });
  });
});

describe("versions and drafts", () => {
  it("200: lists the shipped packs with the version in force", async () => {
    const { packs } = await officer.ok(contracts.listPolicyPacks, {});
    expect(packs.length).toBe(server.app.packs.refs.length);
    const found = packs.find((pack) => pack.packId === packId);
    expect(found).toMatchObject({
      title: "各年度合格学时标准",
      current: { packVersion: shippedVersion, shipped: true, status: "published" },
      draftSavedAt: null,
    });
  });

  it("200: gives the text of a version to the letter; 404 for one that does not exist", async () => {
    const version = await officer.ok(contracts.getPolicyVersion, { packId, packVersion: shippedVersion });
    expect(version.text).toBe(shipped);
    const missing = { packId, packVersion: "2031.1" };
    const answer = await officer.call(contracts.getPolicyVersion, missing);
    expect([answer.status, answer.body.error?.code]).toEqual([404, "policy.version_not_found"]);
  });

  it("keeps an unfinished draft, refuses to overwrite somebody else's, and can be given up", async () => {
    const id = "zhengzhou.local";
    expect((await officer.call(contracts.getPolicyDraft, { packId: id })).status).toBe(404);
    const first = await officer.ok(contracts.savePolicyDraft, { packId: id, text: "{ 未完", basedOn: null });
    const blind = { packId: id, text: "{}", basedOn: null };
    const answer = await officer.call(contracts.savePolicyDraft, blind);
    expect([answer.status, answer.body.error?.code]).toEqual([409, "request.conflict"]);
    await officer.ok(contracts.savePolicyDraft, { ...blind, basedOn: first.sha256 });
    expect((await officer.ok(contracts.getPolicyDraft, { packId: id })).text).toBe("{}");
    const listed = (await officer.ok(contracts.listPolicyPacks, {})).packs.find((one) => one.packId === id);
    expect(listed).toMatchObject({ current: null, draftSavedAt: clock.now().toISOString() });
    await officer.ok(contracts.deletePolicyDraft, { packId: id });
    expect((await officer.call(contracts.deletePolicyDraft, { packId: id })).status).toBe(404);
    expect(await auditTypes(id)).toEqual(["policy.draft_removed", "policy.drafted", "policy.drafted"]);
  });

  it("400 for a wrong id or version number, 413 for more than a megabyte", async () => {
    const wrong = { packId: "../etc", text: "{}", basedOn: null };
    expect((await officer.call(contracts.savePolicyDraft, wrong)).status).toBe(400);
    expect((await officer.call(contracts.getPolicyVersion, { packId, packVersion: "9" })).status).toBe(400);
    const large = { packId, text: "x".repeat(950_000), basedOn: null };
    expect((await officer.call(contracts.savePolicyDraft, large)).status).toBe(400);
    const huge = { packId, text: "x".repeat(1_200_000), basedOn: null };
    expect((await officer.call(contracts.savePolicyDraft, huge)).status).toBe(413);
  });
});

describe("check, cases", () => {
  it.each([
    ["not JSON", "{", ""],
    ["a prototype name", '{"__proto__": {"id": "x"}}', ""],
    ["a number beyond all bounds", shipped.replace('"public": 30', '"public": 1e308'), "decisions/base"],
    [
      "a clause that is not there",
      shipped.replace('"cite": "req-2018"', '"cite": "req-2099"'),
      "decisions/base",
    ],
    ["a gap between rules", shipped.replace('"from": 2018', '"from": 2020'), "decisions/base"],
    ["another pack's id", shipped.replaceAll(packId, "henan.other"), "id"],
    ["another kind", shipped.replace('"kind": "annual-requirement"', '"kind": "calendar"'), ""],
    ["a case that fails", shipped.replace('"total": 90', '"total": 91'), "cases"],
  ])("finds %s and says where", async (_what, text, place) => {
    const { passed, findings } = await officer.ok(contracts.checkPolicyPack, { packId, text });
    expect(passed).toBe(false);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.every(({ message }) => /[\u4e00-\u9fff]/.test(message))).toBe(true);
    expect(findings.map((one) => one.place + one.message).join("\n")).toContain(place);
    const { sha256 } = await save(text);
    const refused = await officer.call(contracts.publishPolicyPack, { packId, sha256 });
    expect([refused.status, refused.body.error?.code]).toEqual([409, "policy.check_failed"]);
    expect(refused.body.error?.problems.length ?? 0).toBeGreaterThan(0);
    expect((await officer.call(contracts.previewPolicyImpact, { packId })).status).toBe(409);
    await officer.ok(contracts.deletePolicyDraft, { packId });
    const current = await officer.ok(contracts.getPolicyVersion, { packId, packVersion: shippedVersion });
    expect(current.status).toBe("published");
  });

  it("a sound text passes, and its cases are run and named", async () => {
    const check = await officer.ok(contracts.checkPolicyPack, { packId, text: shipped });
    expect(check).toMatchObject({ passed: true, findings: [], packVersion: shippedVersion });
    const run = await officer.ok(contracts.runPolicyCases, { packId, text: shipped });
    expect(run).toMatchObject({ total: check.cases, failed: 0 });
    const broken = shipped.replace(
      '"public": 22,\n              "professional": 52',
      '"public": 23,\n              "professional": 52',
    );
    expect(broken).not.toBe(shipped);
    const failing = await officer.ok(contracts.runPolicyCases, { packId, text: broken });
    expect(failing.failed).toBeGreaterThan(0);
    expect(failing.cases[0]?.failure).toContain("public");
    const unreadable = await officer.call(contracts.runPolicyCases, { packId, text: "{" });
    expect([unreadable.status, unreadable.body.error?.code]).toEqual([400, "policy.unreadable"]);
    expect((await officer.call(contracts.runPolicyCases, { packId })).status).toBe(404);
  });
});

describe("impact, publication, roll-back", () => {
  let asProvince: ApiClient;

  beforeAll(async () => {
    asProvince = await adminOf(server.app, server.url, world.province);
    const rows = [];
    // 30 + 60 of 2026: three pass now; with 24 needed the fourth does, with 40 needed none does.
    for (const [unit, hours] of [
      [world.hospital, { public: 30, professional: 60 }],
      [world.hospital, { public: 30, professional: 60 }],
      [world.company, { public: 31, professional: 60 }],
      [world.company, { public: 24, professional: 60 }],
    ] as const) {
      const person = await newPerson(server.app, unit);
      rows.push({ idNumber: person.idNumber, year: 2026, title: "2026年度学时", ...hours });
      rows.push({ idNumber: person.idNumber, year: 2025, title: "2025年度学时", ...hours });
    }
    const imported = await asProvince.ok(importCreditHistory, { source: "原平台数据", rows });
    expect(imported.imported).toBe(8);
  });

  it("previews which years change, by region, level and sector, and writes nothing", async () => {
    const before = await PersonYearModel.find({}).sort({ _id: 1 }).lean();
    const gain = await officer.ok(contracts.previewPolicyImpact, { packId, text: changed("2026.91", lower) });
    expect(gain).toMatchObject({ decidesYears: true, evaluated: 8, changed: 1, gained: 1, lost: 0 });
    expect(gain.byRegion).toEqual([{ code: "410105", name: "金水区", gained: 1, lost: 0 }]);
    expect(gain.byLevel).toEqual([{ code: "3", name: "中级", gained: 1, lost: 0 }]);
    expect(gain.bySector).toMatchObject([{ code: "Q", gained: 1 }]);
    expect(gain.examples).toMatchObject([{ year: 2026, before: "进行中", after: "通过" }]);
    const loss = await officer.ok(contracts.previewPolicyImpact, {
      packId,
      text: changed("2026.91", higher),
    });
    expect(loss).toMatchObject({ evaluated: 8, changed: 3, gained: 0, lost: 3 });
    const range = { packId, text: changed("2026.91", higher), toYear: 2025 };
    expect(await officer.ok(contracts.previewPolicyImpact, range)).toMatchObject({
      evaluated: 4,
      changed: 0,
    });
    const conversion = readFileSync(join(packsFolder(), "conversion.json"), "utf8");
    const { id } = JSON.parse(conversion) as { id: string };
    expect(await officer.ok(contracts.previewPolicyImpact, { packId: id, text: conversion })).toMatchObject({
      decidesYears: false,
      evaluated: 0,
    });
    expect(await PersonYearModel.find({}).sort({ _id: 1 }).lean()).toEqual(before);
  });

  it("shows a county's officer the years of his county only", async () => {
    const county = await officerOf(world.county);
    const preview = { packId, text: changed("2026.91", higher) };
    expect(await county.ok(contracts.previewPolicyImpact, preview)).toMatchObject({ evaluated: 4, lost: 1 });
  });

  it("409 for another text than the one that was checked", async () => {
    await save(changed("2026.92", lower));
    const answer = await officer.call(contracts.publishPolicyPack, { packId, sha256: "0".repeat(64) });
    expect([answer.status, answer.body.error?.code]).toEqual([409, "request.conflict"]);
  });

  it("publishes: answers at once here, on other nodes after a refresh, and old traces keep their version", async () => {
    const person = await newPerson(server.app, world.hospital);
    const client = await personClient(server.app, server.url, person);
    const required = async () => (await client.ok(listYears, { id: "me" })).years[0]?.required.total;
    const other = await makeApp(server.app.env, { clock, log: server.app.log });
    expect(await required()).toBe(90);
    const published = await publish(changed("2026.93", lower));
    expect(published).toMatchObject({
      packVersion: "2026.93",
      status: "published",
      publishedBy: "政策管理员",
    });
    expect(await required()).toBe(84);
    const versionOf = (app: TestServer["app"]) => app.packs.of["annual-requirement"].ref.version;
    expect(versionOf(other)).toBe(shippedVersion);
    await other.policies.refresh();
    expect(versionOf(other)).toBe("2026.93");
    // A node that starts later has it too, and the shipped version stays on record.
    expect(versionOf(await makeApp(server.app.env, { clock, log: server.app.log }))).toBe("2026.93");
    const { rows } = await officer.ok(contracts.listPolicyVersions, { packId });
    expect(rows.map(({ packVersion, status }) => [packVersion, status])).toEqual([
      ["2026.93", "published"],
      [shippedVersion, "superseded"],
    ]);
    expect((await auditOf(packId)).some(({ type }) => type === "policy.published")).toBe(true);
    expect((await officer.call(contracts.getPolicyDraft, { packId })).status).toBe(404);
  });

  it("409 for a version number that was used before", async () => {
    const { sha256 } = await save(changed("2026.93", higher));
    const answer = await officer.call(contracts.publishPolicyPack, { packId, sha256 });
    expect([answer.status, answer.body.error?.code]).toEqual([409, "policy.version_exists"]);
    // Refused as a whole: the draft is still there.
    expect((await officer.ok(contracts.getPolicyDraft, { packId })).sha256).toBe(sha256);
    await officer.ok(contracts.deletePolicyDraft, { packId });
  });

  it("of two publications at once one wins, and one version is in force", async () => {
    const { sha256 } = await save(changed("2026.94", lower));
    const answers = await Promise.all(
      [1, 2].map(() => officer.call(contracts.publishPolicyPack, { packId, sha256 })),
    );
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
    expect(answers.every(({ status }) => status < 500)).toBe(true);
    expect(await PolicyPackModel.countDocuments({ packId, status: "published" })).toBe(1);
  });

  it("rolls back to an earlier version; 404 for an unknown one, 409 for the one in force", async () => {
    const back = (packVersion: string) => ({ packId, packVersion, note: "新标准推迟实施" });
    expect((await officer.call(contracts.rollBackPolicyPack, back("2031.1"))).status).toBe(404);
    const same = await officer.call(contracts.rollBackPolicyPack, back("2026.94"));
    expect([same.status, same.body.error?.code]).toEqual([409, "policy.already_current"]);
    const restored = await officer.ok(contracts.rollBackPolicyPack, back(shippedVersion));
    expect(restored).toMatchObject({
      packVersion: shippedVersion,
      status: "published",
      note: "新标准推迟实施",
    });
    expect(server.app.packs.of["annual-requirement"].ref.version).toBe(shippedVersion);
    expect((await auditOf(packId)).map(({ type }) => type)).toContain("policy.rolled_back");
    // Stored years follow it (REQ-08; what the job does: packs-in-force.test.ts).
    const data = { packId, packVersion: shippedVersion };
    expect(await JobModel.countDocuments({ kind: "years.follow-policy", data })).toBe(1);
  });
});
