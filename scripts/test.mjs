/** `npm test`: format, lint, types, dead code, then unit, API, rule, workflow and browser tests. Ends with counts. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { install, prepare, root, runBin } from "./prepare.mjs";

/**
 * Runs scripts of package.json side by side, since most of them use one core, and shows what each printed once it has
 * ended. Answers whether all succeeded.
 */
async function runTogether(names) {
  const succeeded = await Promise.all(
    names.map(async (name) => {
      const child = spawn(process.platform === "win32" ? "npm.cmd" : "npm", ["run", "-s", name], {
        cwd: root,
        stdio: ["ignore", "pipe", "pipe"],
        shell: process.platform === "win32",
      });
      const printed = [];
      for (const output of [child.stdout, child.stderr]) output.on("data", (bytes) => printed.push(bytes));
      const [code] = await once(child, "close");
      process.stdout.write(Buffer.concat(printed));
      if (code !== 0) process.stdout.write(`npm run ${name} failed (exit ${code})\n`);
      return code === 0;
    }),
  );
  return succeeded.every(Boolean);
}

const startedAt = Date.now();
prepare(install);
if (!(await runTogether(["check:format", "check:lint", "check:types", "check:dead", "build"])))
  process.exit(1);
mkdirSync(join(root, "out/test"), { recursive: true });

/** Runs one vitest configuration and reads its counts; a failed run still reports them. */
function suite(name, config) {
  const report = join(root, "out/test", `${name}.json`);
  let failed = false;
  try {
    runBin("vitest", [
      "run",
      "-c",
      config,
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
    ]);
  } catch {
    failed = true;
  }
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, "utf8"));
  return { name, failed, passed: numPassedTests, broken: numFailedTests, skipped: numPendingTests };
}

const suites = [suite("server", "vitest.config.ts"), suite("browser", "vitest.web.config.ts")];
for (const { name, passed, broken, skipped } of suites) {
  process.stdout.write(`${name}: ${passed} passed, ${broken} failed, ${skipped} skipped\n`);
}
const total = (key) => suites.reduce((sum, entry) => sum + entry[key], 0);
const seconds = Math.round((Date.now() - startedAt) / 1000);
process.stdout.write(`format, lint, types and dead code: clean. ${seconds} s\n`);
process.stdout.write(`${total("passed")} passed, ${total("broken")} failed, ${total("skipped")} skipped\n`);
if (suites.some((entry) => entry.failed)) process.exitCode = 1;
