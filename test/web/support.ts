import AxeBuilder from "@axe-core/playwright";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject } from "vitest";
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Locator,
  type Page,
} from "playwright-core";
import { projectRoot } from "../../src/shared/project-root.ts";
import { demonstrationPassword, tileOf, type TileKey } from "../../src/server/seeds/demonstration-people.ts";
import { ApiClient } from "../../src/shared/api-client.ts";
import { loginRoles, type LoginRole } from "../../src/shared/modules.ts";
import { browserExecutable } from "../support/browser.ts";
import type { StageAddresses } from "../support/stage.ts";

/** A real browser in front of the server with the demonstration province that all browser tests share. */
export interface Stage {
  url: string;
  /** a browser without a session, as on somebody's own computer */
  visitor(): Promise<Page>;
  /**
   * The code that a phone is sent for what `ask` does. Other texts of that phone, and earlier codes, do not count:
   * texts go out by a job, so one may still be on its way.
   */
  phoneCode(phone: string, ask: () => Promise<void>): Promise<string>;
  close(): Promise<void>;
}

/** Answers every captcha of a test server (test/support/server.ts). */
export const captchaText = "TEST";

/** Browsers of this worker that may be open. */
const browsers = new Set<Browser>();

/** Each visitor that is still there. */
export function visitors(): BrowserContext[] {
  return [...browsers].flatMap((browser) => browser.contexts());
}

/** What the pages of a context did wrong on their own: exceptions, breaches of the content security policy. */
const faults = new WeakMap<BrowserContext, string[]>();

/**
 * Opens the browser. Close it after the file's tests. Its users asked for less motion, so that fades and slides are not
 * waited for at every dialog, list and click; `motion` is for the file that has them.
 */
export async function openStage({ motion = false } = {}): Promise<Stage> {
  if (!existsSync(join(projectRoot(), "dist/web/index.html"))) {
    throw new Error("dist/web has no build: run `npm run build` first");
  }
  const { url, textsUrl } = stageOfWorker();
  const launched = { ...(await browserExecutable()), headless: true };
  // On a busy machine one start in some hundred ends by itself before the browser is there.
  const browser = await chromium.launch(launched).catch(() => chromium.launch(launched));
  browsers.add(browser);
  return {
    url,
    visitor: () => openVisitor(browser, { baseURL: url, reducedMotion: motion ? "no-preference" : "reduce" }),
    async phoneCode(phone, ask) {
      const before = await codesSent(textsUrl, phone);
      await ask();
      await expect
        .poll(async () => (await codesSent(textsUrl, phone)).length, { timeout: 20_000 })
        .toBeGreaterThan(before.length);
      return (await codesSent(textsUrl, phone)).at(-1) as string;
    },
    async close() {
      browsers.delete(browser);
      await browser.close();
    },
  };
}

/** Workers are numbered from 1, and a worker runs one file after the other. */
function stageOfWorker(): StageAddresses {
  const stage = inject("stages")[Number(process.env["VITEST_POOL_ID"]) - 1];
  if (stage === undefined) throw new Error(`no server for worker ${process.env["VITEST_POOL_ID"]}`);
  return stage;
}

/** All codes that were sent to a phone, oldest first. */
async function codesSent(textsUrl: string, phone: string): Promise<string[]> {
  const texts = (await (await fetch(textsUrl)).json()) as { phone: string; text: string }[];
  return texts
    .filter((one) => one.phone === phone)
    .flatMap(({ text }) => /验证码(\d{6})/.exec(text)?.[1] ?? []);
}

async function openVisitor(browser: Browser, own: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({
    ...own,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    viewport: { width: 1280, height: 860 },
    acceptDownloads: true,
  });
  // Generous: two browsers, two servers and their databases share a small machine, and no test measures time.
  context.setDefaultTimeout(60_000);
  const seen: string[] = [];
  faults.set(context, seen);
  context.on("weberror", (error) => seen.push(error.error().message));
  context.on("console", (message) => {
    // A refused answer of the API is logged by the browser itself; a broken policy is a fault of ours.
    if (message.type() === "error" && /Content Security Policy|unsafe-eval|script-src/i.test(message.text()))
      seen.push(message.text());
  });
  return context.newPage();
}

/** Exceptions that the pages of this browser threw so far. A test that ends with any has found a fault. */
export function pageFaults(page: Page): readonly string[] {
  return faults.get(page.context()) ?? [];
}

/**
 * Opens 工作台 as somebody of the demonstration. The session is asked for at the API and laid into the browser: the
 * tests of the login page (accounts.test.ts) go through its form, and for the others that would double their time.
 */
export async function signIn(page: Page, role: LoginRole, key: TileKey): Promise<void> {
  const { url } = stageOfWorker();
  await enterAs(page, await new ApiClient(url).logIn(role, tileOf(key).idNumber, demonstrationPassword));
}

/** The same with a session of the API. */
export async function enterAs(page: Page, { url, cookie }: ApiClient): Promise<void> {
  const [name = "", value = ""] = cookie.split("=", 2);
  await page.context().addCookies([{ name, value, url, httpOnly: true, sameSite: "Lax" }]);
  await page.goto("/workspace");
  await page.getByRole("heading", { level: 1, name: /您好/ }).waitFor();
}

/** Fills the login form and presses 登录. */
export async function fillLogin(page: Page, idNumber: string, password: string): Promise<void> {
  await page.getByLabel("登录账户").fill(idNumber);
  await page.getByLabel("密码", { exact: true }).fill(password);
  await answerCaptcha(page);
  await page.getByRole("button", { name: "登录", exact: true }).click();
}

/** Chooses a role tile of the login page. */
export async function chooseRole(page: Page, role: LoginRole): Promise<void> {
  await page.getByRole("radio", { name: loginRoles[role], exact: true }).check({ force: true });
}

/** Waits for the picture and types what every captcha of a test server accepts. */
export async function answerCaptcha(page: Page): Promise<void> {
  await page.getByRole("img", { name: "验证码图片" }).last().waitFor();
  await page.getByRole("textbox", { name: "验证码", exact: true }).last().fill(captchaText);
}

/** Serious and critical findings of axe on the page as it stands, one line each; [] is what a test expects. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Moving things have other colours for a moment.
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every((one) => one.playState !== "running" || one.effect?.getTiming().iterations === Infinity),
  );
  // In the page itself, without lists of what is in order or styles that only rules that are off look at: the builder's
  // own way, with a second page to put the parts together, takes five times as long and finds the same.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .options({ resultTypes: ["violations"], preload: false })
    .analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)}`));
}

/** Keeps a picture of the page for the README (docs/images/<name>.png) when SCREENSHOTS=1, else does nothing. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (process.env["SCREENSHOTS"] !== "1") return;
  const folder = join(projectRoot(), "docs", "images");
  await mkdir(folder, { recursive: true });
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
}

/** Chooses an option of an antd select by its label. */
export async function choose(page: Page, label: string, option: string): Promise<void> {
  const box = page.getByRole("combobox", { name: label });
  await box.click();
  // A long list draws only what is in view; typing brings the option there.
  if (await box.isEditable()) await box.fill(option);
  await page
    .locator(".ant-select-dropdown:visible .ant-select-item-option", { hasText: option })
    .first()
    .click();
}

/** Waits until the element is to be seen, then answers true: `expect(await shown(…)).toBe(true)`. */
export async function shown(locator: Locator): Promise<boolean> {
  await locator.waitFor();
  return locator.isVisible();
}
