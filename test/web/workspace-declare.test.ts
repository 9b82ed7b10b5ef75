import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { choose, openStage, pageFaults, screenshot, signIn, type Stage } from "./support.ts";
import { dialog, findings, recentPeriod, scan, typeDate } from "./workspace-support.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage.close();
});

async function chooseForm(page: Page, form: string): Promise<void> {
  await page.goto("/workspace/declare");
  await page.getByRole("heading", { level: 1, name: "学时（分）申报" }).waitFor();
  await page.getByRole("button", { name: new RegExp(`^${form} `) }).click();
}

/** Fills a conference of three days; presented without a paper title first. */
async function fillConference(page: Page, title: string): Promise<{ days: number }> {
  const period = recentPeriod(3);
  await page.getByLabel("标题", { exact: true }).fill(title);
  await typeDate(page, "开始日期", period.start);
  await typeDate(page, "结束日期", period.end);
  expect(await page.getByTestId("error-summary").count()).toBe(0);
  await page.getByLabel("会议名称").fill(`${title}${Date.now()}`);
  await page.getByLabel("主办单位").fill("示例学会");
  await choose(page, "会议级别", "国家部委");
  await page.getByLabel("实际天数").fill(String(period.days));
  await page.getByRole("radio", { name: "否", exact: true }).check();
  return period;
}

