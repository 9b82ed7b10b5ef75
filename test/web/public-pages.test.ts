import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tileOf } from "../../src/server/seeds/demonstration-people.ts";
import { loginRoles, type LoginRole } from "../../src/shared/modules.ts";
import { openStage, pageFaults, screenshot, seriousFindings, signIn, type Stage } from "./support.ts";

let stage: Stage;
let page: Page;

beforeAll(async () => {
  stage = await openStage();
  page = await stage.visitor();
});
afterAll(() => stage.close());

const addresses = [
  ["/", "公共服务平台", "portal"],
  ["/login", "登录", "login"],
  ["/forgotten-password", "忘记登录密码", null],
  ["/closed-record", "导出学习档案", null],
  ["/register/organization?kind=employer", "用人单位注册", null],
  ["/register/organization?kind=base", "继续教育基地注册", null],
  ["/register/person", "专业技术人员注册", null],
  ["/registration-progress", "注册审核进度查询", null],
  ["/verify", "证书核验", null],
  ["/help", "帮助中心", "help"],
  ["/nowhere/at/all", "页面不存在", null],
] as const;

describe("public pages", () => {
  it.each(addresses)(
    "%s has one heading, no serious axe finding, no fault, and fits a phone",
    async (address, title, picture) => {
      await page.goto(address);
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
      await page.waitForLoadState("networkidle");
      expect(await page.locator("h1").count()).toBe(1);
      expect(await seriousFindings(page)).toEqual([]);
      expect(pageFaults(page)).toEqual([]);
      if (picture !== null) await screenshot(page, picture);

      await page.setViewportSize({ width: 375, height: 720 });
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      await page.setViewportSize({ width: 1280, height: 860 });
      expect(overflow).toBeLessThanOrEqual(0);
    },
  );
});

