import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { demonstrationPassword } from "../../src/server/seeds/demonstration-people.ts";
import { ApiClient } from "../../src/shared/api-client.ts";
import { sendPhoneCode } from "../../src/shared/contracts/accounts.ts";
import { enterAs, openStage, pageFaults, seriousFindings, shown, type Stage } from "./support.ts";
import { newProfessional } from "./workspace-support.ts";

/** The phone that resets the password is changed by whoever has the password and the new phone (PWD-02). */

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe("修改手机号", () => {
  it("needs a code sent to the new phone and the own password; then only the new phone resets it", async () => {
    const person = await newProfessional(stage.url, 421);
    const phone = "13937100499";
    const page = await stage.visitor();
    await enterAs(page, person.client);
    await page.getByRole("button", { name: new RegExp(person.name) }).click();
    await page.getByRole("menuitem", { name: "修改手机号" }).click();
    await page.getByRole("heading", { level: 1, name: "修改手机号" }).waitFor();
    await page.getByLabel("新手机号码").fill("1393710");
    const ask = page.getByRole("button", { name: "获取短信验证码" });
    await ask.click();
    await page.getByText("手机号码应为11位数字").waitFor();
    await page.getByLabel("新手机号码").fill(phone);
    await page.getByLabel("短信验证码").fill("123456");
    await page.getByLabel("登录密码").fill("not-the-password-1");
    const save = page.getByRole("button", { name: "保存" });
    await save.click();
    await page.getByTestId("error-summary").getByText("请先获取发送到新手机号码的验证码").waitFor();
    expect(await seriousFindings(page)).toEqual([]);

    const first = await stage.phoneCode(phone, () => ask.click());
    await page.getByText(`已发送至 ${phone}，10分钟内有效`).waitFor();
    expect(await shown(page.getByRole("button", { name: /^\d+秒后可重新获取$/ }))).toBe(true);
    expect(await page.getByRole("button", { name: /秒后可重新获取/ }).isDisabled()).toBe(true);
    await page.getByLabel("短信验证码").fill(first);
    await save.click();
    const field = page.locator(".ant-form-item-explain-error");
    await field.getByText("您的登录密码不正确").first().waitFor();
    await page.getByText("短信验证码只能使用一次，请重新获取").waitFor();
    expect(await seriousFindings(page)).toEqual([]);

    const second = await stage.phoneCode(phone, () => ask.click());
    await page.getByLabel("短信验证码").fill(second === "000000" ? "000001" : "000000");
    await page.getByLabel("登录密码").fill(demonstrationPassword);
    await save.click();
    await field.getByText("验证码错误").first().waitFor();
    await page.getByLabel("短信验证码").fill(await stage.phoneCode(phone, () => ask.click()));
    await save.click();
    await page.getByText("登记手机号已更换").first().waitFor();
    await page.getByRole("heading", { level: 1, name: /您好/ }).waitFor();
    expect(pageFaults(page)).toEqual([]);

    // The new phone is sent the code that resets the password.
    const visitor = new ApiClient(stage.url);
    const { idNumber } = person;
    const code = await stage.phoneCode(phone, async () => {
      await visitor.ok(sendPhoneCode, { idNumber, phone, ...(await visitor.captcha()) });
    });
    expect(code).toMatch(/^\d{6}$/);
  });

  it("asks a stranger to log in first", async () => {
    const page = await stage.visitor();
    await page.goto("/change-phone");
    await page.getByText("请登录后继续").waitFor();
    expect(new URL(page.url()).search).toContain("change-phone");
  });
});
