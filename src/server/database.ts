import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import mongoose from "mongoose";
import { startEmbeddedDatabase } from "../embedded-db/start.ts";
import type { Env } from "./env.ts";
import { refuseLostConnections } from "./lost-connections.ts";

export interface Database {
  /** where another process reaches the same database */
  uri: string;
  /** true when this process started the embedded database itself */
  embedded: boolean;
  close(): Promise<void>;
}

/** Connects to `MONGODB_URI`, or starts the embedded database in `DATA_DIR` and connects to it. */
export async function openDatabase(env: Env): Promise<Database> {
  if (env.MONGODB_URI !== undefined) {
    await connect(env.MONGODB_URI, env.MONGODB_DATABASE).catch((error: unknown) => {
      // The address may hold a password: it is named, not shown.
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`无法连接数据库 The database of MONGODB_URI cannot be reached: ${reason}`);
    });
    return { uri: env.MONGODB_URI, embedded: false, close: () => mongoose.disconnect() };
  }
  const dataDir = join(env.DATA_DIR, "database");
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const server = await startEmbeddedDatabase({ dataDir });
  try {
    await connect(server.uri, env.MONGODB_DATABASE);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    uri: server.uri,
    embedded: true,
    async close() {
      await mongoose.disconnect();
      await server.stop();
    },
  };
}

async function connect(uri: string, dbName: string): Promise<void> {
  refuseLostConnections();
  await mongoose.connect(uri, {
    dbName,
    autoIndex: false,
    autoCreate: false,
    ...defaultsFor(uri),
    // Acknowledged means kept: the platform's promise is "nothing lost".
    writeConcern: { w: "majority", journal: true },
  });
}

const defaults = { maxPoolSize: 32, serverSelectionTimeoutMS: 10_000 };

/** Those that the address does not set itself: options of their own would go before it. */
function defaultsFor(uri: string): Partial<typeof defaults> {
  const names = [...new URLSearchParams(uri.split("?")[1] ?? "").keys()].map((name) => name.toLowerCase());
  return Object.fromEntries(Object.entries(defaults).filter(([name]) => !names.includes(name.toLowerCase())));
}
