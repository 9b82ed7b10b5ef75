import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { WorkflowDefinition } from "../../../src/models/workflow-definition.ts";
import { WorkflowInstance } from "../../../src/models/workflow-instance.ts";
import { makeApp } from "../../../src/server/make-app.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import * as contracts from "../../../src/shared/contracts/workflow-definitions.ts";
import { projectRoot } from "../../../src/shared/project-root.ts";
import { declareOwn } from "../../support/declaring.ts";
import { auditOf } from "../../support/login.ts";
import { adminOf, newMember, newPerson, personClient, type Unit } from "../../support/world.ts";
import { auditTypes } from "../../support/applications.ts";
import { useProvince } from "../../support/province.ts";

let officer: ApiClient;
let outsider: ApiClient;

const clock = fixedClock("2026-11-23T02:00:00Z");
const key = "declaration";
const shipped = readFileSync(join(projectRoot(), "bpmn/declaration.bpmn"), "utf8");

const { server, world } = useProvince({ clock });

beforeAll(async () => {
  officer = await officerOf(world.province);
  outsider = await adminOf(server.app, server.url, world.hospital);
});

async function officerOf(organization: Unit): Promise<ApiClient> {
  const right = {
    name: "流程管理员",
    role: "policy-officer" as const,
    modules: ["workflow:design" as const],
  };
  return (await newMember(server, organization, right)).client;
}

/** The shipped process with other words at one place, which changes nothing for an instance under way. */
function renamed(name: string): string {
  const xml = shipped.replaceAll('name="退回申报人"', `name="${name}"`);
  if (xml === shipped) throw new Error("nothing was renamed");
  return xml;
}

async function save(xml: string) {
  const before = await officer.call(contracts.getDefinitionDraft, { key });
  const basedOn = before.status === 200 ? before.body.sha256 : null;
  return officer.ok(contracts.saveDefinitionDraft, { key, xml, basedOn });
}

async function publish(xml: string) {
  const { sha256 } = await save(xml);
  return officer.ok(contracts.publishDefinition, { key, sha256, note: "测试发布" });
}

async function current() {
  const { definitions } = await officer.ok(contracts.listWorkflowDefinitions, {});
  return definitions.find((one) => one.key === key)?.current;
}

async function declaredInstance(): Promise<string> {
  const person = await newPerson(server.app, world.hospital);
  const client = await personClient(server.app, server.url, person);
  const { instanceId } = await declareOwn({ app: server.app, client, person });
  return instanceId;
}

describe("who may", () => {
  it.each([
    [contracts.listWorkflowDefinitions, {}],
    [contracts.listDefinitionVersions, { key }],
    [contracts.getDefinitionVersion, { key, versionNumber: 1 }],
    [contracts.getDefinitionDraft, { key }],
    [contracts.saveDefinitionDraft, { key, xml: shipped, basedOn: null }],
    [contracts.deleteDefinitionDraft, { key }],
    [contracts.checkDefinition, { key, xml: shipped }],
    [contracts.previewDefinitionPositions, { key, xml: shipped }],
    [contracts.publishDefinition, { key, sha256: "0".repeat(64) }],
    [contracts.rollBackDefinition, { key, versionNumber: 1, note: "不应可行" }],
    [contracts.previewInstanceMoves, { key, fromVersion: 1, toVersion: 1 }],
    [contracts.moveInstances, { key, toVersion: 1, instanceIds: ["a".repeat(24)], reason: "不应可行" }],
  ])("403 without the module, 401 without a session: $id", async (contract, request) => {
    expect((await outsider.call(contract, request)).status).toBe(403);
    expect((await server.client().call(contract, request)).status).toBe(401);
    expect(await WorkflowDefinition.countDocuments({ status: "draft" })).toBe(0);
  });

  it("403 for a city's policy officer to publish, roll back or move, who may draft and check", async () => {
    const city = await officerOf(world.city);
    const draft = { key, xml: renamed("退回（市）"), basedOn: null };
    const { sha256 } = await city.ok(contracts.saveDefinitionDraft, draft);
    expect((await city.ok(contracts.checkDefinition, { key })).passed).toBe(true);
    expect((await city.call(contracts.publishDefinition, { key, sha256 })).status).toBe(403);
    const back = { key, versionNumber: 1, note: "不应可行" };
    expect((await city.call(contracts.rollBackDefinition, back)).status).toBe(403);
    const move = { key, toVersion: 1, instanceIds: ["a".repeat(24)], reason: "不应可行" };
    expect((await city.call(contracts.moveInstances, move)).status).toBe(403);
    await city.ok(contracts.deleteDefinitionDraft, { key });
  });
});

