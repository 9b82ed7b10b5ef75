import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { privateCacheFolder } from "../../src/server/printing/cache-folder.ts";
import { findBrowser } from "../../src/server/printing/find-browser.ts";
import { prepareFonts } from "../../src/server/printing/fonts.ts";

/** What `playwright-core`'s `chromium.launch` needs on a machine with or without an installed browser. */
export interface BrowserExecutable {
  executablePath: string;
  env: Record<string, string>;
  args: string[];
}

/**
 * The browser of the printing room for browser tests, with Chinese fonts. Use it as
 * `chromium.launch({ ...(await browserExecutable()), headless: true })`.
 */
export async function browserExecutable(): Promise<BrowserExecutable> {
  const cacheFolder = await privateCacheFolder();
  const binary = await findBrowser({
    executablePath: process.env.PUPPETEER_EXECUTABLE_PATH,
    libraryPath: process.env.LD_LIBRARY_PATH,
    cacheFolder,
  });
  const home = await mkdtemp(join(tmpdir(), "xueshi-browser-test-"));
  return {
    executablePath: binary.executablePath,
    env: {
      PATH: process.env.PATH ?? "/usr/bin:/bin",
      LANG: "C.UTF-8",
      TZ: "Asia/Shanghai",
      HOME: home,
      XDG_CACHE_HOME: home,
      FONTCONFIG_FILE: await prepareFonts(cacheFolder),
      ...(binary.libraryPath === undefined ? {} : { LD_LIBRARY_PATH: binary.libraryPath }),
    },
    // The pages under test are our own; root cannot use the sandbox.
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none"],
  };
}
