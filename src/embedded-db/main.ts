import path from "node:path";
import { parseArgs } from "node:util";
import { startServer } from "./server.ts";

/** Says on stdout, as one line of JSON, what the parent process waits for. */
function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

const options = {
  data: { type: "string" },
  socket: { type: "string" },
  host: { type: "string", default: "127.0.0.1" },
  port: { type: "string", default: "0" },
  "allow-fail-points": { type: "boolean", default: false },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.data === undefined) throw new Error("--data <folder> is missing");
  if (!["127.0.0.1", "localhost"].includes(values.host))
    throw new Error(
      `refusing to listen on ${values.host}: there are no passwords, so this machine alone is served`,
    );
  const server = await startServer({
    dataDir: path.resolve(values.data),
    socketPath: values.socket === undefined ? null : path.resolve(values.socket),
    port: Number(values.port),
    failPoints: values["allow-fail-points"],
  });
  let stopping: Promise<void> | null = null;
  const stop = (): void => {
    stopping ??= server.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on("SIGTERM", stop);
  // Ctrl-C goes to the whole group of processes. The parent still needs us to finish what is under way, and stops us
  // when it is done; only who runs us at a terminal himself means us.
  process.on("SIGINT", () => process.stdin.isTTY && stop());
  // When the disk refuses a commit, lmdb also rejects promises that nobody can reach. The commit's own error has
  // been answered to its client; reads go on being served.
  process.on("unhandledRejection", (error) => complain(error));
  // A parent that dies closes our standard input: without it there is nobody to serve.
  process.stdin.on("end", stop).on("error", stop).resume();
  say({ ready: true, uri: server.uri });
}

function complain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`embedded-db: ${message}\n`);
  return message;
}

main().catch((error: unknown) => {
  say({ ready: false, error: complain(error) });
  process.exitCode = 1;
  process.stdin.destroy();
});