describe("学时（分）申报 by a professional", () => {
  it("reckons while one types, shows clause and route, ends with a receipt; then shows progress and withdraws", async () => {
    const page = await stage.visitor();
    await signIn(page, "professional", "professional");
    await page.goto("/workspace/declare");
    await page.getByRole("list", { name: "学习形式" }).waitFor();
    expect(await findings(page)).toEqual([]);
    await chooseForm(page, "04");
    const title = "全国临床检验新技术学术会议（示例）";
    const { days } = await fillConference(page, title);
    const hours = page.getByTestId("computed-hours");
    await hours.filter({ hasText: `专业 ${days * 6} 学时` }).waitFor();
    const proof = page.getByLabel("选择宣读证明");
    expect(await proof.count()).toBe(0);
    await page.getByRole("radio", { name: "是", exact: true }).check();
    await page.getByLabel("论文题目").fill("示例论文题目");
    await hours.filter({ hasText: `专业 ${days * 6 + 6} 学时` }).waitFor();
    await expect.poll(() => page.getByText(/依据：.*学时折算标准（四）/).count()).toBeGreaterThan(0);
    await page.getByText(/将依次由.*审核/).waitFor();
    await screenshot(page, "declare");

    const own = page.getByRole("spinbutton", { name: "专业科目申报学时" });
    await own.fill("999");
    await own.blur();
    expect(await own.inputValue()).toBe(String(days * 6 + 6));
    await own.fill("6");
    await own.blur();
    await page.getByLabel("选择会议通知").setInputFiles(scan("会议通知.pdf"));
    await page.getByRole("link", { name: "会议通知.pdf" }).waitFor();
    await page.getByLabel("选择单位证明").setInputFiles(scan("单位证明.pdf"));
    await page.getByRole("link", { name: "单位证明.pdf" }).waitFor();
    await page.getByRole("button", { name: "下一步：核对" }).click();
    await page.getByTestId("error-summary").getByText("缺少证明材料：宣读证明").waitFor();
    await proof.setInputFiles(scan("宣读证明.pdf"));
    await page.getByRole("link", { name: "宣读证明.pdf" }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("button", { name: "下一步：核对" }).click();
    await page.getByText(`专业 6 学时（系统计算 专业 ${days * 6 + 6} 学时，已调低）`).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("button", { name: "提交申报" }).click();
    await page.getByText("申报已提交").waitFor();
    expect(await page.getByTestId("batch-number").textContent()).toMatch(/\S{6,}/);
    await page.getByRole("link", { name: /详细/ }).click();

    await page.getByRole("heading", { level: 1, name: /申报详细/ }).waitFor();
    await page
      .getByText(/办理中/)
      .first()
      .waitFor();
    await page
      .getByText(/联系电话/)
      .first()
      .waitFor();
    expect(await findings(page)).toEqual([]);
    await screenshot(page, "declaration");
    await page.getByRole("button", { name: "撤回" }).click();
    expect(await dialog(page).textContent()).toContain(title);
    await dialog(page).getByRole("button", { name: "撤回" }).click();
    await page.getByText("已撤回", { exact: true }).first().waitFor();
    await expect.poll(() => page.getByRole("button", { name: "撤回" }).count()).toBe(0);
    expect(pageFaults(page)).toEqual([]);
  });

  it("lists all that is missing in one place, each a link to its field", async () => {
    const page = await stage.visitor();
    await signIn(page, "professional", "professional");
    await chooseForm(page, "04");
    await page.getByRole("button", { name: "下一步：核对" }).click();
    const summary = page.getByTestId("error-summary");
    for (const text of [
      "请填写标题",
      "请选择开始日期",
      "请填写会议名称",
      "缺少证明材料：会议通知、单位证明",
    ]) {
      await summary.getByText(text).waitFor();
    }
    await summary.getByText("请填写会议名称").click();
    expect(await page.getByLabel("会议名称").evaluate((element) => element === document.activeElement)).toBe(
      true,
    );
    expect(await findings(page)).toEqual([]);
  });

  it("asks before an unsent form is left, and gives the draft back afterwards", async () => {
    const page = await stage.visitor();
    await signIn(page, "professional", "professional");
    await chooseForm(page, "12");
    await page.getByLabel("标题", { exact: true }).fill("没有写完的申报");
    await page.getByRole("link", { name: "年度完成情况" }).first().click();
    await dialog(page)
      .getByText(/已为您保存草稿/)
      .waitFor();
    await dialog(page).getByRole("button", { name: "离开" }).click();
    await page.getByRole("heading", { level: 1, name: "年度完成情况" }).waitFor();
    await page.getByRole("link", { name: "学时（分）申报" }).first().click();
    await page.getByText(/已恢复.*未提交的草稿/).waitFor();
    expect(await page.getByLabel("标题", { exact: true }).inputValue()).toBe("没有写完的申报");
    await page.getByRole("button", { name: "放弃草稿，重新填写" }).click();
    await page.getByRole("list", { name: "学习形式" }).waitFor();
  });
});

describe("学时（分）申报 by an employer", () => {
  it("refuses accountants together with others in the guide's words, and fixes accountants to 公需课", async () => {
    const page = await stage.visitor();
    await signIn(page, "employer", "employer");
    await chooseForm(page, "02b");
    await page.getByRole("button", { name: "选择人员" }).click();
    const picker = dialog(page);
    const pick = async (kind: string) => {
      await choose(page, "人员类别", kind);
      await picker.locator(".ant-spin-spinning").waitFor({ state: "detached" });
      await picker
        .getByRole("checkbox", { name: /^选择(?!本页)/ })
        .first()
        .check();
    };
    await pick("非会计人员");
    await picker.getByText("已选 1 人").waitFor();
    await choose(page, "人员类别", "全部");
    await pick("会计人员");
    await picker.getByText("不得同时选择会计人员和非会计人员").waitFor();
    expect(await picker.getByRole("button", { name: "确定" }).isDisabled()).toBe(true);
    expect(await findings(page)).toEqual([]);
    await picker.getByRole("button", { name: "清空" }).click();
    await picker
      .getByRole("checkbox", { name: /^选择(?!本页)/ })
      .first()
      .check();
    await picker.getByRole("button", { name: "确定" }).click();
    const subject = page.getByTestId("fixed-subject");
    await expect.poll(() => subject.inputValue()).toBe("公需课");
    expect(await subject.isDisabled()).toBe(true);
    await page.getByText("会计人员申报的学时固定计入公需课，不能修改").waitFor();
    expect(pageFaults(page)).toEqual([]);
  });

  it("asks the rank of each person in his own row", async () => {
    const page = await stage.visitor();
    await signIn(page, "employer", "employer");
    await chooseForm(page, "07");
    await page.getByRole("button", { name: "选择人员" }).click();
    await choose(page, "人员类别", "非会计人员");
    const boxes = dialog(page).getByRole("checkbox", { name: /^选择(?!本页)/ });
    await dialog(page).locator(".ant-spin-spinning").waitFor({ state: "detached" });
    await boxes.nth(0).check();
    await boxes.nth(1).check();
    await dialog(page).getByRole("button", { name: "确定" }).click();
    await choose(page, "类型", "实用新型");
    const ranks = page.getByRole("spinbutton", { name: /的.*(排名|次序)/ });
    await expect.poll(() => ranks.count()).toBe(2);
    await ranks.nth(0).fill("1");
    await ranks.nth(1).fill("2");
    await expect.poll(() => page.getByTestId("computed-hours").count(), { timeout: 15_000 }).toBe(2);
  });
});
