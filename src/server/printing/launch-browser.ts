import { existsSync } from "node:fs";
import { chmod, chown, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import puppeteer, { type Browser } from "puppeteer-core";
import { currentUser, privateCacheFolder } from "./cache-folder.ts";
import { type BrowserBinary, type FindBrowserOptions, findBrowser } from "./find-browser.ts";
import { prepareFonts } from "./fonts.ts";
import { PrintingError } from "./printing-error.ts";
import { newRunFolder, removeRunFolder } from "./run-folder.ts";

const nobody = 65_534;
const setprivPath = "/usr/bin/setpriv";
const launchTimeoutMs = 30_000;

/** No network, no disk of its own, no updates: the browser only turns a string into a PDF. */
const quietFlags = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
  "--font-render-hinting=none",
  "--host-resolver-rules=MAP * ~NOTFOUND",
];

/** How far the browser is shut in: as whom it runs, and whether Chromium's sandbox is on. */
interface Confinement {
  asNobody: boolean;
  sandbox: boolean;
}

export interface LaunchOptions extends FindBrowserOptions {
  /** Told in one sentence when the browser had to be started with less protection than wanted. */
  onWarning?: (message: string) => void;
}

export interface LaunchedBrowser {
  browser: Browser;
  binary: BrowserBinary;
  /** Ends the browser, by force after a moment, and removes its private folder. Never throws. */
  close(): Promise<void>;
}

/**
 * Starts one browser for printing: own user data folder, only our fonts in front, an environment with no
 * secret of ours. Root drops to "nobody" by `setpriv`, so that the sandbox works; where the system allows
 * no sandbox the browser starts with less and `onWarning` is told. Errors: `printing.browser_*`.
 */
export async function launchBrowser(options: LaunchOptions = {}): Promise<LaunchedBrowser> {
  const cacheFolder = await privateCacheFolder(options.cacheFolder);
  const binary = await findBrowser({ ...options, cacheFolder });
  const fontconfigFile = await prepareFonts(cacheFolder);
  const place = { binary, cacheFolder, fontconfigFile };
  let problem: unknown;
  for (const confinement of confinements()) {
    try {
      const launched = await launchConfined(place, confinement);
      if (problem !== undefined) options.onWarning?.(weaker(confinement, problem));
      return launched;
    } catch (error) {
      problem ??= error;
    }
  }
  throw new PrintingError("printing.browser_failed", "打印用的浏览器无法启动，请联系平台运维人员", problem);
}

/** The strongest first. Root never runs the sandbox itself: Chromium refuses. */
function confinements(): readonly Confinement[] {
  if (currentUser() !== 0) {
    return [
      { asNobody: false, sandbox: true },
      { asNobody: false, sandbox: false },
    ];
  }
  const asRoot = { asNobody: false, sandbox: false };
  if (!existsSync(setprivPath)) return [asRoot];
  return [{ asNobody: true, sandbox: true }, { asNobody: true, sandbox: false }, asRoot];
}

function weaker(confinement: Confinement, problem: unknown): string {
  const user = confinement.asNobody ? "nobody" : "current user";
  return `打印用的浏览器未能在沙箱中启动，已以较弱的隔离方式运行 (no sandbox, ${user}: ${firstLine(problem)})`;
}

interface LaunchPlace {
  binary: BrowserBinary;
  cacheFolder: string;
  fontconfigFile: string;
}

async function launchConfined(place: LaunchPlace, confinement: Confinement): Promise<LaunchedBrowser> {
  const folder = await newRunFolder(place.cacheFolder);
  try {
    const profile = join(folder, "profile");
    const { asNobody, sandbox } = confinement;
    await makeProfile(folder, { profile, asNobody });
    const browser = await puppeteer.launch({
      executablePath: asNobody ? await wrapper(folder, place.binary) : place.binary.executablePath,
      headless: "shell",
      pipe: true,
      userDataDir: profile,
      args: [...quietFlags, ...(sandbox ? [] : ["--no-sandbox"])],
      timeout: launchTimeoutMs,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      ...environmentFor(place, profile),
    });
    return { browser, binary: place.binary, close: () => end(browser).then(() => removeRunFolder(folder)) };
  } catch (error) {
    await removeRunFolder(folder);
    throw error;
  }
}

async function makeProfile(folder: string, choice: { profile: string; asNobody: boolean }): Promise<void> {
  await mkdir(choice.profile, { mode: 0o700 });
  if (!choice.asNobody) return;
  await chmod(folder, 0o755);
  await chown(choice.profile, nobody, nobody);
}

/** puppeteer cannot set a user, so a two-line script does; `exec` keeps the process id and the pipes. */
async function wrapper(folder: string, binary: BrowserBinary): Promise<string> {
  const path = join(folder, "run.sh");
  const drop = `${setprivPath} --reuid=${nobody} --regid=${nobody} --clear-groups`;
  await writeFile(
    path,
    `#!/bin/sh\nexec ${drop} -- '${binary.executablePath.replaceAll("'", "'\\''")}' "$@"\n`,
  );
  await chmod(path, 0o755);
  return path;
}

/** Windows and macOS need their own variables and ignore fontconfig: there the environment is inherited. */
function environmentFor(place: LaunchPlace, profile: string): { env?: Record<string, string> } {
  if (process.platform !== "linux") return {};
  const libraryPath = place.binary.libraryPath;
  return {
    env: {
      PATH: "/usr/local/bin:/usr/bin:/bin",
      LANG: "C.UTF-8",
      TZ: "Asia/Shanghai",
      HOME: profile,
      TMPDIR: profile,
      XDG_CACHE_HOME: profile,
      FONTCONFIG_FILE: place.fontconfigFile,
      ...(libraryPath === undefined ? {} : { LD_LIBRARY_PATH: libraryPath }),
    },
  };
}

async function end(browser: Browser): Promise<void> {
  const child = browser.process();
  const closed = browser.close().catch(() => undefined);
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 3_000).unref())]);
  if (child !== null && child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n", 1)[0] ?? "";
}
