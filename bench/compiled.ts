import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "../src/shared/project-root.ts";

/**
 * Runs this bench again as users' programs run, and ends with its exit code: under the TypeScript loader, which wraps
 * each function to keep its name, a decision takes some 6 % more processor time. Returns at once in the compiled bench.
 */
export function runCompiled(): void {
  const script = process.argv[1] ?? "";
  if (!script.endsWith(".ts")) return;
  const root = projectRoot();
  const folder = path.join(root, "node_modules/.cache/xueshi/compiled");
  const compiled = path.join(folder, path.relative(root, script)).replace(/\.ts$/, ".js");
  compile(root, folder);
  const { status } = spawnSync(process.execPath, [compiled, ...process.argv.slice(2)], { stdio: "inherit" });
  process.exit(status ?? 1);
}

function compile(root: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const project = `${folder}.json`;
  writeFileSync(project, JSON.stringify(projectFor(root, folder)));
  const tsc = path.join(root, "node_modules/typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", project], { stdio: "inherit" });
  if (status !== 0) throw new Error("the benches do not compile");
}

/** Types are `npm run check`'s matter. */
function projectFor(root: string, folder: string): object {
  return {
    extends: path.join(root, "tsconfig.json"),
    compilerOptions: {
      noEmit: false,
      noCheck: true,
      allowImportingTsExtensions: false,
      rootDir: root,
      outDir: folder,
    },
    include: ["src", "test/support", "bench"].map((name) => path.join(root, name)),
    exclude: ["src/web", "bench/peers"].map((name) => path.join(root, name)),
  };
}
