import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { MongoClient, type MongoClientOptions } from "mongodb";
import { type EmbeddedDatabase, startEmbeddedDatabase } from "../../src/embedded-db/start.ts";

export interface TestDatabase {
  server: EmbeddedDatabase;
  client: MongoClient;
  folder: string;
  close(): Promise<void>;
}

/** A database of its own in a temporary folder, with a client. */
export async function startTestDatabase(
  options: MongoClientOptions & { allowFailPoints?: boolean } = {},
): Promise<TestDatabase> {
  const { allowFailPoints, ...clientOptions } = options;
  const folder = mkdtempSync(path.join(tmpdir(), "edb-"));
  const server = await startEmbeddedDatabase({
    dataDir: folder,
    ...(allowFailPoints ? { allowFailPoints } : {}),
  });
  const client = await new MongoClient(server.uri, clientOptions).connect();
  return {
    server,
    client,
    folder,
    async close() {
      await client.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
