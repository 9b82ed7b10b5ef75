import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";

export interface EmbeddedDatabaseOptions {
  /** Folder of the data; made if absent, owned by one process at a time. */
  dataDir: string;
  /** Unix socket to serve on. Left out, with no port either: one inside the data folder. */
  socketPath?: string;
  /** Loopback port to serve on; 0 for any free one. */
  port?: number;
  /** Allows the test command `configureFailPoint`. */
  allowFailPoints?: boolean;
}

export interface EmbeddedDatabase {
  /** Connection string for the MongoDB driver. */
  uri: string;
  pid: number;
  /** Stops it cleanly; every acknowledged write is on disk whether or not this is called. */
  stop(): Promise<void>;
}

/** A socket address holds 108 bytes on Linux, 104 on macOS. */
const MAX_SOCKET_PATH_BYTES = 103;
const STOP_TIMEOUT_MS = 10_000;

/**
 * Starts the embedded database as a child process, which ends with this one.
 * Throws with the reason when the folder is damaged, not writable or in use.
 */
export async function startEmbeddedDatabase(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const dataDir = path.resolve(options.dataDir);
  const child = spawn(process.execPath, [...program(), "--data", dataDir, ...address(options, dataDir)], {
    stdio: ["pipe", "pipe", "inherit"],
    cwd: tmpdir(),
  });
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
  });
  const uri = await ready(child);
  return {
    uri,
    pid: child.pid as number,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** From sources the child needs the TypeScript loader, from `dist` it does not. */
function program(): string[] {
  const self = fileURLToPath(import.meta.url);
  const main = path.join(path.dirname(self), `main${path.extname(self)}`);
  if (path.extname(self) !== ".ts") return [main];
  return ["--import", pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href, main];
}

function address({ socketPath, port, allowFailPoints }: EmbeddedDatabaseOptions, dataDir: string): string[] {
  const extra = allowFailPoints ? ["--allow-fail-points"] : [];
  if (port !== undefined) return ["--port", String(port), ...extra];
  const wanted = path.resolve(socketPath ?? path.join(dataDir, "database.sock"));
  const usable = process.platform !== "win32" && Buffer.byteLength(wanted) <= MAX_SOCKET_PATH_BYTES;
  return usable ? ["--socket", wanted, ...extra] : ["--port", "0", ...extra];
}

interface Ready {
  ready: boolean;
  uri?: string;
  error?: string;
}

/** LMDB reads its file as memory: a signal here mostly means a damaged file. */
function endOf(code: number | null, signal: string | null): string {
  return signal === null
    ? `exit code ${code}`
    : `signal ${signal}: the data file may be damaged; restore a backup`;
}

/** Waits for the child's one line. */
function ready(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      reject(new Error(`the embedded database ended before it was ready (${endOf(code, signal)})`)),
    );
    if (!child.stdout) return reject(new Error("the embedded database has no output"));
    createInterface({ input: child.stdout }).once("line", (line) => {
      const message = JSON.parse(line) as Ready;
      if (message.ready && message.uri !== undefined) resolve(message.uri);
      else reject(new Error(message.error ?? "the embedded database could not start"));
    });
  });
}
