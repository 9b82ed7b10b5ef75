import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { demonstrationPassword, tileOf } from "../../src/server/seeds/demonstration-people.ts";
import { identityNumber } from "../../src/server/seeds/synthetic.ts";
import {
  answerCaptcha,
  captchaText,
  chooseRole,
  fillLogin,
  openStage,
  pageFaults,
  screenshot,
  seriousFindings,
  shown,
  signIn,
  type Stage,
} from "./support.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const employer = tileOf("employer");

describe("login", () => {
  let page: Page;
  beforeAll(async () => {
    page = await stage.visitor();
  });

  it("refuses an ID number with a wrong check digit at the field and in the summary, which leads to it", async () => {
    await page.goto("/login?role=employer");
    const wrong = employer.idNumber.slice(0, 17) + (employer.idNumber.endsWith("1") ? "2" : "1");
    await fillLogin(page, wrong, demonstrationPassword);
    const summary = page.getByTestId("error-summary");
    await summary.getByText("登录账户：身份证号码校验位不正确，请核对").click();
    expect(await page.getByLabel("登录账户").evaluate((node) => node === document.activeElement)).toBe(true);
  });

  it("says 验证码错误 and shows another picture", async () => {
    await page.goto("/login?role=employer");
    await page.getByLabel("登录账户").fill(employer.idNumber);
    await page.getByLabel("密码", { exact: true }).fill(demonstrationPassword);
    await page.getByRole("img", { name: "验证码图片" }).waitFor();
    const before = await page.getByRole("img", { name: "验证码图片" }).getAttribute("src");
    await page.getByRole("textbox", { name: "验证码" }).fill("wrong");
    await page.getByRole("button", { name: "登录", exact: true }).click();
    await page.getByRole("alert").getByText("验证码错误").waitFor();
    await expect
      .poll(() => page.getByRole("img", { name: "验证码图片" }).getAttribute("src"))
      .not.toBe(before);
  });

  it("changes the picture on a click", async () => {
    const picture = page.getByRole("img", { name: "验证码图片" });
    const before = await picture.getAttribute("src");
    await page.getByRole("button", { name: "刷新验证码" }).click();
    await expect.poll(() => picture.getAttribute("src")).not.toBe(before);
  });

  it("can be confirmed by a code sent to a phone, for whoever cannot read the picture (LOG-14)", async () => {
    await page.goto("/login?role=employer");
    await page.getByRole("button", { name: "改用短信验证码" }).click();
    expect(await page.getByRole("img", { name: "验证码图片" }).count()).toBe(0);
    await page.getByRole("button", { name: "获取短信验证码" }).click();
    await page.getByText("手机号码应为11位数字").waitFor();
    await page.getByLabel("接收短信的手机号码").fill("13912345678");
    await page.getByRole("button", { name: "获取短信验证码" }).click();
    await page.getByText("已发送至 13912345678").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel("登录账户").fill(employer.idNumber);
    await page.getByLabel("密码", { exact: true }).fill("not-the-password-1");
    await page.getByRole("textbox", { name: "验证码", exact: true }).fill("wrong1");
    await page.getByRole("button", { name: "登录", exact: true }).click();
    await page.getByText("短信验证码只能使用一次，请重新获取").waitFor();
    await page.getByRole("button", { name: "改用图片验证码" }).click();
    await page.getByRole("img", { name: "验证码图片" }).waitFor();
  });

  it("says 账户号或密码错误", async () => {
    await fillLogin(page, employer.idNumber, "not-the-password-1");
    expect(await shown(page.getByRole("alert").getByText("账户号或密码错误"))).toBe(true);
  });

  it("offers registration to an unknown account, in the guide's words", async () => {
    await page.goto("/login?role=employer");
    await fillLogin(page, identityNumber("410105", "1999-09-09", 777), demonstrationPassword);
    await page.getByText("您的帐号不存在，请重新输入!若未注册，").waitFor();
    await page.getByRole("link", { name: "可点此立即注册" }).click();
    expect(await shown(page.getByRole("heading", { level: 1, name: "用人单位注册" }))).toBe(true);
  });

  it("names the wrong role when the account exists under another", async () => {
    await page.goto("/login");
    await chooseRole(page, "authority");
    await fillLogin(page, employer.idNumber, demonstrationPassword);
    await page.getByRole("alert").getByText("您选择的登录角色未注册，请选择正确的登录角色!").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("is done by keyboard alone, from the role to the workspace", async () => {
    await page.goto("/login");
    await page.getByRole("img", { name: "验证码图片" }).waitFor();
    await page.getByRole("radio", { name: "专业技术人员" }).focus();
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("radio", { name: "用人单位" }).isChecked()).toBe(true);
    await page.keyboard.press("Tab");
    await page.keyboard.type(employer.idNumber);
    await page.keyboard.press("Tab");
    await page.keyboard.type(demonstrationPassword);
    await page.getByRole("textbox", { name: "验证码" }).focus();
    await page.keyboard.type(captchaText);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: `${employer.name}，您好` }).waitFor();
    expect(pageFaults(page)).toEqual([]);
  });
});

