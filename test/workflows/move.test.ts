import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WorkflowDefinition } from "../../src/models/workflow-definition.ts";
import { WorkflowInstance } from "../../src/models/workflow-instance.ts";
import { WorkflowConflict } from "../../src/workflows/runtime/conflict.ts";
import { loadDefinition } from "../../src/workflows/runtime/definition.ts";
import {
  DefinitionRegistry,
  loadShippedDefinitions,
  registerShippedDefinitions,
} from "../../src/workflows/runtime/definitions.ts";
import { moveInstance, previewMove } from "../../src/workflows/runtime/move.ts";
import { advance, startInstance } from "../../src/workflows/runtime/store.ts";
import { inTransaction, openWorkflowDatabase, reviewer, startInput, workflowContext } from "./database.ts";
import { shipped, shippedXml } from "./support.ts";

let database: { close(): Promise<void> };
beforeAll(async () => {
  database = await openWorkflowDatabase();
});
afterAll(() => database.close());

/** The declaration process with one thing changed, as policy staff would publish it. */
function edited(from: string, to: string) {
  return loadDefinition(shippedXml("declaration").replaceAll(from, to));
}

async function begin() {
  const ctx = await workflowContext();
  const { instance } = await inTransaction(() => startInstance(ctx, startInput("declaration")));
  return { ctx, instance };
}

describe("moving an instance to another definition", () => {
  it("goes on there when it stands at the same place", async () => {
    const { ctx, instance } = await begin();
    const target = await edited('name="退回申报人"', 'name="退回修改"');
    ctx.workflow.definitions.use(target);
    expect(await previewMove(ctx, instance, target)).toEqual({ movable: true });
    await inTransaction(() => moveInstance(ctx, instance._id, target.hash));
    expect(await WorkflowInstance.findById(instance._id).lean()).toMatchObject({
      definitionHash: target.hash,
      version: 2,
    });
    const decision = { kind: "decide", taskKey: "review:0", outcome: "reject", actor: reviewer } as const;
    const { serviceCalls } = await inTransaction(() => advance(ctx, instance._id, decision));
    expect(serviceCalls).toMatchObject([{ name: "returnDeclaration" }]);
  });

  it.each([
    {
      what: "another candidate rule",
      from: 'xueshi:candidates="routeStep"',
      to: 'xueshi:candidates="superior"',
      reason: "在新定义中所处环节不同",
    },
    { what: "another name of the step", from: 'id="review"', to: 'id="review2"', reason: "无法重演" },
    { what: "a rule that answers otherwise", from: 'outcomes="full,', to: 'outcomes="', reason: "无法重演" },
  ])("is refused on $what", async ({ from, to, reason }) => {
    const { ctx, instance } = await begin();
    const target = await edited(from, to).catch(() => null);
    if (target === null) throw new Error("the edited definition does not parse");
    ctx.workflow.definitions.use(target);
    const preview = await previewMove(ctx, instance, target);
    expect(preview).toMatchObject({ movable: false });
    expect(preview.movable ? "" : preview.reason).toContain(reason);
    await expect(inTransaction(() => moveInstance(ctx, instance._id, target.hash))).rejects.toThrow(
      WorkflowConflict,
    );
  });

  it("is refused to a definition of another process, and after the end", async () => {
    const { ctx, instance } = await begin();
    expect(await previewMove(ctx, instance, await shipped("transfer"))).toMatchObject({ movable: false });
    const target = await edited('name="退回申报人"', 'name="退回修改"');
    expect(await previewMove(ctx, { ...instance, status: "ended" }, target)).toEqual({
      movable: false,
      reason: "流程已结束",
    });
  });
});

describe("definitions in the database", () => {
  const ids = () => ({ newId: () => crypto.randomUUID(), now: new Date("2026-03-02T00:00:00Z") });

  it("shipped ones are written once, a changed file becomes the next version, and old instances still find theirs", async () => {
    const definitions = await loadShippedDefinitions();
    await registerShippedDefinitions(definitions, ids());
    await registerShippedDefinitions(definitions, ids());
    expect(await WorkflowDefinition.countDocuments()).toBe(definitions.length);
    const next = await edited('name="退回申报人"', 'name="退回给申报人"');
    await registerShippedDefinitions([next], ids());
    const versions = await WorkflowDefinition.find({ key: "declaration" }).sort({ versionNumber: 1 }).lean();
    expect(versions.map(({ versionNumber, status }) => [versionNumber, status])).toEqual([
      [1, "superseded"],
      [2, "published"],
    ]);
    await registerShippedDefinitions(definitions, ids());
    expect(await WorkflowDefinition.find({ key: "declaration", status: "published" }).lean()).toMatchObject([
      { versionNumber: 1 },
    ]);
    const registry = new DefinitionRegistry([next]);
    expect((await registry.byHash((await shipped("declaration")).hash)).key).toBe("declaration");
    await expect(registry.byHash("0".repeat(64))).rejects.toThrow("unknown process definition");
  });

  it("what policy staff published stays current when a release brings another file, on every node that refreshes", async () => {
    await WorkflowDefinition.deleteMany({});
    const definitions = await loadShippedDefinitions();
    await registerShippedDefinitions(definitions, ids());
    const theirs = await edited('name="退回申报人"', 'name="请申报人修改"');
    await WorkflowDefinition.updateMany({ key: "declaration" }, { $set: { status: "superseded" } });
    await WorkflowDefinition.create({
      _id: "theirs",
      key: "declaration",
      name: theirs.name,
      versionNumber: 2,
      hash: theirs.hash,
      xml: theirs.xml,
      status: "published",
      shipped: false,
      createdAt: new Date(),
      createdBy: null,
      publishedAt: new Date(),
      note: "",
    });
    const release = await edited('name="退回申报人"', 'name="新版本"');
    await registerShippedDefinitions([release], ids());
    const registry = new DefinitionRegistry([...definitions, release]);
    await registry.refresh();
    expect((await registry.current("declaration")).hash).toBe(theirs.hash);
  });

  it("what was forced in for another process, changed after it was published, or is no definition takes nobody's place", async () => {
    await WorkflowDefinition.deleteMany({});
    const definitions = await loadShippedDefinitions();
    await registerShippedDefinitions(definitions, ids());
    const sound = await edited('name="退回申报人"', 'name="请申报人修改好"');
    const changed = await edited('name="退回申报人"', 'name="改过的"');
    const force = (key: string, given: { hash: string; xml: string }) =>
      WorkflowDefinition.updateOne({ key, status: "published" }, { $set: given });
    await force("adjustment", { hash: "1".repeat(64), xml: "<html/>" });
    await force("base-class", { hash: "2".repeat(64), xml: changed.xml });
    await force("transfer", { hash: changed.hash, xml: changed.xml });
    await force("declaration", { hash: sound.hash, xml: sound.xml });
    const registry = new DefinitionRegistry(definitions);
    await expect(registry.refresh()).rejects.toThrow();
    const current = async (key: string) => (await registry.current(key)).hash;
    for (const key of ["adjustment", "base-class", "transfer"])
      expect(await current(key)).toBe((await shipped(key)).hash);
    expect(await current("declaration")).toBe(sound.hash);
    await expect(registry.byHash("2".repeat(64))).rejects.toThrow("was changed in the database");
  });
});
