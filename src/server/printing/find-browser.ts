import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { privateCacheFolder } from "./cache-folder.ts";
import { PrintingError } from "./printing-error.ts";
import { isPackagedBrowserUsable, unpackBrowser } from "./unpack-browser.ts";

const run = promisify(execFile);
const probeTimeoutMs = 20_000;

export type BrowserKind = "configured" | "headless-shell" | "chromium" | "chrome" | "edge" | "packaged";

/** A browser that has been seen to start on this machine. */
export interface BrowserBinary {
  kind: BrowserKind;
  executablePath: string;
  /** The LD_LIBRARY_PATH that it needs; absent when the system's libraries are enough. */
  libraryPath?: string;
}

export interface BrowserCandidate {
  kind: BrowserKind;
  executablePath: string;
}

export interface FindBrowserOptions {
  /** PUPPETEER_EXECUTABLE_PATH as `env.ts` read it: when given, it is this one or an error. */
  executablePath?: string | undefined;
  /** Where the packaged browser is unpacked; by default a private folder of this user. */
  cacheFolder?: string | undefined;
  /** The LD_LIBRARY_PATH in force, kept behind the folders that we add. */
  libraryPath?: string | undefined;
  /** The installed browsers to look for, best first; by default those of this platform. */
  candidates?: readonly BrowserCandidate[];
  /** Whether the browser of the npm package may be unpacked; by default where it can run. */
  allowPackaged?: boolean;
}

const linuxCandidates: readonly BrowserCandidate[] = [
  { kind: "headless-shell", executablePath: "/usr/lib/chromium/chromium-headless-shell" },
  { kind: "headless-shell", executablePath: "/usr/bin/chromium-headless-shell" },
  { kind: "chromium", executablePath: "/usr/bin/chromium" },
  { kind: "chromium", executablePath: "/usr/bin/chromium-browser" },
  { kind: "chrome", executablePath: "/usr/bin/google-chrome-stable" },
  { kind: "chrome", executablePath: "/opt/google/chrome/chrome" },
  { kind: "edge", executablePath: "/usr/bin/microsoft-edge-stable" },
  { kind: "edge", executablePath: "/opt/microsoft/msedge/msedge" },
];

const macCandidates: readonly BrowserCandidate[] = [
  { kind: "chromium", executablePath: "/Applications/Chromium.app/Contents/MacOS/Chromium" },
  { kind: "chrome", executablePath: "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" },
  { kind: "edge", executablePath: "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge" },
];

const windowsCandidates: readonly BrowserCandidate[] = [
  { kind: "chrome", executablePath: "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe" },
  { kind: "chrome", executablePath: "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe" },
  { kind: "edge", executablePath: "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe" },
  { kind: "edge", executablePath: "C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe" },
];

/**
 * Finds a browser for printing (CRT-07): the configured one; else an installed headless shell, Chromium,
 * Chrome or Edge; else the one inside `@sparticuz/chromium`, unpacked once. Every Linux answer has been
 * started once with `--version`. Throws `printing.browser_not_found` when there is none.
 */
export async function findBrowser(options: FindBrowserOptions = {}): Promise<BrowserBinary> {
  const configured = options.executablePath;
  if (configured !== undefined && configured !== "") return configuredBrowser(configured);
  for (const candidate of options.candidates ?? platformCandidates()) {
    if (existsSync(candidate.executablePath) && (await starts(candidate.executablePath))) {
      return { ...candidate };
    }
  }
  if (options.allowPackaged ?? isPackagedBrowserUsable()) return packagedBrowser(options);
  throw notFound("没有找到可用的浏览器 (no browser found)");
}

function platformCandidates(): readonly BrowserCandidate[] {
  if (process.platform === "linux") return linuxCandidates;
  if (process.platform === "darwin") return macCandidates;
  return process.platform === "win32" ? windowsCandidates : [];
}

function configuredBrowser(executablePath: string): BrowserBinary {
  if (existsSync(executablePath)) return { kind: "configured", executablePath };
  throw notFound(`配置的浏览器 ${executablePath} 不存在 (the configured browser does not exist)`);
}

async function packagedBrowser(options: FindBrowserOptions): Promise<BrowserBinary> {
  const cacheFolder = await privateCacheFolder(options.cacheFolder);
  const { executablePath, libraryFolder } = await unpackBrowser(cacheFolder);
  const inherited = options.libraryPath;
  if (await starts(executablePath, inherited)) {
    return { kind: "packaged", executablePath, ...(inherited ? { libraryPath: inherited } : {}) };
  }
  // libnss3 and its kin are missing here: the package brings them along.
  const libraryPath = [libraryFolder, ...(inherited ? [inherited] : [])].join(":");
  if (await starts(executablePath, libraryPath)) return { kind: "packaged", executablePath, libraryPath };
  throw notFound(`随包浏览器 ${executablePath} 无法启动 (the packaged browser does not start)`);
}

async function starts(executablePath: string, libraryPath?: string): Promise<boolean> {
  // On Windows and macOS `--version` may open a window; there an installed browser is taken at its word.
  if (process.platform !== "linux") return true;
  try {
    const env = { PATH: "/usr/bin:/bin", ...(libraryPath ? { LD_LIBRARY_PATH: libraryPath } : {}) };
    await run(executablePath, ["--version"], { env, timeout: probeTimeoutMs });
    return true;
  } catch {
    return false;
  }
}

function notFound(what: string): PrintingError {
  return new PrintingError(
    "printing.browser_not_found",
    `${what}。请安装 chromium-headless-shell、Chromium、Chrome 或 Edge，或用环境变量 PUPPETEER_EXECUTABLE_PATH 指定其路径 ` +
      "(install chromium-headless-shell, Chromium, Chrome or Edge, or set PUPPETEER_EXECUTABLE_PATH).",
  );
}
