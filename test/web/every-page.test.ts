import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TileKey } from "../../src/server/seeds/demonstration-people.ts";
import type { LoginRole } from "../../src/shared/modules.ts";
import { openStage, pageFaults, signIn, type Stage } from "./support.ts";
import { findings } from "./workspace-support.ts";

/** What holds for every page of the workspace that a menu leads to: on a phone, without an answer, without a right. */

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage.close();
});

const people: readonly [LoginRole, TileKey][] = [
  ["professional", "professional"],
  ["employer", "employer"],
  ["policy-officer", "policy-officer"],
  ["auditor", "auditor"],
];

/** The pages of the side menu, each once, without 工作台. */
async function menuOf(page: Page): Promise<string[]> {
  const links = page.getByRole("navigation", { name: "功能菜单" }).getByRole("link");
  const paths = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
  const pages = new Map(paths.map((path) => [new URL(path, "http://page").pathname, path]));
  pages.delete("/workspace");
  return [...pages.values()];
}

const heading = (page: Page) => page.getByRole("heading", { level: 1 });

async function settled(page: Page): Promise<void> {
  await heading(page).waitFor();
  await page.locator(".ant-skeleton, .ant-spin-spinning").first().waitFor({ state: "detached" });
}

describe.each(people)("the pages of a %s (%s)", (role, key) => {
  it("fit a phone, and axe finds nothing serious there", async () => {
    const page = await stage.visitor();
    await signIn(page, role, key);
    const paths = await menuOf(page);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(paths.length).toBeGreaterThan(0);
    for (const path of ["/workspace", ...paths]) {
      await page.goto(path);
      await settled(page);
      const tooWide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect({ path, tooWide, findings: await findings(page) }).toEqual({ path, tooWide: 0, findings: [] });
    }
    await page.getByRole("button", { name: "打开菜单" }).click();
    await page.getByRole("dialog").getByRole("link", { name: "工作台" }).waitFor();
    expect(await findings(page)).toEqual([]);
    expect(pageFaults(page)).toEqual([]);
  });
});

describe("a page for which the server has no answer", () => {
  const fault = "服务器发生错误";
  /** Forms that need nothing from the server before they are sent. */
  const plainForms = ["/workspace/bureaus/new"];

  it.each(people)("says so with a way to try again: %s (%s)", async (role, key) => {
    const page = await stage.visitor();
    await signIn(page, role, key);
    const paths = (await menuOf(page)).filter((path) => !plainForms.includes(path));
    await page.route(
      (url) =>
        url.pathname.startsWith("/api/") && !/^\/api\/(sessions\/current|platform)$/.test(url.pathname),
      // Not one that is tried again: that would only take its time.
      (route) => route.fulfill({ status: 500, json: { error: { code: "internal", message: fault } } }),
    );
    for (const path of paths) {
      await page.locator(`nav a[href="${path}"]`).click();
      await page.waitForURL(path);
      const said = page.locator("#main").getByText(new RegExp(`加载失败|${fault}`));
      await said.first().waitFor();
      await page.locator("#main").getByRole("button", { name: "重试" }).first().waitFor();
    }
  });
});

describe("a page of somebody else's", () => {
  it("says which right is missing and leads back", async () => {
    const page = await stage.visitor();
    await signIn(page, "professional", "professional");
    for (const path of [
      "imports",
      "people",
      "certificates",
      "subordinates",
      "bureaus/new",
      "transfers/release",
      "training-plans",
      "training-plans/new",
      "policies",
      "definitions",
      "instances",
      "audit",
    ]) {
      await page.goto(`/workspace/${path}`);
      await page.getByRole("heading", { level: 1, name: "没有权限" }).waitFor();
      await page.getByText(/当前角色没有「.+」的权限/).waitFor();
      expect(await findings(page)).toEqual([]);
    }
    await page.getByRole("button", { name: "返回工作台" }).click();
    await page.getByRole("heading", { level: 1, name: /您好/ }).waitFor();
  });
});
