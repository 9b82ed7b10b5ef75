import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startTestServer } from "./server.ts";

/** The one line of JSON that this process prints when the server is ready. */
export interface StageLine {
  url: string;
  /** answers with the texts sent to phones so far, as JSON */
  textsUrl: string;
}

/**
 * The server of the browser tests as a process of its own, as users run it: vitest's module runner knows no
 * `import.meta.resolve`, which certificates and imports need. Its argument is its data folder. Prints its addresses as one
 * line of JSON, and stops when its standard input ends, so that it cannot outlive the tests.
 */
const [, , dataDir = ""] = process.argv;
const server = await startTestServer({ demonstration: true, env: { DATA_DIR: dataDir } });
const texts = createServer((_request, response) => {
  response.setHeader("content-type", "application/json").end(JSON.stringify(server.texts));
});
await new Promise<void>((resolve) => texts.listen(0, "127.0.0.1", resolve));
const { port } = texts.address() as AddressInfo;
const line: StageLine = { url: server.url, textsUrl: `http://127.0.0.1:${port}/` };
process.stdout.write(`${JSON.stringify(line)}\n`);
process.stdin.resume();
process.stdin.on("end", () => {
  texts.close();
  void server.close().then(() => process.exit(0));
});
