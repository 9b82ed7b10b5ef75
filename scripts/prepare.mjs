/**
 * Brings a clone to where it can run: installs the locked packages if they are not, builds if sources changed.
 * Uses nothing but Node: it runs before any package is there.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const stamps = join(root, "node_modules/.cache/xueshi");

/** Runs a program, its output where ours goes; throws when it fails. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    ...options,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed (exit ${status})`);
}

/** Runs a package's program from node_modules, without a shell. */
export function runBin(name, args, options = {}) {
  const path = join(root, "node_modules/.bin", name);
  if (process.platform === "win32") run(`${path}.cmd`, args, { shell: true, ...options });
  else run(path, args, options);
}

function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(path).update(readFileSync(join(root, path)));
  return hash.digest("hex");
}

function filesUnder(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort();
}

function isCurrent(name, hash) {
  const path = join(stamps, name);
  return existsSync(path) && readFileSync(path, "utf8") === hash;
}

function keepStamp(name, hash) {
  mkdirSync(stamps, { recursive: true });
  writeFileSync(join(stamps, name), hash);
}

/** `npm ci` when the lock file is not the one that node_modules was made from. */
export function install({ quiet = false } = {}) {
  const hash = hashOf(["package-lock.json"]) + process.version.split(".")[0];
  if (isCurrent("installed", hash)) return;
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const shell = process.platform === "win32";
  if (!existsSync(join(root, "node_modules/.package-lock.json")) || !lockMatches()) {
    if (!quiet) process.stderr.write("安装依赖 Installing packages (npm ci)…\n");
    run(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
      stdio: ["ignore", quiet ? "ignore" : 2, 2],
      shell,
    });
  }
  keepStamp("installed", hash);
}

/** Whether somebody has installed exactly this lock file already (`npm ci` by hand). */
function lockMatches() {
  const locked = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(join(root, "node_modules/.package-lock.json"), "utf8")).packages;
  return Object.entries(locked).every(
    ([path, entry]) => path === "" || entry.optional || installed[path]?.version === entry.version,
  );
}

/** Builds the server (tsc) and the pages (Vite) when their sources changed since the last build. */
export function build({ quiet = false } = {}) {
  const files = [
    ...filesUnder("src"),
    "tsconfig.json",
    "tsconfig.build.json",
    "vite.config.ts",
    "package-lock.json",
  ];
  const hash = hashOf(files);
  if (
    isCurrent("built", hash) &&
    existsSync(join(root, "dist/server/main.js")) &&
    existsSync(join(root, "dist/web/index.html"))
  )
    return;
  const options = { stdio: ["ignore", quiet ? "ignore" : 2, 2] };
  if (!quiet) process.stderr.write("构建 Building…\n");
  runBin("tsc", ["-p", "tsconfig.build.json"], options);
  runBin("vite", ["build", "--logLevel", quiet ? "error" : "warn"], options);
  keepStamp("built", hash);
}
