import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { projectRoot } from "../../src/shared/project-root.ts";

/**
 * The JavaScript (gzip) that a browser loads until the portal is usable, and until 待办 shows its rows, against the
 * budgets and against one bundle of everything (what a platform without code splitting would load at first).
 * Reads the build in dist/web; exits 1 when a budget is broken.
 */

interface Chunk {
  file: string;
  imports?: string[];
  dynamicImports?: string[];
}

type Manifest = Record<string, Chunk>;

const kilobyte = 1000;
const steps = [
  { name: "portal usable", budget: 350 * kilobyte, entries: ["index.html"] },
  {
    name: "待办 shows its rows",
    budget: 700 * kilobyte,
    entries: ["index.html", "components/page-shell.tsx", "pages/workflow/todo-page.tsx"],
  },
];

const folder = join(projectRoot(), "dist", "web");
const manifest = await readManifest();
const everything = await sizeOf(new Set(Object.values(manifest).map((chunk) => chunk.file)));
let broken = false;
for (const step of steps) {
  const size = await sizeOf(loadedBy(step.entries));
  broken ||= size > step.budget;
  console.log(
    `${step.name}: ${kb(size)} KB gzip of JavaScript; budget ${kb(step.budget)} KB (ratio ${(size / step.budget).toFixed(2)}); ` +
      `one bundle of everything ${kb(everything)} KB (ratio ${(size / everything).toFixed(2)})`,
  );
}
process.exitCode = broken ? 1 : 0;

async function readManifest(): Promise<Manifest> {
  try {
    return JSON.parse(await readFile(join(folder, ".vite", "manifest.json"), "utf8")) as Manifest;
  } catch {
    throw new Error("dist/web has no build: run `npm run build` first");
  }
}

/** The files of some entries with all that they import statically. */
function loadedBy(entries: readonly string[]): Set<string> {
  const files = new Set<string>();
  const seen = new Set<string>();
  const visit = (key: string): void => {
    if (seen.has(key)) return;
    seen.add(key);
    const chunk = manifest[key];
    if (chunk === undefined) throw new Error(`The build has no chunk ${key}`);
    files.add(chunk.file);
    for (const imported of chunk.imports ?? []) visit(imported);
  };
  for (const entry of entries) visit(entry);
  return files;
}

async function sizeOf(files: ReadonlySet<string>): Promise<number> {
  let total = 0;
  for (const file of files) {
    if (file.endsWith(".js")) total += gzipSync(await readFile(join(folder, file))).byteLength;
  }
  return total;
}

function kb(bytes: number): string {
  return (bytes / kilobyte).toFixed(1);
}
