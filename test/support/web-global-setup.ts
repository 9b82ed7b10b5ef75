import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestProject } from "vitest/node";
import { projectRoot } from "../../src/shared/project-root.ts";
import "./stage.ts";
import type { StageLine } from "./web-stage.ts";

/**
 * Starts the platform with the demonstration province once for all browser tests: filling the province takes longer
 * than most tests. Returns how to stop it.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const script = join(projectRoot(), "test/support/web-stage.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script], {
    cwd: projectRoot(),
    stdio: ["pipe", "pipe", "inherit"],
  });
  const stopped = once(child, "exit");
  const addresses = new Promise<string>((resolve, reject) => {
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) =>
      line.startsWith('{"url"') ? resolve(line) : process.stdout.write(`${line}\n`),
    );
    child.on("exit", (code) => reject(new Error(`the server of the browser tests ended with ${code}`)));
  });
  project.provide("stage", JSON.parse(await addresses) as StageLine);
  return async () => {
    child.stdin.end();
    await stopped;
  };
}
