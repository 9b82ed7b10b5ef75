import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { TestProject } from "vitest/node";
import { projectRoot } from "../../src/shared/project-root.ts";
import "./stage.ts";
import type { StageLine } from "./web-stage.ts";

/**
 * Starts the platform with the demonstration province for each worker, since files that run side by side must not see each
 * other's changes. The province is filled once and copied: filling takes longer than most tests. Returns how to stop all.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "xs-stages-"));
  const dataDirs = Array.from({ length: project.config.maxWorkers }, (_, worker) =>
    join(folder, String(worker)),
  );
  await fill(dataDirs);
  const stages = await Promise.all(dataDirs.map(startStage));
  project.provide(
    "stages",
    stages.map(({ addresses }) => addresses),
  );
  return async () => {
    await Promise.all(stages.map(({ stop }) => stop()));
    await rm(folder, { recursive: true, force: true });
  };
}

function run(script: string, dataDir: string): ChildProcessByStdio<Writable, Readable, null> {
  return spawn(process.execPath, ["--import", "tsx", join(projectRoot(), "test/support", script), dataDir], {
    cwd: projectRoot(),
    stdio: ["pipe", "pipe", "inherit"],
  });
}

/** Puts the province into each folder; a real database (`npm run test:mongod`) is filled by each stage itself. */
async function fill([first = "", ...others]: readonly string[]): Promise<void> {
  if (process.env["TEST_MONGODB_URI"] !== undefined) return;
  const child = run("web-province.ts", first);
  child.stdout.resume();
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`the demonstration province could not be filled (exit ${code})`);
  await Promise.all(others.map((other) => cp(first, other, { recursive: true })));
}

async function startStage(dataDir: string): Promise<{ addresses: StageLine; stop(): Promise<void> }> {
  const child = run("web-stage.ts", dataDir);
  const stopped = once(child, "exit");
  const line = await new Promise<string>((resolve, reject) => {
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (text) =>
      text.startsWith('{"url"') ? resolve(text) : process.stdout.write(`${text}\n`),
    );
    child.on("exit", (code) => reject(new Error(`the server of the browser tests ended with ${code}`)));
  });
  return {
    addresses: JSON.parse(line) as StageLine,
    async stop() {
      child.stdin.end();
      await stopped;
    },
  };
}
