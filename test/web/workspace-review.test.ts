import { readFile } from "node:fs/promises";
import ExcelJS from "exceljs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../src/shared/api-client.ts";
import { openStage, pageFaults, screenshot, signIn, type Stage } from "./support.ts";
import {
  declareService,
  dialog,
  findings,
  listedTotal,
  signedIn,
  type Declared,
} from "./workspace-support.ts";

let stage: Stage;
let professional: ApiClient;
beforeAll(async () => {
  stage = await openStage();
  professional = await signedIn(stage.url, "professional", "professional");
});
afterAll(async () => {
  await stage.close();
});

let serial = 0;
/** A fresh declaration that waits at the employer. */
function declare(): Promise<Declared> {
  serial += 1;
  return declareService(professional, `社区义诊服务第${serial}场（示例）`);
}

async function openTasks(page: Page, address = "/workspace/tasks?pageSize=200"): Promise<void> {
  await page.goto(address);
  await page.getByRole("heading", { level: 1, name: "待办事项" }).waitFor();
  await page.locator(".ant-pagination-total-text").first().waitFor();
}

/** Opens a task by its number and waits for all that a decision needs. */
async function openDrawer(page: Page, number: string): Promise<void> {
  await page.getByRole("button", { name: `办理${number}` }).click();
  await page.getByText("学时计算与依据").waitFor();
}

async function approveInDrawer(page: Page): Promise<void> {
  await page.locator(".ant-drawer-footer").getByRole("button", { name: "通过", exact: true }).click();
}

describe("待办", () => {
  it("opens with every count exactly the items that it counts (NAV-09, APR-09)", async () => {
    const page = await stage.visitor();
    await declare();
    await signIn(page, "employer", "employer");
    await openTasks(page);
    expect(await findings(page)).toEqual([]);
    await screenshot(page, "todo");
    for (const group of ["流程", "认证年度"]) {
      const chips = page.getByRole("group", { name: group }).getByRole("button");
      for (let index = 0; index < (await chips.count()); index += 1) {
        const chip = chips.nth(index);
        const count = Number(/(\d+)$/.exec((await chip.textContent()) ?? "")?.[1]);
        await chip.click();
        await expect.poll(() => listedTotal(page)).toBe(count);
      }
    }
    const all = page.getByRole("tab", { name: /^待办/ });
    const total = Number(/\((\d+)\)/.exec((await all.textContent()) ?? "")?.[1]);
    await page.getByRole("group", { name: "流程" }).getByRole("button").first().click();
    await expect.poll(() => listedTotal(page)).toBe(total);
    expect(pageFaults(page)).toEqual([]);
  });

  it("exports exactly what the list's filters find, and nothing to a professional (AUD-08)", async () => {
    const page = await stage.visitor();
    await declare();
    await signIn(page, "employer", "employer");
    await openTasks(page, "/workspace/tasks?processKey=declaration");
    const shown = await listedTotal(page);
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "导出" }).click();
    await page.getByText("已导出，导出操作已记入审计").waitFor();
    const download = await saved;
    expect(download.suggestedFilename()).toMatch(/^待办事项-\d{4}-\d{2}-\d{2}\.xlsx$/);
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.readFile(await download.path());
    expect((workbook.worksheets[0]?.rowCount ?? 0) - 1).toBe(shown);
    const own = await stage.visitor();
    await signIn(own, "professional", "professional");
    await own.goto("/workspace/tasks?box=done");
    await own.getByRole("heading", { level: 2, name: "已办列表" }).waitFor();
    expect(await own.getByRole("button", { name: "导出" }).count()).toBe(0);
  });

  it("shows a declaration with its trace, evidence, year and history, and is decided by keyboard alone", async () => {
    const { number } = await declare();
    const page = await stage.visitor();
    await signIn(page, "employer", "employer");
    await openTasks(page);
    await page.getByRole("button", { name: `办理${number}` }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("学时计算与依据").waitFor();
    await page
      .getByText(/服务基层.*6 学时|1 天/)
      .first()
      .waitFor();
    await page
      .getByRole("button", { name: /活动通知\.pdf/ })
      .first()
      .waitFor();
    await page
      .getByText(/年度完成情况/)
      .last()
      .waitFor();
    await page.getByText("流转记录与以往意见").waitFor();
    expect(await findings(page)).toEqual([]);
    await screenshot(page, "task");
    const opinion = page.getByRole("textbox", { name: "审批意见" });
    await opinion.focus();
    await page.keyboard.type("情况属实");
    const approve = page.locator(".ant-drawer-footer").getByRole("button", { name: "通过", exact: true });
    for (let step = 0; step < 10; step += 1) {
      await page.keyboard.press("Tab");
      if (await approve.evaluate((element) => element === document.activeElement)) break;
    }
    await page.keyboard.press("Enter");
    await page.getByText(`${number} 已通过`).waitFor();
    await expect.poll(() => page.getByRole("button", { name: `办理${number}` }).count()).toBe(0);
    await page.getByRole("tab", { name: "已办" }).click();
    await page.getByRole("button", { name: `查看${number}` }).waitFor();
    expect(await findings(page)).toEqual([]);
    expect(pageFaults(page)).toEqual([]);
  });

  it("says who decided and when if somebody else was first (APR-14)", async () => {
    const { number } = await declare();
    const first = await stage.visitor();
    const second = await stage.visitor();
    await signIn(first, "employer", "employer");
    await signIn(second, "employer", "employer");
    await openTasks(first);
    await openDrawer(first, number);
    await openTasks(second);
    await openDrawer(second, number);
    await approveInDrawer(second);
    await second.getByText(`${number} 已通过`).waitFor();
    await approveInDrawer(first);
    const conflict = await first.getByTestId("conflict").textContent();
    expect(conflict).toMatch(/该事项已由 .+ 于 \d{4}-\d{2}-\d{2} \d{2}:\d{2} 办理（通过）/);
    await expect.poll(() => first.locator(".ant-drawer-footer").count()).toBe(0);
  });
});

