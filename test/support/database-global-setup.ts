import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startEmbeddedDatabase } from "../../src/embedded-db/start.ts";
import "./stage.ts";

/**
 * One embedded database process for each worker, unless `npm run test:mongod` started a real server: starting one takes
 * longer than most files' tests. Each test server has a database of its own in it. Returns how to stop all.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (process.env["TEST_MONGODB_URI"] !== undefined) return () => Promise.resolve();
  const databases = await Promise.all(Array.from({ length: project.config.maxWorkers }, startDatabase));
  project.provide(
    "databases",
    databases.map(({ uri }) => uri),
  );
  return async () => {
    await Promise.all(databases.map(({ stop }) => stop()));
  };
}

async function startDatabase(): Promise<{ uri: string; stop(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), "xs-database-"));
  const database = await startEmbeddedDatabase({ dataDir });
  return {
    uri: database.uri,
    async stop() {
      await database.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
