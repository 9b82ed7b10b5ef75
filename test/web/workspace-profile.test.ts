import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../src/shared/api-client.ts";
import { listApplications } from "../../src/shared/contracts/applications.ts";
import { listDrafts } from "../../src/shared/contracts/drafts.ts";
import {
  getOwnProfile,
  saveContactData,
  submitProfileChange,
} from "../../src/shared/contracts/profile-changes.ts";
import { releasePeople } from "../../src/shared/contracts/transfers.ts";
import { choose, enterAs, openStage, pageFaults, screenshot, signIn, type Stage } from "./support.ts";
import {
  approve,
  companyName,
  dialog,
  findings,
  hospitalName,
  newProfessional,
  type Professional,
  scan,
  signedIn,
  typeDate,
  unitNamed,
} from "./workspace-support.ts";

/** 【用户资料管理】—【基本信息修改】 by the person himself (PER-03 – PER-06, TRF-01). */

let stage: Stage;
let hospital: ApiClient;

beforeAll(async () => {
  stage = await openStage();
  hospital = await signedIn(stage.url, "employer", "employer");
});
afterAll(() => stage.close());

const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name });
const submit = (page: Page) => page.getByRole("button", { name: "提交审核" });
const toast = (page: Page, text: string | RegExp) => page.locator(".ant-message").getByText(text).waitFor();

async function openProfile({ client }: Professional): Promise<Page> {
  const page = await stage.visitor();
  await enterAs(page, client);
  await page.getByRole("link", { name: "基本信息修改" }).first().click();
  await heading(page, "基本信息修改").waitFor();
  await page.getByLabel("电子邮箱").waitFor();
  return page;
}

async function openForm(person: Professional): Promise<Page> {
  const page = await openProfile(person);
  await page.getByRole("link", { name: "申请修改" }).click();
  await heading(page, "申请修改基本信息").waitFor();
  await page.getByLabel("毕业院校").waitFor();
  return page;
}

async function upload(page: Page, kind: string): Promise<void> {
  await page.getByLabel(`选择${kind}`).setInputFiles(scan(`${kind}.pdf`));
  await page.getByRole("link", { name: `${kind}.pdf` }).waitFor();
}

async function fillTitle(page: Page): Promise<void> {
  await page.getByRole("checkbox", { name: "新增或更正职称" }).check();
  await choose(page, "职称系列", "卫生技术人员");
  await choose(page, "职称级别", "副高级");
  await page.getByLabel("职称名称").fill("副主任医师");
  await typeDate(page, "职称取得时间", "2025-11-20");
}

/** The person's changes as the API has them, newest first. */
async function changesOf({ client }: Professional) {
  return (await client.ok(listApplications, { kind: "profile-change" })).rows;
}

/** A change that waits at the unit, made elsewhere. */
async function change({ client }: Professional, changes: { school?: string; major?: string }) {
  return await client.ok(submitProfileChange, { changes });
}

