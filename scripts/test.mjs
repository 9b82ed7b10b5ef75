/** `npm test`: format, lint, types, dead code, then unit, API, rule, workflow and browser tests. Ends with counts. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build, install, root, run, runBin } from "./prepare.mjs";

const startedAt = Date.now();
install();
const npm = process.platform === "win32" ? "npm.cmd" : "npm";
const shell = process.platform === "win32";
run(npm, ["run", "-s", "check"], { stdio: ["ignore", "inherit", "inherit"], shell });
build();
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
