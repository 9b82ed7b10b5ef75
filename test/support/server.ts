import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import pino from "pino";
import { type Clock, systemClock } from "../../src/shared/clock.ts";
import type { App } from "../../src/server/command-context.ts";
import { parseEnv } from "../../src/server/env.ts";
import { startServer } from "../../src/server/start-server.ts";
import { ApiClient } from "../../src/shared/api-client.ts";

/** A server that many tests share: this worker's embedded one, or the real one of `npm run test:mongod`. */
const sharedDatabase = process.env["TEST_MONGODB_URI"];

/** Answers every captcha of a test server. */
export const captchaText = "TEST";

/** A text that would have gone to a phone. */
export interface SentText {
  phone: string;
  text: string;
}

export interface TestServer {
  url: string;
  app: App;
  texts: SentText[];
  /** a client without a session, as a browser that was just opened */
  client(): ApiClient;
  close(): Promise<void>;
}

export interface TestServerOptions {
  clock?: Clock;
  demonstration?: boolean;
  env?: Record<string, string>;
}

/** The whole platform on a throw-away database: of a server that many tests share, or the embedded one of its own. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), "xs-"));
  const texts: SentText[] = [];
  const env = parseEnv({
    NODE_ENV: "test",
    PORT: "0",
    DATA_DIR: dataDir,
    LOG_LEVEL: "error",
    DEMONSTRATION: String(options.demonstration ?? false),
    TEST_CAPTCHA: captchaText,
    TEST_NO_RATE_LIMITS: "true",
    MONGODB_URI: sharedDatabase,
    // Test files share it, so each server has a database of its own there.
    MONGODB_DATABASE: `test-${randomUUID().slice(0, 18)}`,
    ...options.env,
  });
  const server = await startServer(env, {
    clock: options.clock ?? systemClock,
    log: pino({ level: env.LOG_LEVEL }),
    firesTimers: false,
    phone: { send: async (phone, text) => void texts.push({ phone, text }) },
  });
  return {
    url: server.url,
    app: server.app,
    texts,
    client: () => new ApiClient(server.url),
    async close() {
      await server.close();
      if (sharedDatabase !== undefined) await dropDatabase(sharedDatabase, env.MONGODB_DATABASE);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** After the server's end, through a connection of its own: its jobs would stumble over a database that goes. */
async function dropDatabase(uri: string, name: string): Promise<void> {
  const client = new MongoClient(uri);
  await client.db(name).dropDatabase();
  await client.close();
}
