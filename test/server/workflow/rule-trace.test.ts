import { afterAll, beforeAll, expect, it } from "vitest";
import type { WorkflowEventRecord, WorkflowInstanceRecord } from "../../../src/models/workflow-instance.ts";
import { WorkflowInstance } from "../../../src/models/workflow-instance.ts";
import { ruleTrace } from "../../../src/server/queries/workflow/rule-trace.ts";
import { declareOwn } from "../../support/declaring.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { buildWorld, newPerson, personClient } from "../../support/world.ts";

let server: TestServer;
let instance: WorkflowInstanceRecord;
let ruled: WorkflowEventRecord;

beforeAll(async () => {
  server = await startTestServer();
  const { app, url } = server;
  const world = await buildWorld(app);
  const person = await newPerson(app, world.hospital);
  const client = await personClient(app, url, person);
  const { instanceId } = await declareOwn({ app, client, person });
  const stored = await WorkflowInstance.findById(instanceId).lean<WorkflowInstanceRecord>();
  const event = stored?.events.find(({ type }) => type === "ruled");
  if (stored === null || event === undefined) throw new Error("no rule was asked");
  instance = stored;
  ruled = event;
});
afterAll(() => server.close());

async function trace(event: WorkflowEventRecord, facts = instance.facts) {
  const definition = await server.app.workflow.definitions.byHash(instance.definitionHash);
  return await ruleTrace(server.app, { instance: { facts }, definition }, event);
}

it("gives the trace of an answer again from the pack version and the facts that the instance keeps", async () => {
  const shown = await trace(ruled);
  expect(shown?.pack.id).toBe("henan.routing");
  expect(ruled.pack).toContain(`henan.routing@${shown?.pack.version}@`);
  expect(shown?.text).toContain("用人单位—主管部门—人社部门逐级审核");
  expect(shown?.steps[0]).toMatchObject({ input: { rule: "declarationRoute", facts: instance.facts } });
});

it("shows none rather than another: unknown version, changed facts, other events", async () => {
  expect(await trace({ ...ruled, pack: "henan.routing@1999.1@000000000000" })).toBeNull();
  expect(await trace(ruled, { accountant: true, origin: "person" })).toBeNull();
  expect(await trace(ruled, { accountant: "?", origin: 1 })).toBeNull();
  expect(await trace({ type: "decided", at: new Date(), key: "review:0", outcome: "approve" })).toBeNull();
});