describe("a session", () => {
  it("asks a stranger to log in and goes on where he wanted to be", async () => {
    const page = await stage.visitor();
    await page.goto("/workspace/organization");
    await page.getByText("请登录后继续").waitFor();
    await chooseRole(page, "employer");
    await fillLogin(page, employer.idNumber, demonstrationPassword);
    await page.getByRole("heading", { level: 1, name: "本单位资料" }).waitFor();
    await page.getByText("郑州市第九示例医院").first().waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("never follows a next address to another site", async () => {
    const page = await stage.visitor();
    await page.goto("/login?role=employer&next=//example.org/");
    await fillLogin(page, employer.idNumber, demonstrationPassword);
    await page.getByRole("heading", { level: 1, name: /您好/ }).waitFor();
    expect(new URL(page.url()).host).toBe(new URL(stage.url).host);
  });

  it("shows the menu that the role grants, and a page without permission says which is missing", async () => {
    const page = await stage.visitor();
    await signIn(page, "employer", "employer");
    const menu = page.getByRole("navigation", { name: "功能菜单" });
    for (const name of ["审核注册人员", "学时学分审批", "批量导入", "电子证书查询打印"]) {
      await menu.getByRole("link", { name, exact: true }).waitFor();
    }
    expect(await menu.getByRole("link", { name: "审计记录" }).count()).toBe(0);
    expect(await seriousFindings(page)).toEqual([]);
    await screenshot(page, "workspace");
    await page.goto("/workspace/audit");
    await page.getByText("当前角色没有「审计记录」的权限").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("opens from each count of the home page a list of exactly so many items", async () => {
    const page = await stage.visitor();
    await signIn(page, "employer", "employer");
    const counts = page.getByRole("link", { name: /待审核：/ });
    await counts.first().waitFor();
    const expected = await counts.evaluateAll((nodes) =>
      nodes.map((node) => ({
        href: node.getAttribute("href") ?? "",
        count: Number(node.querySelector("strong")?.textContent),
      })),
    );
    expect(expected.length).toBeGreaterThan(0);
    for (const { href, count } of expected) {
      await page.goto(href);
      await page.getByText(`共 ${count} 条`).waitFor();
    }
  });

  it("ends with 退出登录, also for the page that was open", async () => {
    const page = await stage.visitor();
    await signIn(page, "employer", "employer");
    await page.getByRole("button", { name: new RegExp(employer.name.replace(/[（）]/g, ".")) }).click();
    await page.getByRole("menuitem", { name: "退出登录" }).click();
    await page.getByRole("heading", { level: 2, name: "继续教育服务窗口" }).waitFor();
    await page.goto("/workspace");
    expect(await shown(page.getByRole("heading", { level: 1, name: "登录" }))).toBe(true);
  });

  it("shows a professional how the year stands, against what the rules require", async () => {
    const page = await stage.visitor();
    await signIn(page, "professional", "professional");
    await page.getByRole("heading", { level: 2, name: /年度完成情况/ }).waitFor();
    await page.getByText(/公需科目：[\d.]+ \/ 30 学时/).waitFor();
    await page.getByText(/专业科目：[\d.]+ \/ 60 学时/).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await screenshot(page, "professional-home");
  });

  it("shows the auditor the sealed audit trail", async () => {
    const page = await stage.visitor();
    await signIn(page, "auditor", "auditor");
    await page.getByRole("navigation", { name: "功能菜单" }).getByRole("link", { name: "审计记录" }).click();
    await page.getByRole("heading", { level: 1, name: "审计记录" }).waitFor();
    await page.getByText("已封存").first().waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(pageFaults(page)).toEqual([]);
  });
});

describe("修改密码", () => {
  it("needs the old password, both new ones alike, and then only the new one works", async () => {
    const page = await stage.visitor();
    await signIn(page, "base", "base");
    await page.goto("/change-password");
    await page.getByLabel("原始密码").fill("wrong-password-1");
    await page.getByLabel("新密码", { exact: true }).fill("。新Password！9");
    await page.getByLabel("确认新密码").fill("。新Password！8");
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByTestId("error-summary").getByText("两次输入的密码不一致").waitFor();
    await page.getByLabel("确认新密码").fill("。新Password！9");
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByTestId("error-summary").getByText("原始密码不正确").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel("原始密码").fill(demonstrationPassword);
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByText("密码已修改").waitFor();

    const later = await stage.visitor();
    await later.goto("/login?role=base");
    await fillLogin(later, tileOf("base").idNumber, demonstrationPassword);
    await later.getByRole("alert").getByText("账户号或密码错误").waitFor();
    await fillLogin(later, tileOf("base").idNumber, "。新Password！9");
    await later.getByRole("heading", { level: 1, name: /您好/ }).waitFor();
  });
});

describe("忘记登录密码", () => {
  it("answers alike for a pair that does not exist, and refuses a guessed code", async () => {
    const page = await stage.visitor();
    await page.goto("/forgotten-password");
    await page.getByLabel("身份证号码").fill(identityNumber("410105", "1999-09-09", 778));
    await page.getByLabel("注册时的手机号码").fill("13800009999");
    await answerCaptcha(page);
    await page.getByRole("button", { name: "获取短信验证码" }).click();
    await page.getByText("短信验证码已发送至 138****9999").waitFor();
    await page.getByLabel("短信验证码").fill("000000");
    await page.getByLabel("新密码", { exact: true }).fill("Another#2026");
    await page.getByLabel("确认新密码").fill("Another#2026");
    await page.getByRole("button", { name: "设置新密码" }).click();
    await page.getByTestId("error-summary").getByText("短信验证码错误或已过期").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });
});