describe("versions and drafts", () => {
  it("200: lists every process with the version in force, and its XML to the letter", async () => {
    const { definitions } = await officer.ok(contracts.listWorkflowDefinitions, {});
    expect(definitions.map((one) => one.key)).toContain("organization-closure");
    expect(await current()).toMatchObject({ versionNumber: 1, shipped: true, publishedBy: "平台" });
    const version = await officer.ok(contracts.getDefinitionVersion, { key, versionNumber: 1 });
    expect(version.xml).toBe(shipped);
  });

  it("404 for what does not exist", async () => {
    const gone = [
      officer.call(contracts.getDefinitionVersion, { key, versionNumber: 99 }),
      officer.call(contracts.getDefinitionDraft, { key }),
      officer.call(contracts.deleteDefinitionDraft, { key }),
      officer.call(contracts.listDefinitionVersions, { key: "no-such-process" }),
      officer.call(contracts.saveDefinitionDraft, { key: "no-such-process", xml: "<a/>", basedOn: null }),
    ];
    const codes = (await Promise.all(gone)).map(({ status, body }) => [status, body.error?.code]);
    expect(codes).toEqual([
      [404, "definition.version_not_found"],
      [404, "definition.draft_not_found"],
      [404, "definition.draft_not_found"],
      [404, "definition.not_found"],
      [404, "definition.not_found"],
    ]);
  });

  it("keeps an unfinished draft, refuses to overwrite somebody else's, and can be given up", async () => {
    const first = await officer.ok(contracts.saveDefinitionDraft, { key, xml: "<未完", basedOn: null });
    const blind = { key, xml: shipped, basedOn: null };
    const answer = await officer.call(contracts.saveDefinitionDraft, blind);
    expect([answer.status, answer.body.error?.code]).toEqual([409, "request.conflict"]);
    const second = await officer.ok(contracts.saveDefinitionDraft, { ...blind, basedOn: first.sha256 });
    expect((await officer.ok(contracts.getDefinitionDraft, { key })).sha256).toBe(second.sha256);
    await officer.ok(contracts.deleteDefinitionDraft, { key });
    const types = (await auditTypes(key)).slice(0, 2);
    expect(types).toEqual(["definition.draft_removed", "definition.draft_removed"]);
  });

  it.each([
    ["a document type", `<!DOCTYPE a [<!ENTITY x "y">]>${shipped}`],
    ["an entity", shipped.replace("<bpmn:process", '<!ENTITY x SYSTEM "file:///etc/passwd"><bpmn:process')],
    [
      "a processing instruction",
      shipped.replace("<bpmn:process", '<?xml-stylesheet href="x"?><bpmn:process'),
    ],
    ["a control character", shipped.replace("退回申报人", "退回\u0001")],
  ])("400 for a draft with %s, and nothing is kept", async (_what, xml) => {
    const answer = await officer.call(contracts.saveDefinitionDraft, { key, xml, basedOn: null });
    expect([answer.status, answer.body.error?.code]).toEqual([400, "definition.unsafe_xml"]);
    expect(await WorkflowDefinition.countDocuments({ status: "draft" })).toBe(0);
  });

  it("400 for more than 300,000 characters", async () => {
    const xml = "<".repeat(300_001);
    const answer = await officer.call(contracts.saveDefinitionDraft, { key, xml, basedOn: null });
    expect([answer.status, answer.body.error?.code]).toEqual([400, "request.invalid"]);
  });
});