describe("assets", () => {
  it.each(["br", "gzip"])(
    "come compressed by %s as the build left them, and are the same",
    async (encoding) => {
      const html = await (await fetch(stage.url)).text();
      const asset = /\/assets\/[^"]+\.js/.exec(html)?.[0] ?? "";
      const headers = { "accept-encoding": encoding };
      const compressed = await fetch(stage.url + asset, { headers });
      expect(compressed.headers.get("content-encoding")).toBe(encoding);
      expect(compressed.headers.get("vary")).toContain("Accept-Encoding");
      expect(compressed.headers.get("content-type")).toContain("javascript");
      const plain = await fetch(stage.url + asset, { headers: { "accept-encoding": "identity" } });
      expect(plain.headers.get("content-encoding")).toBeNull();
      expect(await compressed.text()).toBe(await plain.text());
    },
  );
});

describe("portal", () => {
  const registering: LoginRole[] = ["professional", "employer", "authority", "base"];

  it("has a tile with 登录 for every role, and 注册 for those that register themselves", async () => {
    await page.goto("/");
    for (const [role, name] of Object.entries(loginRoles)) {
      const tile = page
        .getByRole("listitem")
        .filter({ has: page.getByRole("heading", { name, exact: true }) });
      await tile.getByRole("link", { name: `${name}登录` }).waitFor();
      const expected = registering.some((one) => one === role) ? 1 : 0;
      expect(await tile.getByRole("link", { name: `${name}注册` }).count()).toBe(expected);
    }
  });

  it("names platform and sponsor, and says that its data are invented", async () => {
    await page.goto("/");
    await page.getByText("主办单位：河南省人力资源和社会保障厅专业技术人员管理处").waitFor();
    expect(await page.title()).toBe("河南省专业技术人员继续教育公共服务平台");
    await page.getByText("演示账号（仅本机可登录）").click();
    expect(await page.getByRole("row").count()).toBeGreaterThanOrEqual(9);
  });

  it("grows its text on 大字版, keeps it on the next visit, and still fits a phone", async () => {
    const size = () => page.evaluate(() => Number.parseFloat(getComputedStyle(document.body).fontSize));
    await page.goto("/");
    const standard = await size();
    await page.getByRole("button", { name: "大字版" }).click();
    await expect.poll(size).toBeGreaterThan(standard * 1.15);
    await page.setViewportSize({ width: 375, height: 720 });
    await page.goto("/login");
    await page.getByRole("button", { name: "大字版", pressed: true }).waitFor();
    expect(await size()).toBeGreaterThan(standard * 1.15);
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    ).toBeLessThanOrEqual(0);
    expect(await seriousFindings(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.getByRole("button", { name: "大字版" }).click();
    await expect.poll(size).toBe(standard);
  });

  it("is walked by keyboard: the first stop skips to the content, a tile's link opens the login of its role", async () => {
    await page.goto("/");
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("跳到主要内容");
    await page.getByRole("link", { name: "用人单位登录" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "登录" }).waitFor();
    expect(await page.getByRole("radio", { name: "用人单位" }).isChecked()).toBe(true);
  });
});

describe("help centre", () => {
  it("finds questions as one types, marks the words and keeps the search in the address", async () => {
    await page.goto("/help");
    await page.getByRole("searchbox", { name: "查找问题" }).fill("合并打印");
    await page.getByText("找到 1 个相关问题").waitFor();
    expect(await page.locator("mark").first().textContent()).toBe("合并打印");
    await page.reload();
    await page.getByText("找到 1 个相关问题").waitFor();
    await page.getByRole("searchbox", { name: "查找问题" }).fill("甲乙丙丁戊");
    await page.getByText("没有数据").waitFor();
  });

  it("opens at the question that a link names", async () => {
    await page.goto("/help#q-operation-20");
    const question = page.locator("#q-operation-20");
    await question.getByText("用人单位—主管部门—人社部门逐级审核").waitFor();
    await expect.poll(() => question.evaluate((node) => node.getBoundingClientRect().top)).toBeLessThan(200);
  });
});

describe("certificate verification", () => {
  it("asks for both values, and does not tell an unknown number from a wrong code", async () => {
    await page.goto("/verify");
    await page.getByRole("button", { name: "核验" }).click();
    await page.getByTestId("error-summary").getByText("证书编号：请输入证书编号").waitFor();
    await page.getByLabel("证书编号").fill("不存在的编号");
    await page.getByLabel("核验码").fill("ABCD1234");
    await page.getByRole("button", { name: "核验" }).click();
    await page.getByTestId("verdict").getByText("未查到该证书").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("shows what is registered for a valid certificate, and nothing for an altered code", async () => {
    const holder = await stage.visitor();
    await signIn(holder, "professional", "professional");
    const { years } = (await (await holder.request.get("/api/people/me/years")).json()) as {
      years: { year: number; result: string }[];
    };
    const passed = years.find(({ result }) => result === "passed");
    const issued = await holder.request.post("/api/people/me/certificates", { data: { year: passed?.year } });
    expect(issued.status()).toBe(200);
    const { number, verifyCode } = (await issued.json()) as { number: string; verifyCode: string };

    await page.goto(`/verify?number=${encodeURIComponent(number)}&code=${verifyCode}`);
    await page.getByTestId("verdict").getByText("证书有效").waitFor();
    await page.getByRole("cell", { name: "通过", exact: true }).waitFor();
    expect(await page.getByText(tileOf("professional").idNumber).count()).toBe(0);
    expect(await seriousFindings(page)).toEqual([]);
    await screenshot(page, "verify");

    const altered = verifyCode.slice(0, -1) + (verifyCode.endsWith("2") ? "3" : "2");
    await page.getByLabel("核验码").fill(altered);
    await page.getByRole("button", { name: "核验" }).click();
    await page.getByTestId("verdict").getByText("未查到该证书").waitFor();
    expect(await page.getByRole("table").count()).toBe(0);
  });

  it("asks at once when a QR code opened it", async () => {
    await page.goto("/verify?number=NO-SUCH-1&code=QQQQ");
    await page.getByTestId("verdict").getByText("未查到该证书").waitFor();
    expect(await page.getByLabel("证书编号").inputValue()).toBe("NO-SUCH-1");
  });
});
