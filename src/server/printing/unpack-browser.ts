import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const unpackTimeoutMs = 120_000;

/** Where the browser of the npm package is, and the libraries for machines that lack libnss3 and its kin. */
export interface UnpackedBrowser {
  executablePath: string;
  libraryFolder: string;
}

/** The package holds a Linux x64 binary only. */
export function isPackagedBrowserUsable(): boolean {
  return process.platform === "linux" && process.arch === "x64";
}

/**
 * Unpacks the browser of `@sparticuz/chromium` once per package version into `cacheFolder`. Safe with many
 * processes at once: each unpacks beside the target, the first rename wins, so a half-unpacked folder is
 * never visible under the final name.
 */
export async function unpackBrowser(cacheFolder: string): Promise<UnpackedBrowser> {
  const entry = import.meta.resolve("@sparticuz/chromium");
  const target = join(cacheFolder, `chromium-${await packageVersion(entry)}`);
  const unpacked = {
    executablePath: join(target, "chromium"),
    libraryFolder: join(target, "al2023", "lib"),
  };
  if (existsSync(unpacked.executablePath)) return unpacked;
  const temporary = await mkdtemp(join(cacheFolder, "unpacking-"));
  try {
    await inflateInto(temporary, entry);
    await moveIntoPlace(temporary, target);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return unpacked;
}

async function packageVersion(entry: string): Promise<string> {
  const manifest: unknown = JSON.parse(
    await readFile(fileURLToPath(new URL("../../package.json", entry)), "utf8"),
  );
  if (typeof manifest === "object" && manifest !== null && "version" in manifest) {
    return String(manifest.version);
  }
  throw new Error("@sparticuz/chromium has no version");
}

/**
 * The package unpacks into the system's temporary folder and adds its libraries on Lambda only. A child
 * process gets both from its own environment; ours stays as it is.
 */
async function inflateInto(folder: string, entry: string): Promise<void> {
  const script = `import(${JSON.stringify(entry)}).then((m) => m.default.executablePath())`;
  await run(process.execPath, ["--input-type=module", "--eval", script], {
    env: { TMPDIR: folder, HOME: folder, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x" },
    timeout: unpackTimeoutMs,
  });
  await rm(join(folder, "fonts"), { recursive: true, force: true });
  // The browser may run as "nobody" (launch-browser.ts), who must be able to read and start it.
  await chmod(folder, 0o755);
  await chmod(join(folder, "chromium"), 0o755);
}

async function moveIntoPlace(temporary: string, target: string): Promise<void> {
  try {
    await rename(temporary, target);
  } catch (error) {
    if (!existsSync(join(target, "chromium"))) throw error;
  }
}
