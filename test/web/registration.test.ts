import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { demonstrationPassword, tileOf } from "../../src/server/seeds/demonstration-people.ts";
import { creditCode, identityNumber } from "../../src/server/seeds/synthetic.ts";
import {
  answerCaptcha,
  choose,
  fillLogin,
  openStage,
  pageFaults,
  screenshot,
  seriousFindings,
  shown,
  signIn,
  type Stage,
} from "./support.ts";

/** The journey of an employer and a person from 注册 to the first login, by mouse and keyboard. */

let stage: Stage;
const code = creditCode("91", "410105", 7001);
const unitName = "金水区新芽（测试）科技有限公司";
const applicant = {
  idNumber: identityNumber("410105", "1988-08-08", 321),
  name: "马建设",
  phone: "13937100321",
};
const person = {
  idNumber: identityNumber("410105", "1992-02-02", 322),
  name: "林晓雨",
  phone: "13937100322",
};
const password = "注册Pass。2026";
/** One white pixel. */
const scan = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** Opens the picker with this button, finds by name and takes the organization. */
async function pick(page: Page, button: RegExp, name: string): Promise<void> {
  await page.getByRole("button", { name: button }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("searchbox", { name: "名称" }).fill(name);
  await page.keyboard.press("Enter");
  await dialog
    .getByRole("button", { name: new RegExp(`选择${name}`) })
    .first()
    .click();
  await dialog.waitFor({ state: "hidden" });
}

describe("用人单位注册", () => {
  let page: Page;
  beforeAll(async () => {
    page = await stage.visitor();
    await page.goto("/");
    await page.getByRole("link", { name: "用人单位注册" }).click();
    await page.getByRole("heading", { level: 1, name: "用人单位注册" }).waitFor();
  });

  it("lists everything that is missing, each a link to its field", async () => {
    await page.getByRole("button", { name: "下一步" }).click();
    const summary = page.getByTestId("error-summary");
    await summary.waitFor();
    for (const text of [
      "统一社会信用代码",
      "单位名称",
      "单位性质",
      "单位级别",
      "所属区域",
      "所属行业",
      "单位电话",
    ]) {
      await summary.getByText(`${text}：`).waitFor();
    }
    await summary.getByText("单位电话：").click();
    expect(await page.getByLabel("单位电话").evaluate((node) => node === document.activeElement)).toBe(true);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("refuses a wrong check digit and a taken code at the field, with the holder's name", async () => {
    const field = page.getByLabel("统一社会信用代码", { exact: true });
    await field.fill(code.slice(0, 17) + (code.endsWith("1") ? "2" : "1"));
    await field.blur();
    await page.getByText("统一社会信用代码校验位不正确，请核对").first().waitFor();
    await field.fill(creditCode("12", "410100", 3));
    await field.blur();
    expect(await shown(page.getByText("该统一社会信用代码已由「郑州市第九示例医院」注册").first())).toBe(
      true,
    );
  });

  it("suggests nature, region and bureau from code, level and region", async () => {
    const field = page.getByLabel("统一社会信用代码", { exact: true });
    await field.fill(code.toLowerCase());
    await field.blur();
    await page.getByText("民营企业").first().waitFor();
    await page.getByText("河南省 / 郑州市 / 金水区").first().waitFor();
    await page.getByLabel("单位名称").fill(unitName);
    await choose(page, "单位级别", "县(市、区)直单位");
    await choose(page, "所属行业", "信息传输");
    await page.getByLabel("单位电话").fill("0371-65000000");
    await page.getByLabel("单位地址").fill("金水区花园路（示例）1号");
    const summary = page.getByTestId("error-summary");
    await expect.poll(() => summary.getByText("单位名称：").count()).toBe(0);
    expect(await summary.getByText("扫描件：").count()).toBe(1);
    expect(await shown(page.getByRole("button", { name: /同级人社部门：.*金水区/ }))).toBe(true);
  });

  it("chooses the superior in a popup and shows its path, uploads the scan and goes on", async () => {
    await pick(page, /主管部门：/, "郑州市卫生健康委员会");
    await page.getByText(/主管部门 · 河南省 \/ 郑州市/).waitFor();
    await page.setInputFiles('input[type="file"]', { name: "执照.png", mimeType: "image/png", buffer: scan });
    await page.getByText("执照.png").waitFor();
    await page.getByTestId("error-summary").waitFor({ state: "detached" });
    await screenshot(page, "register");
    await page.getByRole("button", { name: "下一步" }).click();
    await page.getByText("申请人账户", { exact: true }).first().waitFor();
    await page.getByLabel("身份证号码").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("is kept on the platform and goes on at another device with a code sent to the phone (REG-30)", async () => {
    await page.getByRole("button", { name: "上一步" }).click();
    const phone = "13937100999";
    const prove = async (at: Page, name: "保存" | "取回") => {
      const dialog = at.getByRole("dialog");
      await dialog.getByLabel("接收短信的手机号码").fill(phone);
      const code = await stage.phoneCode(phone, () =>
        dialog.getByRole("button", { name: "获取短信验证码" }).click(),
      );
      await dialog.getByText(`已发送至 ${phone}`).waitFor();
      await dialog.getByRole("textbox", { name: "验证码", exact: true }).fill(code);
      await dialog.getByRole("button", { name, exact: true }).click();
    };
    await page.getByRole("button", { name: "保存草稿到平台" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await prove(page, "保存");
    await page
      .getByText(/草稿已保存/)
      .first()
      .waitFor();

    const elsewhere = await stage.visitor();
    await elsewhere.goto("/register/organization?kind=employer");
    await elsewhere.getByRole("button", { name: "取回已保存的草稿" }).click();
    await prove(elsewhere, "取回");
    await elsewhere.getByText(unitName).waitFor();
    expect(await seriousFindings(elsewhere)).toEqual([]);
    await elsewhere.getByRole("button", { name: "继续填写" }).click();
    await expect.poll(() => elsewhere.getByLabel("单位名称").inputValue()).toBe(unitName);
    await elsewhere.getByText("执照.png").waitFor();
    expect(pageFaults(elsewhere)).toEqual([]);
    await page.getByRole("button", { name: "下一步" }).click();
    await page.getByLabel("身份证号码").waitFor();
  });

  it("keeps step one when going back", async () => {
    await page.getByRole("button", { name: "上一步" }).click();
    expect(await page.getByLabel("单位名称").inputValue()).toBe(unitName);
    await page.getByRole("button", { name: "下一步" }).click();
    await page.getByLabel("身份证号码").waitFor();
  });

  it("shows on the check page who will review it, with path and phone, and all values", async () => {
    await page.getByLabel("身份证号码").fill(applicant.idNumber);
    await page.getByLabel("真实姓名").fill(applicant.name);
    await page.getByLabel("密码", { exact: true }).fill(password);
    await page.getByLabel("确认密码").fill(password);
    await page.getByLabel("手机号码").fill(applicant.phone);
    await page.getByRole("button", { name: "下一步" }).click();
    const reviewer = page.getByRole("region", { name: "审核部门" });
    await reviewer.getByText("郑州市卫生健康委员会（示例）").first().waitFor();
    await reviewer.getByText("所属区域：河南省 / 郑州市").waitFor();
    await page.getByText(unitName).first().waitFor();
    expect(await page.getByText(applicant.idNumber).count()).toBe(0);
    expect(await page.getByText(password).count()).toBe(0);
    expect(await seriousFindings(page)).toEqual([]);
    await screenshot(page, "register-check");
  });

  it("ends with 注册成功 and a 受理号", async () => {
    await answerCaptcha(page);
    await page.getByRole("button", { name: "注册", exact: true }).click();
    await page.getByText("注册成功", { exact: true }).waitFor();
    expect(await page.getByTestId("receipt-number").textContent()).toMatch(/\d{4}/);
    expect(await seriousFindings(page)).toEqual([]);
    expect(pageFaults(page)).toEqual([]);
  });

  it("keeps no password and nothing of the person in this browser", async () => {
    const kept = await page.evaluate(() => JSON.stringify(Object.entries(localStorage)));
    expect(kept).not.toContain(password);
    expect(kept).not.toContain(applicant.idNumber);
    expect(kept).not.toContain(unitName);
  });
});

describe("注册审核进度查询", () => {
  let page: Page;
  beforeAll(async () => {
    page = await stage.visitor();
  });

  it("is where the login of a pending account leads", async () => {
    await page.goto("/login?role=employer");
    await fillLogin(page, applicant.idNumber, password);
    await page.getByText("您的账号正在审核中，审核通过才可登录平台。").waitFor();
    await page.getByRole("link", { name: "可点此查看审核部门" }).click();
    expect(await shown(page.getByRole("heading", { level: 1, name: "注册审核进度查询" }))).toBe(true);
  });

  it("answers alike for a wrong name and an unknown number", async () => {
    for (const [name, idNumber] of [
      ["别的姓名", applicant.idNumber],
      [applicant.name, identityNumber("410105", "1999-09-09", 779)],
    ] as const) {
      await page.getByLabel("姓名").fill(name);
      await page.getByLabel("身份证号码").fill(idNumber);
      await answerCaptcha(page);
      await page.getByRole("button", { name: "查询" }).click();
      expect(await shown(page.getByText("没有查到相符的注册申请，请核对姓名和身份证号码"))).toBe(true);
      await page.reload();
    }
  });

  it("shows reviewer, path and state", async () => {
    await page.getByLabel("姓名").fill(applicant.name);
    await page.getByLabel("身份证号码").fill(applicant.idNumber);
    await answerCaptcha(page);
    await page.getByRole("button", { name: "查询" }).click();
    const card = page.getByRole("article");
    await card.getByText("待审核", { exact: true }).waitFor();
    await card.getByText("审核部门：郑州市卫生健康委员会（示例）").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await screenshot(page, "registration-progress");
  });
});

describe("from approval to the first login", () => {
  it("is approved by the superior in 待办 and may log in", async () => {
    const reviewer = await stage.visitor();
    await signIn(reviewer, "authority", "authority");
    await reviewer
      .getByRole("navigation", { name: "功能菜单" })
      .getByRole("link", { name: "审核下级单位" })
      .click();
    await approve(reviewer, unitName);

    const page = await stage.visitor();
    await page.goto("/login?role=employer");
    await fillLogin(page, applicant.idNumber, password);
    await page.getByRole("heading", { level: 1, name: `${applicant.name}，您好` }).waitFor();
    expect(await shown(page.getByText(unitName).first())).toBe(true);
  });

  it("a person registers under it, withdraws, registers again and is approved", async () => {
    const page = await stage.visitor();
    await registerPerson(page);
    await page.getByRole("link", { name: "注册审核进度查询" }).first().click();
    await page.getByLabel("姓名").fill(person.name);
    await page.getByLabel("身份证号码").fill(person.idNumber);
    await answerCaptcha(page);
    await page.getByRole("button", { name: "查询" }).click();
    await page.getByRole("button", { name: "撤回申请" }).click();
    const dialog = page.getByRole("dialog", { name: new RegExp(`撤回「${person.name}」`) });
    await dialog.getByLabel("注册密码").fill("not-this-password-1");
    await answerCaptcha(page);
    await dialog.getByRole("button", { name: "撤回申请" }).click();
    await dialog.getByText("账户号或密码错误").waitFor();
    await dialog.getByLabel("注册密码").fill(password);
    await answerCaptcha(page);
    await dialog.getByRole("button", { name: "撤回申请" }).click();
    await page.getByRole("article").getByText("已撤回").waitFor();
    await page.getByRole("link", { name: "重新注册" }).click();
    await registerPerson(page);
    expect(pageFaults(page)).toEqual([]);

    const employer = await stage.visitor();
    await employer.goto("/login?role=employer");
    await fillLogin(employer, applicant.idNumber, password);
    await employer.getByRole("link", { name: /待审核：人员注册/ }).click();
    await approve(employer, person.name);

    await page.goto("/login?role=professional");
    await fillLogin(page, person.idNumber, password);
    await page.getByRole("heading", { level: 2, name: /年度完成情况/ }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("sets a forgotten password with the code from the phone", async () => {
    const page = await stage.visitor();
    await page.goto("/forgotten-password");
    await page.getByLabel("身份证号码").fill(person.idNumber);
    await page.getByLabel("注册时的手机号码").fill(person.phone);
    await answerCaptcha(page);
    const code = await stage.phoneCode(person.phone, async () => {
      await page.getByRole("button", { name: "获取短信验证码" }).click();
      await page.getByText("短信验证码已发送至").waitFor();
    });
    await page.getByLabel("短信验证码").fill(code);
    await page.getByLabel("新密码", { exact: true }).fill("Quite-new#1");
    await page.getByLabel("确认新密码").fill("Quite-new#1");
    await page.getByRole("button", { name: "设置新密码" }).click();
    await page.getByText("新密码已设置").waitFor();
    await page.goto("/login?role=professional");
    await fillLogin(page, person.idNumber, "Quite-new#1");
    await page.getByRole("heading", { level: 1, name: `${person.name}，您好` }).waitFor();
  });

  it("offers an account with two roles the other one, without a password", async () => {
    const page = await stage.visitor();
    await page.goto("/register/organization?kind=base");
    await page.getByRole("heading", { level: 1, name: "继续教育基地注册" }).waitFor();
    await page.getByLabel("统一社会信用代码", { exact: true }).fill(creditCode("52", "410105", 7002));
    await page.getByLabel("单位名称").fill("金水区双角色培训学校");
    await choose(page, "单位级别", "县(市、区)直单位");
    await choose(page, "所属行业", "教育");
    await page.getByLabel("单位电话").fill("0371-65000001");
    await choose(page, "基地级别", "市级");
    await page.getByRole("button", { name: /^人社部门：.*郑州市/ }).waitFor();
    await page.setInputFiles('input[type="file"]', { name: "证.png", mimeType: "image/png", buffer: scan });
    await page.getByText("证.png").waitFor();
    await page.getByRole("button", { name: "下一步" }).click();
    await page.getByRole("radio", { name: "已是本系统用户" }).check();
    // The fields of a new applicant, named alike, stand there until those of an existing one replace them.
    await page.getByText("请输入您在本平台的身份证号码和登录密码").waitFor();
    await page.getByLabel("身份证号码").fill(applicant.idNumber);
    await page.getByLabel("密码", { exact: true }).fill(password);
    await page.getByRole("button", { name: "下一步" }).click();
    await answerCaptcha(page);
    await page.getByRole("button", { name: "注册", exact: true }).click();
    await page.getByText("注册成功", { exact: true }).waitFor();

    const bureau = await stage.visitor();
    await bureau.goto("/login?role=bureau");
    await fillLogin(bureau, tileOf("city-bureau").idNumber, demonstrationPassword);
    await bureau.getByRole("link", { name: /待审核：单位注册/ }).click();
    await approve(bureau, "金水区双角色培训学校");

    await page.goto("/login?role=employer");
    await fillLogin(page, applicant.idNumber, password);
    await page.getByRole("heading", { level: 1, name: /您好/ }).waitFor();
    await page.getByRole("button", { name: new RegExp(applicant.name) }).click();
    await page.getByRole("menuitem", { name: /继续教育基地 · 金水区双角色培训学校/ }).click();
    await page.getByText("已切换角色").waitFor();
    expect(await shown(page.getByText("当前角色：继续教育基地 · 金水区双角色培训学校"))).toBe(true);
  });
});

/** Approves in the open to-do list the item whose row has this text. */
async function approve(page: Page, text: string): Promise<void> {
  const row = page.locator("tr.ant-table-row").filter({ hasText: text });
  await row.getByRole("button", { name: /办理/ }).click();
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("button", { name: /通过$/ }).first().click();
  await row.waitFor({ state: "detached" });
}

async function registerPerson(page: Page): Promise<void> {
  await page.goto("/register/person");
  await page.getByLabel("身份证号码").fill(person.idNumber);
  await page.getByLabel("姓名").fill(person.name);
  await page.getByLabel("密码", { exact: true }).fill(password);
  await page.getByLabel("确认密码").fill(password);
  await page.getByLabel("手机号码").fill(person.phone);
  await page.getByLabel("电子邮箱").fill("lin@example.org");
  if ((await page.getByRole("button", { name: `所在单位：${unitName}` }).count()) === 0) {
    await pick(page, /所在单位：/, "金水区新芽");
  }
  await choose(page, "职称级别", "中级");
  await page.getByRole("radio", { name: "否" }).check();
  await page.getByRole("button", { name: "下一步" }).click();
  await page.getByRole("region", { name: "审核部门" }).getByText(unitName).first().waitFor();
  await answerCaptcha(page);
  await page.getByRole("button", { name: "注册", exact: true }).click();
  await page.getByText("注册成功", { exact: true }).waitFor();
}