describe("check and preview", () => {
  it("passes the version in force", async () => {
    const check = await officer.ok(contracts.checkDefinition, { key, xml: shipped });
    expect(check).toMatchObject({ passed: true, findings: [] });
  });

  it("names element and fault in Chinese and English", async () => {
    const xml = shipped.replace("${environment.services.creditHours}", "${environment.services.payOut}");
    const { passed, findings } = await officer.ok(contracts.checkDefinition, { key, xml });
    expect(passed).toBe(false);
    const fault = findings.find(({ code }) => code === "unknown-service");
    expect(fault).toMatchObject({
      severity: "error",
      zh: "服务“payOut”不存在",
      en: "service payOut does not exist",
    });
    expect(xml).toContain(`id="${fault?.elementId}"`);
  });

  it("says that it is another process", async () => {
    const { findings } = await officer.ok(contracts.checkDefinition, { key: "transfer", xml: shipped });
    expect(findings[0]).toMatchObject({ code: "other-process", elementId: "declaration" });
  });

  it("answers others while a hostile text is checked, and ends", async () => {
    const nested = `${"<a>".repeat(50_000)}${"</a>".repeat(30_000)}`;
    const checking = officer.ok(contracts.checkDefinition, { key, xml: nested });
    const answered = await officer.ok(contracts.listDefinitionVersions, { key });
    expect(answered.total).toBeGreaterThan(0);
    expect((await checking).passed).toBe(false);
  });

  it("lists the positions that can be reached, each way out in Chinese", async () => {
    const { positions } = await officer.ok(contracts.previewDefinitionPositions, { key, xml: shipped });
    expect(positions.filter(({ ended }) => ended).length).toBeGreaterThan(0);
    const moves = positions.flatMap((position) => position.moves);
    expect(moves.some(({ services }) => services.includes("计入学时"))).toBe(true);
    expect(moves.some(({ event }) => event.endsWith("：通过"))).toBe(true);
    expect(moves.some(({ event }) => event === "申请人撤回")).toBe(true);
    expect(moves.every(({ to }) => to !== null)).toBe(true);
  });

  it("409 for the positions of what has errors", async () => {
    const answer = await officer.call(contracts.previewDefinitionPositions, { key, xml: "<a/>" });
    expect([answer.status, answer.body.error?.code]).toEqual([409, "definition.check_failed"]);
  });
});

describe("publish and roll back", () => {
  it("409 with the faults, and nothing published, for a draft with errors", async () => {
    const script = shipped.replace("<bpmn:process", '<bpmn:process camunda:versionTag="1"');
    const { sha256 } = await save(script.replace("creditHours", "payOut"));
    const answer = await officer.call(contracts.publishDefinition, { key, sha256 });
    expect([answer.status, answer.body.error?.code]).toEqual([409, "definition.check_failed"]);
    expect(answer.body.error?.problems.length).toBeGreaterThan(0);
    expect(await current()).toMatchObject({ versionNumber: 1 });
    await officer.ok(contracts.deleteDefinitionDraft, { key });
  });

  it("new instances run by it on every node, running ones stay on theirs, and it can be rolled back", async () => {
    const other = await makeApp(server.app.env, { clock, log: server.app.log });
    const before = await declaredInstance();
    const xml = renamed("退回修改");
    const published = await publish(xml);
    expect(published).toMatchObject({ versionNumber: 2, status: "published", publishedBy: "流程管理员" });
    const after = await declaredInstance();
    expect(await hashOf(before)).not.toBe(published.sha256);
    expect(await hashOf(after)).toBe(published.sha256);
    await other.workflow.definitions.refresh();
    expect((await other.workflow.definitions.current(key)).hash).toBe(published.sha256);
    const { rows } = await officer.ok(contracts.listDefinitionVersions, { key });
    expect(rows.map(({ versionNumber, status }) => [versionNumber, status])).toEqual([
      [2, "published"],
      [1, "superseded"],
    ]);
    const back = await officer.ok(contracts.rollBackDefinition, { key, versionNumber: 1, note: "有误" });
    expect(back).toMatchObject({ versionNumber: 1, status: "published", note: "有误" });
    expect(await hashOf(await declaredInstance())).toBe(await hashOf(before));
    // A release that starts on another node does not undo what the officer chose.
    const restarted = await makeApp(server.app.env, { clock, log: server.app.log });
    expect((await restarted.workflow.definitions.current(key)).hash).toBe(back.sha256);
    const [rolledBack] = (await auditOf(key)).filter(({ type }) => type === "definition.rolled_back");
    expect(rolledBack?.data).toMatchObject({ versionNumber: 1, note: "有误" });
    expect(await auditTypes(key)).toContain("definition.published");
  });

  it("409 to restore what is in force, or to publish what an earlier version says", async () => {
    const back = await officer.call(contracts.rollBackDefinition, { key, versionNumber: 1, note: "重复" });
    expect([back.status, back.body.error?.code]).toEqual([409, "definition.already_current"]);
    const { sha256 } = await save(renamed("退回修改"));
    const again = await officer.call(contracts.publishDefinition, { key, sha256 });
    expect([again.status, again.body.error?.code]).toEqual([409, "definition.version_exists"]);
    await officer.ok(contracts.deleteDefinitionDraft, { key });
  });

  it("409 when the draft changed after it was checked; of two who publish at once one wins", async () => {
    const first = await save(renamed("甲"));
    await save(renamed("乙"));
    const stale = await officer.call(contracts.publishDefinition, { key, sha256: first.sha256 });
    expect([stale.status, stale.body.error?.code]).toEqual([409, "request.conflict"]);
    const { sha256 } = await officer.ok(contracts.getDefinitionDraft, { key });
    const both = await Promise.all(
      [1, 2].map(() => officer.call(contracts.publishDefinition, { key, sha256 })),
    );
    expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(both.every(({ status }) => status === 200 || status === 409 || status === 404)).toBe(true);
    expect(await WorkflowDefinition.countDocuments({ key, status: "published" })).toBe(1);
  });
});

