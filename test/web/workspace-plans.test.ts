import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../src/shared/api-client.ts";
import { deleteDraft, listDrafts } from "../../src/shared/contracts/drafts.ts";
import { listTrainingPlans } from "../../src/shared/contracts/training-plans.ts";
import { decideTask, listTasks } from "../../src/shared/contracts/workflow.ts";
import { isoDate } from "../../src/shared/dates.ts";
import { choose, openStage, pageFaults, screenshot, signIn, type Stage } from "./support.ts";
import { dialog, findings, scan, signedIn, typeDate } from "./workspace-support.ts";

/** 单位培训计划 by an employer, from its draft to what can be done with an approved one (PLN-01, PLN-08). */

let stage: Stage;
let employer: ApiClient;
const year = Number(isoDate(new Date()).slice(0, 4));

beforeAll(async () => {
  stage = await openStage();
  employer = await signedIn(stage.url, "employer", "employer");
});
afterAll(async () => {
  const { rows } = await employer.ok(listDrafts, { kind: "training-plan" });
  for (const { id } of rows) await employer.ok(deleteDraft, { id });
  await stage.close();
});

async function employerPage(path: string): Promise<Page> {
  const page = await stage.visitor();
  await signIn(page, "employer", "employer");
  await page.goto(path);
  return page;
}

async function fillPlan(page: Page, name: string): Promise<void> {
  await page.getByLabel("培训名称").fill(name);
  await typeDate(page, "开始日期", `${year}-10-08`);
  await typeDate(page, "结束日期", `${year}-11-30`);
  await page.getByLabel("计划人数").fill("20");
  await page.getByLabel("计划学时").fill("24");
  await page.getByLabel("地点").fill("示例医院学术厅");
  await page.getByLabel("联系人").fill("示例联系人");
  await page.getByLabel("联系电话").fill("0371-60000000");
  await page.getByLabel("内容/课程表").fill("院内感染防控，课程表见附件");
  await page.getByLabel("师资").fill("示例教授");
  await page.getByLabel("选择课程表").setInputFiles(scan("课程表.pdf"));
  await page.getByRole("link", { name: "课程表.pdf" }).waitFor();
}

/** What the authority and then the bureau decide about it, through the API. */
async function decide(outcome: "approve" | "reject", number: string, reviewers: readonly ApiClient[]) {
  for (const reviewer of reviewers) {
    const { rows } = await reviewer.ok(listTasks, { box: "todo", q: number });
    const [task] = rows;
    if (task === undefined) throw new Error(`${number} is not waiting here`);
    const comment = outcome === "reject" ? "课程表不完整" : "";
    await reviewer.ok(decideTask, { id: task.id, outcome, comment });
  }
}

