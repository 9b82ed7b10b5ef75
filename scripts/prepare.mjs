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

const leastNode = [20, 19];

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])) return;
  throw new Error(`需要 Node ≥ ${leastNode.join(".")} is needed; this is ${process.version}`);
}

/**
 * `npm ci` unless what the lock file names is there whole. What builds the platform are development packages, so they
 * are installed under NODE_ENV=production too.
 */
export function install({ quiet = false } = {}) {
  requireNode();
  if (isInstalled()) return;
  if (!quiet) process.stderr.write("安装依赖 Installing packages (npm ci)…\n");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  run(npm, ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], {
    stdio: ["ignore", quiet ? "ignore" : 2, 2],
    shell: process.platform === "win32",
  });
}

/**
 * Whether npm has installed each package of the lock file in its version, and none has gone since. Optional packages
 * depend on the machine: of them only those that npm has installed here must still be there.
 */
export function isInstalled(folder = root) {
  const record = join(folder, "node_modules/.package-lock.json");
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, "utf8")).packages;
  const locked = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")).packages;
  const isAsLocked = ([path, { version, optional }]) =>
    path === "" || optional || installed[path]?.version === version;
  return (
    Object.entries(locked).every(isAsLocked) &&
    Object.keys(installed).every((path) => existsSync(join(folder, path, "package.json")))
  );
}

/** Runs the steps that a program needs before it starts; says in one line what failed, without a stack. */
export function prepare(steps) {
  try {
    steps();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

/**
 * Builds the server (tsc) and the pages (Vite) when their sources changed since the last build. Types are what
 * `npm run check` checks, sources and tests at once; checking them here too would take most of a first start.
 */
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
  runBin("tsc", ["-p", "tsconfig.build.json", "--noCheck"], options);
  runBin("vite", ["build", "--logLevel", quiet ? "error" : "warn"], options);
  keepStamp("built", hash);
}