async function hashOf(instanceId: string): Promise<string | undefined> {
  return (await WorkflowInstance.findById(instanceId, { definitionHash: 1 }).lean())?.definitionHash;
}

describe("moving instances", () => {
  it("previews, moves each for itself with the reason on record, and says why the others stay", async () => {
    const from = await current();
    const fine = await declaredInstance();
    const ended = await declaredInstance();
    await WorkflowInstance.updateOne({ _id: ended }, { $set: { status: "cancelled" } });
    const published = await publish(renamed("退回并修改"));
    const versions = { fromVersion: from?.versionNumber ?? 0, toVersion: published.versionNumber };
    const seen = await allMoves(versions);
    expect(seen.find(({ instanceId }) => instanceId === fine)).toMatchObject({
      movable: true,
      reason: null,
      stepNames: ["逐级审核学时"],
    });
    expect(seen.some(({ instanceId }) => instanceId === ended)).toBe(false);
    const unknown = "f".repeat(24);
    const batch = {
      key,
      toVersion: versions.toVersion,
      instanceIds: [fine, ended, unknown],
      reason: "统一版本",
    };
    const { succeeded, failed, results } = await officer.ok(contracts.moveInstances, batch);
    expect([succeeded, failed]).toEqual([1, 2]);
    expect(results.map(({ ok, code }) => [ok, code])).toEqual([
      [true, null],
      [false, "instance.not_movable"],
      [false, "instance.not_found"],
    ]);
    expect(results[1]?.message).toContain("流程已结束");
    expect(await hashOf(fine)).toBe(published.sha256);
    const [event] = (await auditOf(fine)).filter(({ type }) => type === "instance.moved");
    expect(event?.data).toMatchObject({ reason: "统一版本", to: published.sha256 });
    const again = await officer.ok(contracts.moveInstances, { ...batch, instanceIds: [fine] });
    expect(again.results[0]).toMatchObject({ ok: false, message: "该流程不能迁移到此版本：已是该版本" });
  });

  it("an instance that would stand elsewhere cannot move, and the preview says so", async () => {
    const from = await current();
    const here = await declaredInstance();
    const published = await publish(
      renamed("退回丙")
        .replaceAll('id="review"', 'id="examine"')
        .replaceAll(/(?<=[">/ _.])review(?=[".}<_])/g, "examine"),
    );
    const rows = await allMoves({
      fromVersion: from?.versionNumber ?? 0,
      toVersion: published.versionNumber,
    });
    const row = rows.find(({ instanceId }) => instanceId === here);
    expect(row?.movable).toBe(false);
    expect(row?.reason).toBe("在新定义中所处环节不同");
    const batch = { key, toVersion: published.versionNumber, instanceIds: [here], reason: "试一试" };
    expect(await officer.ok(contracts.moveInstances, batch)).toMatchObject({ succeeded: 0, failed: 1 });
    expect(await hashOf(here)).toBe(from?.sha256);
  });

  it("404 for a version that does not exist", async () => {
    const answer = await officer.call(contracts.previewInstanceMoves, { key, fromVersion: 1, toVersion: 99 });
    expect([answer.status, answer.body.error?.code]).toEqual([404, "definition.version_not_found"]);
    const move = { key, toVersion: 99, instanceIds: ["f".repeat(24)], reason: "试一试" };
    expect((await officer.call(contracts.moveInstances, move)).status).toBe(404);
  });
});

/** Every row of a preview, two a page. */
async function allMoves(versions: { fromVersion: number; toVersion: number }) {
  const rows = [];
  let after: string | undefined;
  for (;;) {
    const page = await officer.ok(contracts.previewInstanceMoves, {
      key,
      ...versions,
      limit: 2,
      ...(after === undefined ? {} : { after }),
    });
    rows.push(...page.rows);
    if (page.next === null) return rows;
    after = page.next;
  }
}