describe("单位培训计划", () => {
  it("is kept as a draft, gone on with, submitted with a receipt, and withdrawn by name", async () => {
    const name = `院感培训（示例）${Date.now()}`;
    const page = await employerPage("/workspace");
    await page.getByRole("link", { name: "单位培训计划" }).first().click();
    await page.getByRole("heading", { level: 1, name: "单位培训计划" }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("button", { name: "新增培训计划" }).click();
    await page.getByText(/将依次由.*审核/).waitFor();
    await fillPlan(page, name);
    expect(await findings(page)).toEqual([]);
    await screenshot(page, "training-plan");
    await page.getByRole("button", { name: "保存草稿" }).click();
    await page.getByText(/^草稿已于 .* 保存/).waitFor();

    const other = await employerPage("/workspace/training-plans");
    await other.getByRole("link", { name: `继续填写${name}（${year}年度）` }).click();
    await other.getByText(/已恢复.*未提交的草稿/).waitFor();
    expect(await other.getByLabel("计划学时").inputValue()).toBe("24");
    await other.getByRole("link", { name: "课程表.pdf" }).waitFor();
    await other.getByRole("button", { name: "提交审核" }).click();
    await other.getByText("培训计划已提交").waitFor();
    expect((await employer.ok(listDrafts, { kind: "training-plan" })).rows).toEqual([]);

    // The first window's draft is gone; it is told so before anything is sent twice.
    await page.getByRole("button", { name: "提交审核" }).click();
    await page.getByText("该草稿已提交、删除或过期，此次未提交").waitFor();

    await other.getByRole("button", { name: "查看审核进度" }).click();
    await other.getByRole("heading", { level: 1, name }).waitFor();
    await other
      .getByText(/联系电话/)
      .first()
      .waitFor();
    expect(await findings(other)).toEqual([]);
    await other.getByRole("button", { name: "撤回" }).click();
    expect(await dialog(other).textContent()).toContain(name);
    await dialog(other).getByRole("button", { name: "撤回" }).click();
    await other.getByText("已撤回").first().waitFor();
    expect([...pageFaults(page), ...pageFaults(other)]).toEqual([]);
  });

  it("lists what is missing or wrong, each a link to its field", async () => {
    const page = await employerPage("/workspace/training-plans/new");
    await page.getByLabel("培训名称").fill("短");
    await typeDate(page, "开始日期", `${year + 1}-01-05`);
    await page.getByRole("button", { name: "提交审核" }).click();
    const summary = page.getByTestId("error-summary");
    for (const text of [
      "至少2个字",
      `日期应在${year}年度内`,
      "请选择结束日期",
      "请填写计划人数",
      "请填写师资",
    ])
      await summary.getByText(text).first().waitFor();
    await summary.getByText("请填写师资").click();
    expect(await page.getByLabel("师资").evaluate((element) => element === document.activeElement)).toBe(
      true,
    );
    expect(await findings(page)).toEqual([]);
  });

  it("is corrected after a rejection, amended and completed after its approval", async () => {
    const name = `岗位能力培训（示例）${Date.now()}`;
    const page = await employerPage("/workspace/training-plans/new");
    await fillPlan(page, name);
    await page.getByRole("button", { name: "提交审核" }).click();
    await page.getByText("培训计划已提交").waitFor();
    const { rows } = await employer.ok(listTrainingPlans, {});
    const plan = rows.find((row) => row.name === name);
    const authority = await signedIn(stage.url, "authority", "authority");
    await decide("reject", plan?.number ?? "", [authority]);

    await page.goto(`/workspace/training-plans/${plan?.id}`);
    await page.getByText("课程表不完整").first().waitFor();
    await page.getByRole("button", { name: "修改重新提交" }).click();
    await page.getByLabel("计划学时").fill("30");
    await page.getByRole("button", { name: "重新提交" }).click();
    await page.getByText("培训计划已提交").waitFor();
    const bureau = await signedIn(stage.url, "bureau", "city-bureau");
    await decide("approve", plan?.number ?? "", [authority, bureau]);

    await page.goto(`/workspace/training-plans/${plan?.id}`);
    await page.getByRole("button", { name: "变更计划" }).click();
    await page.getByLabel("地点").waitFor();
    expect(await page.getByLabel("计划学时").inputValue()).toBe("30");
    await page.goBack();
    await page.getByRole("button", { name: "完成计划" }).click();
    await dialog(page).getByRole("button", { name: "已完成" }).click();
    await page.getByText("已完成", { exact: true }).first().waitFor();
    await page.goto("/workspace/training-plans");
    await choose(page, "状态", "已完成");
    await page.getByRole("button", { name: "查询" }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get("status")).toBe("completed");
    await page.getByText(name).waitFor();
  });

  it("is not there for whoever may not plan", async () => {
    const page = await stage.visitor();
    await signIn(page, "bureau", "city-bureau");
    expect(await page.getByRole("link", { name: "单位培训计划" }).count()).toBe(0);
    await page.goto("/workspace/training-plans");
    await page.getByText("没有「单位培训计划」的权限", { exact: false }).waitFor();
  });
});