describe("批量办理", () => {
  it("decides what is chosen across pages, reports each failure, and exports the failures", async () => {
    const declared = [await declare(), await declare(), await declare()];
    const page = await stage.visitor();
    await signIn(page, "employer", "employer");
    await openTasks(page, "/workspace/tasks?processKey=declaration&pageSize=200");
    for (const { number } of declared) await page.getByRole("checkbox", { name: `选择${number}` }).check();
    await page.getByTestId("selected-count").getByText("3").waitFor();
    const other = await stage.visitor();
    await signIn(other, "employer", "employer");
    await openTasks(other);
    const [taken] = declared;
    if (taken === undefined) throw new Error("nothing declared");
    await openDrawer(other, taken.number);
    await approveInDrawer(other);
    await other.getByText(`${taken.number} 已通过`).waitFor();

    await page.getByRole("button", { name: "批量通过" }).click();
    await dialog(page).getByText(taken.number).waitFor();
    await dialog(page).getByRole("button", { name: "通过 3 项" }).click();
    await page.getByTestId("batch-result").getByText("成功 2 条，失败 1 条").waitFor();
    await dialog(page)
      .getByText(/该事项已由 .+ 于 .+ 办理（通过）/)
      .waitFor();
    expect(await findings(page)).toEqual([]);
    await screenshot(page, "batch-result");
    const download = page.waitForEvent("download");
    await dialog(page).getByRole("button", { name: "导出失败清单" }).click();
    const csv = await readFile(await (await download).path(), "utf8");
    expect(csv.split("\r\n")).toHaveLength(2);
    expect(csv).toContain(taken.number);
    await dialog(page).getByRole("button", { name: "知道了" }).click();
    expect(pageFaults(page)).toEqual([]);
  });

  it("does not reject without a reason; the applicant reads it, corrects and sends again", async () => {
    const { id, number } = await declare();
    const page = await stage.visitor();
    await signIn(page, "employer", "employer");
    await openTasks(page);
    await page.getByRole("checkbox", { name: `选择${number}` }).check();
    await page.getByRole("button", { name: "批量驳回" }).click();
    await dialog(page).getByRole("button", { name: "驳回 1 项" }).click();
    await dialog(page).getByText("驳回须填写原因").waitFor();
    await dialog(page).getByRole("button", { name: "证明材料不清晰，请重新扫描上传。" }).click();
    await dialog(page).getByRole("button", { name: "驳回 1 项" }).click();
    await page.getByTestId("batch-result").getByText("成功 1 条，失败 0 条").waitFor();

    const applicant = await stage.visitor();
    await signIn(applicant, "professional", "professional");
    await applicant.goto(`/workspace/declarations?status=rejected&q=${number}`);
    await applicant.getByRole("link", { name: `${number}详细` }).click();
    await applicant.getByText(/审核意见：证明材料不清晰/).waitFor();
    await applicant.getByRole("button", { name: "修改重新提交" }).click();
    await applicant.getByRole("heading", { level: 1, name: "修改后重新提交" }).waitFor();
    const title = applicant.getByLabel("标题", { exact: true });
    await title.fill("更正后的标题");
    await applicant.getByRole("button", { name: "下一步：核对" }).click();
    await applicant.getByRole("button", { name: "重新提交" }).click();
    await applicant.getByText("已重新提交，将从第一级重新审核").waitFor();
    await applicant.waitForURL(`**/workspace/declarations/${id}`);
    await applicant.getByText("更正后的标题").first().waitFor();
    await applicant.getByText("待审核").first().waitFor();
    expect(pageFaults(applicant)).toEqual([]);
  });
});

describe("流程实例", () => {
  it("shows who holds it with a phone, the coloured diagram with the bpmn.io mark, and the history", async () => {
    const { number } = await declare();
    const page = await stage.visitor();
    await signIn(page, "employer", "employer");
    await openTasks(page);
    await page.getByRole("link", { name: `${number}的流程图` }).click();
    await page.getByRole("heading", { level: 1, name: `流程实例 ${number}` }).waitFor();
    await page
      .getByText(/联系电话/)
      .first()
      .waitFor();
    await page.getByRole("tab", { name: "流程图" }).click();
    await page.locator(".instance-diagram .is-active").first().waitFor();
    expect(await page.locator(".instance-diagram .is-done").count()).toBeGreaterThan(0);
    await page.locator(".instance-overlay").getByText(/停留/).waitFor();
    expect(await page.locator(".bjs-powered-by").isVisible()).toBe(true);
    expect(await findings(page)).toEqual([]);
    await screenshot(page, "instance");
    await page.getByRole("tab", { name: "流转记录" }).click();
    await page.getByText("提交", { exact: false }).last().waitFor();
    await page.reload();
    await page.getByRole("tab", { name: "流转记录", selected: true }).waitFor();
    expect(pageFaults(page)).toEqual([]);
  });
});
