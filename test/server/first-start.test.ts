import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mongoose from "mongoose";
import { afterAll, describe, expect, it } from "vitest";
import { startEmbeddedDatabase } from "../../src/embedded-db/start.ts";
import { start } from "../support/start.ts";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "xs-first-"));
  folders.push(folder);
  return folder;
}

describe("a database of one's own", () => {
  it("is connected to as its address says, and with the platform's defaults where it says nothing", async () => {
    const database = await startEmbeddedDatabase({ dataDir: await newFolder() });
    const MONGODB_URI = `${database.uri}&maxpoolsize=7`;
    const server = await start({ DATA_DIR: await newFolder(), MONGODB_URI, DEMONSTRATION: "false" });
    const { maxPoolSize, serverSelectionTimeoutMS } = mongoose.connection.getClient().options;
    expect({ maxPoolSize, serverSelectionTimeoutMS }).toEqual({
      maxPoolSize: 7,
      serverSelectionTimeoutMS: 10_000,
    });
    await server.close();
    await database.stop();
  });
});

describe("what cannot start", () => {
  it("names the port that is in use and how to choose another", async () => {
    const busy = createServer();
    await new Promise<void>((resolve) => busy.listen(0, "127.0.0.1", resolve));
    const { port } = busy.address() as AddressInfo;
    const DATA_DIR = await newFolder();
    try {
      await expect(start({ DATA_DIR, PORT: String(port), DEMONSTRATION: "false" })).rejects.toThrow(
        new RegExp(`端口已被占用.*${port}.*PORT=`),
      );
    } finally {
      busy.close();
    }
    const free = await start({ DATA_DIR, DEMONSTRATION: "false" });
    await free.close();
  });

  it("says that the database cannot be reached, without its address", async () => {
    const error = await start({
      DATA_DIR: await newFolder(),
      MONGODB_URI: "mongodb://someone:secret@127.0.0.1:1/?serverSelectionTimeoutMS=500",
    }).then(
      () => null,
      (reason: Error) => reason,
    );
    expect(error?.message).toMatch(/无法连接数据库 The database of MONGODB_URI cannot be reached: /);
    expect(error?.message).not.toContain("secret");
  });
});
