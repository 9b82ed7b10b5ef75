import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import { startTestServer } from "./server.ts";
import "./stage.ts";

/**
 * Starts the platform with the demonstration province once for all browser tests, in vitest's own process: filling
 * the province takes longer than most tests. Returns how to stop it.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer({ demonstration: true });
  const texts = createServer((_request, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify(server.texts));
  });
  await new Promise<void>((resolve) => texts.listen(0, "127.0.0.1", resolve));
  const { port } = texts.address() as AddressInfo;
  project.provide("stage", { url: server.url, textsUrl: `http://127.0.0.1:${port}/` });
  return async () => {
    texts.close();
    await server.close();
  };
}