describe("基本信息修改", () => {
  it("is kept as a draft, gone on with, sent once, followed with its holder, and withdrawn", async () => {
    const person = await newProfessional(stage.url, 441);
    const page = await openProfile(person);
    await page.getByText(hospitalName, { exact: true }).waitFor();
    await page.getByText("没有数据").waitFor();
    expect(await page.locator("#main").textContent()).not.toContain(person.idNumber);
    expect(await findings(page)).toEqual([]);
    await page.getByRole("link", { name: "申请修改" }).click();
    await page.getByText("尚未修改任何信息").waitFor();
    await page.getByLabel("姓名", { exact: true }).fill("调转更名");
    await choose(page, "学历", "研究生");
    await fillTitle(page);
    await page.getByRole("status").getByText("姓名、职称、学历").waitFor();
    await upload(page, "姓名更正证明");
    await upload(page, "职称证书");
    expect(await findings(page)).toEqual([]);
    await screenshot(page, "profile-change");
    await page.getByRole("button", { name: "保存草稿" }).click();
    await page.getByText(/^草稿已于 .* 保存/).waitFor();

    const other = await openProfile(person);
    await other.getByRole("link", { name: "继续填写修改姓名、职称、学历" }).click();
    await other.getByText(/已恢复.*未提交的草稿/).waitFor();
    expect(await other.getByLabel("姓名", { exact: true }).inputValue()).toBe("调转更名");
    expect(await other.getByLabel("职称名称").inputValue()).toBe("副主任医师");
    await other.getByRole("link", { name: "职称证书.pdf" }).waitFor();
    await submit(other).dblclick();
    await other.getByText("信息修改已提交审核").waitFor();
    await other.getByText(`现由「${hospitalName}」办理`).waitFor();
    expect(await findings(other)).toEqual([]);
    const [made, ...more] = await changesOf(person);
    expect(more).toEqual([]);
    expect(made).toMatchObject({ status: "pending", title: `${person.name}：修改姓名、学历、职称` });
    expect((await person.client.ok(listDrafts, { kind: "profile-change" })).rows).toEqual([]);

    // The first window is told that the other was faster, and shows what is under way in place of the form.
    await submit(page).click();
    await toast(page, "已有人员信息修改在审核流程中");
    await page.getByText(/正在审核，完成或撤回后才能申请修改/).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("link", { name: "查看办理进度" }).click();

    await heading(page, "基本信息修改").waitFor();
    await page.getByText(`当前由「${hospitalName}」办理`).waitFor();
    expect(await findings(page)).toEqual([]);
    await screenshot(page, "profile");
    await page.getByRole("link", { name: "变更明细和办理进度" }).click();
    await heading(page, `人员信息修改 ${made?.number}`).waitFor();
    await page.getByRole("row", { name: `姓名 ${person.name} 调转更名` }).waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "撤回" }).click();
    expect(await dialog(page).textContent()).toContain(`${person.name}：修改姓名、学历、职称`);
    await dialog(page).getByRole("button", { name: "撤回" }).click();
    await page.getByRole("region", { name: "变更记录" }).getByText("已撤回").waitFor();
    expect(await changesOf(person)).toMatchObject([{ id: made?.id, status: "withdrawn" }]);
    expect((await person.client.ok(getOwnProfile, {})).name).toBe(person.name);
    expect([...pageFaults(page), ...pageFaults(other)]).toEqual([]);
  });

  it("lists what is missing or wrong, each a link to its field, and that nothing was changed", async () => {
    const person = await newProfessional(stage.url, 442);
    const page = await openForm(person);
    const summary = page.getByTestId("error-summary");
    await submit(page).click();
    await summary.getByText("没有修改任何信息").click();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("profile_changes");
    await page.getByLabel("姓名", { exact: true }).fill("更");
    await typeDate(page, "参加工作时间", "2099-01-01");
    await page.getByRole("checkbox", { name: "新增或更正职称" }).check();
    await submit(page).click();
    for (const text of [
      "姓名：至少2个字",
      "参加工作时间：参加工作时间不能晚于今天",
      "职称级别：请选择职称级别",
      "职称取得时间：请填写职称取得时间",
      "证明材料：修改姓名、职称须上传证明材料",
    ])
      await summary.getByText(text, { exact: true }).waitFor();
    expect(await findings(page)).toEqual([]);
    await summary.getByText(/^姓名：/).click();
    expect(
      await page.getByLabel("姓名", { exact: true }).evaluate((one) => one === document.activeElement),
    ).toBe(true);
    expect(await changesOf(person)).toEqual([]);
    // Leaving saves it; nobody must fear for his work.
    await page.getByRole("link", { name: "单位调转" }).first().click();
    await dialog(page)
      .getByText(/已为您保存草稿/)
      .waitFor();
    await dialog(page).getByRole("button", { name: "离开" }).click();
    await heading(page, "单位调转").waitFor();
    expect((await person.client.ok(listDrafts, { kind: "profile-change" })).rows).toHaveLength(1);
    expect(pageFaults(page)).toEqual([]);
  });

  it("saves contact data at once, only what was changed here, and warns before unsaved ones are left", async () => {
    const person = await newProfessional(stage.url, 443);
    const page = await openProfile(person);
    const save = page.getByRole("button", { name: "保存", exact: true });
    expect(await save.isDisabled()).toBe(true);
    await page.getByLabel("电子邮箱").fill("无");
    await save.click();
    await page.getByTestId("error-summary").getByText("电子邮箱：电子邮箱格式不正确").waitFor();
    expect(await findings(page)).toEqual([]);
    // Meanwhile another window has saved something else.
    await person.client.ok(saveContactData, { landline: "0371-65900000" });
    await page.getByLabel("电子邮箱").fill("new@example.invalid");
    await page.getByLabel("籍贯").fill("河南开封");
    await page.getByRole("link", { name: "申报进度查询" }).first().click();
    await dialog(page).getByText("内容尚未提交，离开后已填写的内容将丢失。").waitFor();
    await dialog(page).getByRole("button", { name: "继续填写" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    await save.dblclick();
    await toast(page, "联系信息已保存");
    expect(await person.client.ok(getOwnProfile, {})).toMatchObject({
      email: "new@example.invalid",
      landline: "0371-65900000",
      nativePlace: "河南开封",
    });
    // Saved: nothing is lost by leaving.
    await page.getByRole("link", { name: "申报进度查询" }).first().click();
    await heading(page, "申报进度查询").waitFor();
    expect(pageFaults(page)).toEqual([]);
  });

  it("stands in the way of 单位调转 with a link, and a transfer in its way (TRF-01, TRF-11)", async () => {
    const person = await newProfessional(stage.url, 444);
    const { number } = await change(person, { school: "郑州大学" });
    const page = await openProfile(person);
    await page.locator("#main").getByRole("link", { name: "单位调转" }).first().click();
    await heading(page, "单位调转").waitFor();
    await page.getByText("有未办结的事项，暂不能办理").waitFor();
    expect(await page.getByRole("button", { name: "提交申请" }).isDisabled()).toBe(true);
    expect(await findings(page)).toEqual([]);
    await page.getByRole("link", { name: "未办结的人员信息修改（1项）" }).click();
    await heading(page, "申请记录").waitFor();
    await page.getByRole("link", { name: number, exact: true }).waitFor();
    await approve(hospital, number);

    const form = await openForm(person);
    await form.getByLabel("毕业院校").fill("河南大学");
    const to = { kind: "unit" as const, organizationId: (await unitNamed(hospital, companyName)).id };
    const { id } = await person.client.ok(getOwnProfile, {});
    await hospital.ok(releasePeople, { personIds: [id], to, reason: "工作调动" });
    await submit(form).click();
    await toast(form, /有办理中的人员调转/);
    await form.getByText("您有办理中的人员调转，完成或撤回后才能申请修改").waitFor();
    expect(await findings(form)).toEqual([]);
    await form.getByRole("link", { name: "查看办理进度" }).click();
    await heading(form, "单位调转").waitFor();
    expect([...pageFaults(page), ...pageFaults(form)]).toEqual([]);
  });

  it("is filled in and sent by keyboard alone", async () => {
    const person = await newProfessional(stage.url, 445);
    const page = await openProfile(person);
    await page.getByRole("link", { name: "申请修改" }).focus();
    await page.keyboard.press("Enter");
    await page.getByLabel("毕业院校").focus();
    await page.keyboard.type("郑州大学");
    await page.keyboard.press("Tab");
    await page.keyboard.type("临床医学");
    await page.keyboard.press("Enter");
    await page.getByText("信息修改已提交审核").waitFor();
    await page.getByRole("button", { name: "查看办理进度" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("待审核的修改").waitFor();
    expect(await changesOf(person)).toMatchObject([{ title: `${person.name}：修改毕业院校、所学专业` }]);
  });

  it("is for professionals, and says when the server has no answer", async () => {
    const page = await stage.visitor();
    await signIn(page, "employer", "employer");
    for (const path of ["profile", "profile/change"]) {
      await page.goto(`/workspace/${path}`);
      await page.getByText("当前角色没有「基本信息修改」的权限").waitFor();
      expect(await findings(page)).toEqual([]);
    }
    const person = await newProfessional(stage.url, 446);
    const own = await openProfile(person);
    let failing = true;
    const fault = { error: { code: "internal", message: "服务器发生错误" } };
    await own.route("**/api/profile", (route) =>
      failing ? route.fulfill({ status: 500, json: fault }) : route.continue(),
    );
    await own.goto("/workspace/profile/change");
    await own.getByRole("button", { name: "重试" }).waitFor();
    expect(await findings(own)).toEqual([]);
    failing = false;
    await own.getByRole("button", { name: "重试" }).click();
    await own.getByLabel("毕业院校").waitFor();
  });
});
