import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findBrowser } from "../../../src/server/printing/find-browser.ts";
import { prepareFonts } from "../../../src/server/printing/fonts.ts";
import { launchBrowser } from "../../../src/server/printing/launch-browser.ts";
import { newRunFolder } from "../../../src/server/printing/run-folder.ts";

let folder: string;
let cacheFolder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "xueshi-find-browser-"));
  await chmod(folder, 0o755);
  cacheFolder = join(folder, "cache");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function script(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}

describe("finding a browser", () => {
  it("takes the configured one before all others", async () => {
    const configured = await script("configured", "exit 0");
    const installed = await script("installed", "exit 0");
    const found = await findBrowser({
      executablePath: configured,
      candidates: [{ kind: "chromium", executablePath: installed }],
    });
    expect(found).toEqual({ kind: "configured", executablePath: configured });
  });

  it("says which path is wrong when the configured one does not exist", async () => {
    const finding = findBrowser({ executablePath: "/nowhere/browser" });
    await expect(finding).rejects.toMatchObject({
      code: "printing.browser_not_found",
      message: expect.stringMatching(/\/nowhere\/browser.*PUPPETEER_EXECUTABLE_PATH/),
    });
  });

  it("takes the first installed one that starts", async () => {
    const broken = await script("broken", "exit 127");
    const working = await script("working", "exit 0");
    const found = await findBrowser({
      candidates: [
        { kind: "headless-shell", executablePath: join(folder, "absent") },
        { kind: "chromium", executablePath: broken },
        { kind: "chrome", executablePath: working },
      ],
    });
    expect(found).toEqual({ kind: "chrome", executablePath: working });
  });

  it("says what to install, in Chinese and English, when there is none", async () => {
    const finding = findBrowser({ candidates: [], allowPackaged: false });
    await expect(finding).rejects.toMatchObject({
      code: "printing.browser_not_found",
      message: expect.stringMatching(/请安装.*install/),
    });
  });

  it("refuses a cache folder that others may write", async () => {
    const open = join(folder, "open");
    await mkdir(open);
    await chmod(open, 0o777);
    await expect(findBrowser({ candidates: [], cacheFolder: open })).rejects.toMatchObject({
      code: "printing.cache_unsafe",
    });
  });
});

describe("the packaged browser", () => {
  it("is unpacked once and whole by several at the same time, with nothing left over", async () => {
    const finders = [1, 2].map(() => findBrowser({ candidates: [], cacheFolder }));
    const [first, second] = await Promise.all(finders);
    expect(first).toEqual(second);
    expect(first?.kind).toBe("packaged");
    const unpackedAt = (await stat(first?.executablePath ?? "")).mtimeMs;
    await findBrowser({ candidates: [], cacheFolder });
    expect((await stat(first?.executablePath ?? "")).mtimeMs).toBe(unpackedAt);
    expect((await readdir(cacheFolder)).filter((name) => name.startsWith("unpacking-"))).toEqual([]);
  });

  it("brings its own libraries where libnss3 is missing, and prints with them", async () => {
    // An unreadable libnss3.so in front of the system's: the loader fails as if there were none.
    const hidden = join(folder, "hidden");
    await mkdir(hidden);
    await writeFile(join(hidden, "libnss3.so"), "");
    await chmod(hidden, 0o755);
    const found = await findBrowser({ candidates: [], cacheFolder, libraryPath: hidden });
    expect(found.libraryPath).toMatch(/al2023\/lib:.*hidden$/);

    const warnings: string[] = [];
    const launched = await launchBrowser({
      candidates: [],
      cacheFolder,
      libraryPath: hidden,
      onWarning: (message) => warnings.push(message),
    });
    try {
      const page = await launched.browser.newPage();
      const pdf = Buffer.from(await page.pdf());
      expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
      expect(warnings).toEqual([]);
    } finally {
      await launched.close();
    }
    expect((await readdir(cacheFolder)).filter((name) => name.startsWith("run-"))).toEqual([]);
  });

  it("gets its fonts copied once, readable for everybody", async () => {
    const configuration = await prepareFonts(cacheFolder);
    expect(await prepareFonts(cacheFolder)).toBe(configuration);
    const fonts = join(configuration, "..", "ttf");
    for (const file of await readdir(fonts)) {
      const facts = await stat(join(fonts, file));
      expect(facts.size).toBeGreaterThan(10_000_000);
      expect(facts.mode & 0o004).toBe(0o004);
    }
  });
});

describe("a run's folder", () => {
  it("is new each time, and one that a killed process left is removed, another host's not", async () => {
    const place = await mkdtemp(join(folder, "runs-"));
    const host = hostname().replaceAll(/[^A-Za-z0-9]/g, "");
    const abandoned = `run-${host}-4194999-dead`;
    const running = `run-${host}-${process.pid}-mine`;
    for (const name of [abandoned, running, "run-otherhost-4194999-theirs"]) await mkdir(join(place, name));
    const made = [await newRunFolder(place), await newRunFolder(place)].map((path) => basename(path));
    expect((await readdir(place)).sort()).toEqual([running, "run-otherhost-4194999-theirs", ...made].sort());
  });
});
