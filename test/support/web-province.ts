import { startTestServer } from "./server.ts";

/** Fills the data folder that is its argument with the demonstration province, for the stages that are copied from it. */
const [, , dataDir = ""] = process.argv;
const server = await startTestServer({ demonstration: true, env: { DATA_DIR: dataDir } });
await server.close();
process.exit(0);
