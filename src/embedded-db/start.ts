import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";

export interface EmbeddedDatabaseOptions {
  /** Folder of the data; made if absent, owned by one process at a time. */
  dataDir: string;
  /** Loopback port to serve on, 0 for any free one; left out: a Unix socket inside the data folder. */
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
  const child = spawn(process.execPath, [...program(), ...argumentsOf(options)], {
    stdio: ["pipe", "pipe", "inherit"],
    cwd: tmpdir(),
  });
  const uri = await ready(child);
  return {
    uri,
    pid: child.pid as number,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
      await once(child, "exit");
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

function argumentsOf({ dataDir, port, allowFailPoints }: EmbeddedDatabaseOptions): string[] {
  const folder = path.resolve(dataDir);
  const socket = path.join(folder, "database.sock");
  const usable = process.platform !== "win32" && Buffer.byteLength(socket) <= MAX_SOCKET_PATH_BYTES;
  const address = port === undefined && usable ? ["--socket", socket] : ["--port", String(port ?? 0)];
  return ["--data", folder, ...address, ...(allowFailPoints ? ["--allow-fail-points"] : [])];
}

/** Waits for the child's one line. */
function ready(child: ChildProcessByStdio<Writable, Readable, null>): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      // LMDB reads its file as memory: a signal here mostly means a damaged file.
      const end = signal
        ? `signal ${signal}: the data file may be damaged; restore a backup`
        : `exit code ${code}`;
      reject(new Error(`the embedded database ended before it was ready (${end})`));
    });
    createInterface({ input: child.stdout }).once("line", (line) => {
      const { uri, error } = JSON.parse(line) as { uri?: string; error?: string };
      if (uri === undefined) reject(new Error(error));
      else resolve(uri);
    });
  });
}
