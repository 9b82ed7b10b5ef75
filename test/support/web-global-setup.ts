import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestProject } from "vitest/node";
import { projectRoot } from "../../src/shared/project-root.ts";
import "./stage.ts";
import type { StageLine } from "./web-stage.ts";

/**
 * Starts the platform with the demonstration province once for each worker: filling the province takes longer than most
 * tests, and files that run side by side must not see each other's changes. Returns how to stop all.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stages = await Promise.all(Array.from({ length: project.config.maxWorkers }, startStage));
  project.provide(
    "stages",
    stages.map(({ addresses }) => addresses),
  );
  return async () => {
    await Promise.all(stages.map(({ stop }) => stop()));
  };
}

async function startStage(): Promise<{ addresses: StageLine; stop(): Promise<void> }> {
  const script = join(projectRoot(), "test/support/web-stage.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script], {
    cwd: projectRoot(),
    stdio: ["pipe", "pipe", "inherit"],
  });
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
