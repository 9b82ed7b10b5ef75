import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/**
 * Private memory when idle, of the built server (`npm run build` first) and of its embedded database, half a minute
 * after the start on the demonstration province. Baseline of the same run: an empty Node process.
 */

const dataDir = await mkdtemp(join(tmpdir(), "xs-memory-"));
const env = { ...process.env, PORT: "0", DATA_DIR: dataDir, LOG_LEVEL: "error" };
const server = spawn(process.execPath, ["dist/server/main.js"], {
  env,
  stdio: ["ignore", "pipe", "inherit"],
});
const empty = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
try {
  await new Promise<void>((resolve) =>
    server.stdout.on("data", (chunk: Buffer) => chunk.includes("Ctrl-C") && resolve()),
  );
  await pause(30_000);
  const database = await childOf(server.pid ?? 0);
  const [serverMb, databaseMb, emptyMb] = await Promise.all([
    privateMb(server.pid ?? 0),
    privateMb(database),
    privateMb(empty.pid ?? 0),
  ]);
  console.log(
    `server idle: ${serverMb.toFixed(0)} MB private (target < 250); ${(serverMb / emptyMb).toFixed(1)} × an empty Node process`,
  );
  console.log(
    `embedded database idle: ${databaseMb.toFixed(0)} MB private (target < 150); ${(databaseMb / emptyMb).toFixed(1)} × an empty Node process`,
  );
  process.exitCode = serverMb < 250 && databaseMb < 150 ? 0 : 1;
} finally {
  empty.kill();
  server.kill("SIGTERM");
  await new Promise((resolve) => server.once("exit", resolve));
  await rm(dataDir, { recursive: true, force: true });
}

async function childOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return Number(text.trim().split(" ")[0]);
}

/** Private_Clean + Private_Dirty: what would be free if the process ended. */
async function privateMb(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  const kilobytes = [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)].reduce(
    (sum, match) => sum + Number(match[1]),
    0,
  );
  return kilobytes / 1024;
}
