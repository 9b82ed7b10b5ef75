import path from "node:path";
import { parseArgs } from "node:util";
import { startServer } from "./server.ts";

/** Says on stdout, as one line of JSON, what the parent process waits for. */
function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: "string" },
      socket: { type: "string" },
      port: { type: "string" },
      host: { type: "string" },
      "allow-fail-points": { type: "boolean", default: false },
    },
  });
  if (values.data === undefined) throw new Error("--data <folder> is missing");
  if (values.host !== undefined && values.host !== "127.0.0.1" && values.host !== "localhost") {
    throw new Error(
      `refusing to listen on ${values.host}: the embedded database has no passwords and serves this machine only`,
    );
  }
  const server = await startServer({
    dataDir: path.resolve(values.data),
    socketPath: values.socket === undefined ? null : path.resolve(values.socket),
    port: Number(values.port ?? 0),
    failPoints: values["allow-fail-points"],
  });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    server.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on("SIGTERM", stop).on("disconnect", stop);
  // Ctrl-C goes to the whole group of processes. The parent still needs us to finish what is under way, and stops us
  // when it is done; only who runs us at a terminal himself means us.
  process.on("SIGINT", () => process.stdin.isTTY && stop());
  // When the disk refuses a commit, lmdb also rejects promises that nobody can reach. The commit's own error has
  // been answered to its client; reads go on being served.
  process.on("unhandledRejection", (error) => {
    process.stderr.write(`embedded-db: ${error instanceof Error ? error.message : String(error)}\n`);
  });
  // A parent that dies closes our standard input: without it there is nobody to serve.
  process.stdin.on("end", stop).on("error", stop).resume();
  say({ ready: true, uri: server.uri });
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`embedded-db: ${message}\n`);
  say({ ready: false, error: message });
  process.exitCode = 1;
  process.stdin.destroy();
});
