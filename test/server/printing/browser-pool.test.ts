import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import puppeteer from "puppeteer-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { BrowserPool, type BrowserPoolOptions } from "../../../src/server/printing/browser-pool.ts";
import { htmlDocument } from "../../../src/server/printing/templates.ts";
import { browserExecutable } from "../../support/browser.ts";

const pools: BrowserPool[] = [];

function openPool(options: BrowserPoolOptions = {}): BrowserPool {
  const pool = new BrowserPool(options);
  pools.push(pool);
  return pool;
}

async function title(pool: BrowserPool, text: string): Promise<string> {
  return pool.withPage(async (page) => {
    await page.setContent(`<title>${text}</title>`);
    return page.title();
  });
}

async function processOf(pool: BrowserPool): Promise<number> {
  const processId = await pool.processId();
  if (processId === undefined) throw new Error("no browser runs");
  return processId;
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

describe("the browser pool", () => {
  it("prints again after its browser was killed", async () => {
    const pool = openPool();
    expect(await title(pool, "甲")).toBe("甲");
    const first = await processOf(pool);
    process.kill(first, "SIGKILL");
    expect(await title(pool, "乙")).toBe("乙");
    expect(await processOf(pool)).not.toBe(first);
  });

  it("repeats the work that a killed browser interrupted", async () => {
    const pool = openPool();
    let runs = 0;
    const text = await pool.withPage(async (page) => {
      runs += 1;
      await page.setContent("<title>完成</title>");
      if (runs === 1) process.kill(await processOf(pool), "SIGKILL");
      return page.title();
    });
    expect([text, runs]).toEqual(["完成", 2]);
  });

  it("gives up with a clear error when the browser dies every time", async () => {
    const pool = openPool();
    const work = pool.withPage(async (page) => {
      process.kill(await processOf(pool), "SIGKILL");
      return page.title();
    });
    await expect(work).rejects.toMatchObject({ code: "printing.browser_failed" });
    expect(await title(pool, "后来")).toBe("后来");
  });

  it("ends work that takes too long, and its browser, and goes on with a new one", async () => {
    const pool = openPool({ timeoutMs: 1_500 });
    await title(pool, "预热");
    const first = await processOf(pool);
    await expect(pool.withPage(() => new Promise(() => {}))).rejects.toMatchObject({
      code: "printing.timeout",
    });
    expect(await title(pool, "之后")).toBe("之后");
    expect(await processOf(pool)).not.toBe(first);
    await pool.close();
    expect(isAlive(first)).toBe(false);
  });

  it("replaces the browser after the set number of uses", async () => {
    const pool = openPool({ recycleAfter: 3 });
    const seen: number[] = [];
    for (let use = 0; use < 7; use += 1) {
      await pool.withPage(async (page) => {
        seen.push(page.browser().process()?.pid ?? 0);
      });
    }
    expect(seen.map((id) => seen.indexOf(id))).toEqual([0, 0, 0, 3, 3, 3, 6]);
  });

  it("has no more pages at work than it was given, and serves all who wait", async () => {
    const pool = openPool({ pages: 2 });
    let active = 0;
    let most = 0;
    let meet = (): void => {};
    const twoAtWork = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const work = Array.from({ length: 7 }, (_, index) =>
      pool.withPage(async (page) => {
        active += 1;
        most = Math.max(most, active);
        // The first does not end before a second has begun, however long its page takes to open.
        if (active === 2) meet();
        await twoAtWork;
        await page.setContent(`<title>${index}</title>`);
        const text = await page.title();
        active -= 1;
        return text;
      }),
    );
    expect(await Promise.all(work)).toEqual(["0", "1", "2", "3", "4", "5", "6"]);
    expect(most).toBe(2);
  });

  it("passes an error of the work on and stays usable", async () => {
    const pool = openPool();
    await expect(pool.withPage(() => Promise.reject(new Error("模板有误")))).rejects.toThrow("模板有误");
    expect(await title(pool, "正常")).toBe("正常");
  });

  it("leaves no process behind when closed, and refuses further work", async () => {
    const pool = openPool();
    await title(pool, "一");
    const processId = await processOf(pool);
    await pool.close();
    expect(isAlive(processId)).toBe(false);
    await expect(title(pool, "二")).rejects.toMatchObject({ code: "printing.closed" });
  });
});

describe("a hostile document", () => {
  let server: Server;
  let requests: string[] = [];
  let address: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      requests.push(request.url ?? "");
      response.end("ok");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const hostile = (host: string) => `
    <img src="http://${host}/img"><iframe src="http://${host}/iframe"></iframe>
    <link rel="stylesheet" href="http://${host}/css"><object data="http://${host}/object"></object>
    <style>@import "http://${host}/import"; p { background: url(http://${host}/background) }
    @font-face { font-family: x; src: url(http://${host}/font) } p { font-family: x }</style>
    <script>fetch("http://${host}/fetch")</script><script src="http://${host}/script"></script>
    <svg><image href="http://${host}/image"/></svg><p onclick="1">文</p>
    <video src="http://${host}/video" autoplay></video><img src="x" onerror="fetch('http://${host}/onerror')">`;

  async function printIn(pool: BrowserPool, html: string): Promise<void> {
    await pool.withPage(async (page) => {
      await page.setContent(html, { waitUntil: "domcontentloaded" });
      await page.pdf();
    });
  }

  it("would reach the network in an ordinary browser (control)", async () => {
    requests = [];
    const { executablePath, env, args } = await browserExecutable();
    const browser = await puppeteer.launch({ executablePath, env, args, headless: "shell", pipe: true });
    try {
      const page = await browser.newPage();
      await page.setContent(hostile(address), { waitUntil: "load" });
      await page.pdf();
    } finally {
      await browser.close();
    }
    expect(requests).toEqual(expect.arrayContaining(["/img", "/iframe", "/css", "/fetch", "/font"]));
  });

  it("makes no request from the pool, by address or by name, with or without our frame around it", async () => {
    requests = [];
    const pool = openPool();
    const named = address.replace("127.0.0.1", "localhost");
    for (const host of [address, named]) {
      await printIn(pool, hostile(host));
      await printIn(pool, htmlDocument({ title: "证书", style: "", bodies: [hostile(host)] }));
    }
    expect(requests).toEqual([]);
  });

  it("runs no script", async () => {
    const pool = openPool();
    const changed = await pool.withPage(async (page) => {
      await page.setContent(`<title>原</title><script>document.title = "改"</script>
        <img src="data:," onerror="document.title = '改'">`);
      return page.title();
    });
    expect(changed).toBe("原");
  });
});
