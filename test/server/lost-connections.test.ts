import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mkdtempSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { MongoClient, MongoNetworkError } from "mongodb";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type EmbeddedDatabase, startEmbeddedDatabase } from "../../src/embedded-db/start.ts";
import { refuseLostConnections } from "../../src/server/lost-connections.ts";

// What these tests are about shows as waiting for ever.
vi.setConfig({ testTimeout: 15_000, hookTimeout: 15_000 });

const folder = mkdtempSync(path.join(tmpdir(), "lost-connections-"));
const sockets: Socket[] = [];
const remember = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);
let database: EmbeddedDatabase;
let client: MongoClient;

beforeAll(async () => {
  subscribe("net.client.socket", remember);
  refuseLostConnections();
  refuseLostConnections();
  database = await startEmbeddedDatabase({ dataDir: folder });
  client = await new MongoClient(database.uri).connect();
});

afterAll(async () => {
  unsubscribe("net.client.socket", remember);
  await client.close();
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The moment after the other side hung up: sockets are gone, the driver has not heard of it. */
async function loseConnections(): Promise<void> {
  await client.db("lost").command({ ping: 1 });
  for (const socket of sockets) socket.destroy();
}

it("refuses a command that is not tried again", async () => {
  await loseConnections();
  await expect(client.db("lost").command({ ping: 1 })).rejects.toBeInstanceOf(MongoNetworkError);
});

it("tries reads, writes and transactions again on another connection", async () => {
  const rows = client.db("lost").collection<{ _id: number }>("rows");
  await loseConnections();
  await rows.insertOne({ _id: 1 });
  await loseConnections();
  expect(await rows.findOne({ _id: 1 })).toEqual({ _id: 1 });
  await client.withSession((session) =>
    session.withTransaction(async () => {
      await rows.insertOne({ _id: 2 }, { session });
    }),
  );
  await loseConnections();
  await client.withSession((session) =>
    session.withTransaction(async () => {
      await rows.insertOne({ _id: 3 }, { session });
    }),
  );
  expect(await rows.countDocuments()).toBe(3);
});

it("closes a client whose connections are lost", async () => {
  await loseConnections();
  await client.close();
});
