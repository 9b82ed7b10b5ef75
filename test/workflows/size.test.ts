import { calculateObjectSize } from "bson";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WorkflowInstance } from "../../src/models/workflow-instance.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ demonstration: true });
}, 60_000);
afterAll(() => server.close());

it("an open instance of the demonstration takes 1 KB at most on average beyond its tasks", async () => {
  const open = await WorkflowInstance.collection.find({ status: "running" }).toArray();
  const bytes = open.map((instance) => calculateObjectSize(instance));
  expect(open.length).toBeGreaterThan(5);
  expect(bytes.reduce((sum, size) => sum + size, 0) / open.length).toBeLessThanOrEqual(1024);
});
