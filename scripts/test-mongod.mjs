/**
 * `npm run test:mongod`: the whole server suite on a real mongod (a one-member replica set) through
 * mongodb-memory-server. Where no binary can be had it says so, and how to provide one.
 */
import { build, install, prepare, runBin } from "./prepare.mjs";

prepare(() => {
  install();
  build();
});
const { MongoMemoryReplSet } = await import("mongodb-memory-server");
let server;
try {
  server = await MongoMemoryReplSet.create({ replSet: { count: 1, storageEngine: "wiredTiger" } });
} catch (error) {
  process.stderr.write(
    [
      `No mongod could be started: ${error instanceof Error ? error.message : String(error)}`,
      "Provide one in either way:",
      "  - let mongodb-memory-server download it: a connection to fastdl.mongodb.org is needed;",
      "  - point to an installed one: MONGOMS_SYSTEM_BINARY=/usr/bin/mongod npm run test:mongod",
      "",
    ].join("\n"),
  );
  process.exit(2);
}
try {
  const env = { ...process.env, TEST_MONGODB_URI: server.getUri() };
  runBin("vitest", ["run", "--exclude", "test/embedded-db/**"], { env });
} catch {
  process.exitCode = 1;
} finally {
  await server.stop();
}
