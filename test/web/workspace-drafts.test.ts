import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../src/shared/api-client.ts";
import { createDraft, deleteDraft, getDraft, listDrafts } from "../../src/shared/contracts/drafts.ts";
import { fillLogin, openStage, pageFaults, shown, signIn, type Stage } from "./support.ts";
import { demonstrationPassword, tileOf } from "../../src/server/seeds/demonstration-people.ts";
import { dialog, findings, recentPeriod, serviceEvidence, signedIn } from "./workspace-support.ts";

/** Drafts of declarations as their owner meets them (DEC-14). The demonstration's accountant has none of his own. */

let stage: Stage;
let owner: ApiClient;
beforeAll(async () => {
  stage = await openStage();
  owner = await signedIn(stage.url, "professional", "accountant");
});
afterEach(async () => {
  const { rows } = await owner.ok(listDrafts, { kind: "declaration" });
  for (const { id } of rows) await owner.ok(deleteDraft, { id });
});
afterAll(async () => {
  await stage.close();
});

async function ownerPage(): Promise<Page> {
  const page = await stage.visitor();
  await signIn(page, "professional", "accountant");
  return page;
}

async function beginService(page: Page, title: string): Promise<void> {
  await page.goto("/workspace/declare");
  await page.getByRole("button", { name: /^12 / }).click();
  await titleField(page).fill(title);
}

const titleField = (page: Page) => page.getByLabel("标题", { exact: true });
const save = (page: Page) => page.getByRole("button", { name: "保存草稿" }).click();
const saved = (page: Page) => page.getByText(/^草稿已于 .* 保存，保留至 \d{4}-\d{2}-\d{2}$/).waitFor();
const drafts = (page: Page) => page.getByRole("region", { name: "我的草稿" });

/** Opens a draft until it is there: another window may save it next. */
async function open(page: Page, id: string, title: string): Promise<void> {
  await page.goto(`/workspace/declare?draft=${id}`);
  await expect.poll(() => titleField(page).inputValue(), { timeout: 30_000 }).toBe(title);
}

/** A draft that was left at another computer. */
async function keepDraft(title: string): Promise<string> {
  const content = JSON.stringify({ form: "12", title });
  return (await owner.ok(createDraft, { kind: "declaration", title, content })).id;
}

describe("我的草稿", () => {
  it("is saved at one computer, gone on with at another, and deleted by name", async () => {
    const office = await ownerPage();
    await beginService(office, "基层义诊（示例草稿）");
    await office.getByText("有未保存的修改").waitFor();
    await save(office);
    await saved(office);
    expect(await office.getByRole("button", { name: "保存草稿" }).isDisabled()).toBe(true);
    expect(await findings(office)).toEqual([]);

    const home = await ownerPage();
    await home.goto("/workspace/declare");
    await drafts(home).getByText("我的草稿（1）").waitFor();
    expect(await findings(home)).toEqual([]);
    await drafts(home)
      .getByRole("link", { name: /^继续填写.*基层义诊/ })
      .click();
    await home.getByText(/已恢复.*未提交的草稿/).waitFor();
    expect(await titleField(home).inputValue()).toBe("基层义诊（示例草稿）");
    await home.getByRole("button", { name: "保留草稿，另填一份" }).click();
    await drafts(home)
      .getByRole("button", { name: /^删除.*基层义诊/ })
      .click();
    expect(await dialog(home).textContent()).toContain("基层义诊（示例草稿）");
    await dialog(home).getByRole("button", { name: "删除", exact: true }).click();
    await drafts(home).waitFor({ state: "detached" });
    expect((await owner.ok(listDrafts, { kind: "declaration" })).rows).toEqual([]);
    expect([...pageFaults(office), ...pageFaults(home)]).toEqual([]);
  });

  it("of two windows the later one is told when the other saved, and may keep both", async () => {
    const id = await keepDraft("两个窗口");
    const [first, second] = [await ownerPage(), await ownerPage()];
    for (const page of [first, second]) await open(page, id, "两个窗口");
    await titleField(first).fill("先保存的");
    await save(first);
    await saved(first);
    await titleField(second).fill("后保存的");
    await save(second);
    await second.getByText(/已在其他窗口保存过（\d{4}-\d{2}-\d{2} \d{2}:\d{2}）/).waitFor();
    expect(await findings(second)).toEqual([]);
    await second.getByRole("button", { name: "另存为新草稿" }).click();
    await saved(second);
    const { rows } = await owner.ok(listDrafts, { kind: "declaration" });
    expect(rows.map(({ title }) => title.split("：")[1])).toEqual(["后保存的", "先保存的"]);

    await titleField(first).fill("又改了一次");
    const other = await owner.ok(getDraft, { id });
    await owner.ok(deleteDraft, { id: other.id });
    await save(first);
    await first.getByText(/草稿不存在，可能已提交、删除或过期/).waitFor();
    expect(await titleField(first).inputValue()).toBe("又改了一次");
  });

  it("opens what another window saved last when its owner wants that", async () => {
    const id = await keepDraft("旧标题");
    const [first, second] = [await ownerPage(), await ownerPage()];
    for (const page of [first, second]) await open(page, id, "旧标题");
    await titleField(first).fill("最新的标题");
    await save(first);
    await saved(first);
    await titleField(second).fill("要放弃的标题");
    await save(second);
    await second.getByRole("button", { name: "打开最新草稿，放弃此处修改" }).click();
    await expect.poll(() => titleField(second).inputValue()).toBe("最新的标题");
  });

  it("is gone with its submission, and says so to whoever opens it again", async () => {
    const period = recentPeriod(1);
    const content = {
      form: "12",
      title: "社区科普（示例）",
      startDate: period.start,
      endDate: period.end,
      facts: {
        activityName: `社区科普${Date.now()}`,
        organizerKind: "employer",
        organizer: "示例单位",
        days: 1,
      },
      evidence: await serviceEvidence(owner),
    };
    const { id } = await owner.ok(createDraft, {
      kind: "declaration",
      title: content.title,
      content: JSON.stringify(content),
      fileIds: content.evidence.map(({ fileId }) => fileId),
    });
    const page = await ownerPage();
    await page.goto(`/workspace/declare?draft=${id}`);
    await page.getByRole("button", { name: "下一步：核对" }).click();
    await page.getByRole("button", { name: "提交申报" }).click();
    await page.getByText("申报已提交").waitFor();
    await page.getByRole("button", { name: "继续申报" }).click();
    await page.getByRole("list", { name: "学习形式" }).waitFor();
    expect(await drafts(page).count()).toBe(0);
    await page.goto(`/workspace/declare?draft=${id}`);
    await page.getByText("草稿不存在，可能已提交、删除或过期").waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("link", { name: "重新填写" }).click();
    await page.getByRole("list", { name: "学习形式" }).waitFor();
  });

  it("loses nothing when the session ends in the middle of the form", async () => {
    const page = await ownerPage();
    await beginService(page, "会话中断的申报");
    await page.context().clearCookies();
    await save(page);
    await page.getByLabel("登录账户").waitFor();
    await page.getByRole("radio", { name: "专业技术人员", exact: true }).check({ force: true });
    await fillLogin(page, tileOf("accountant").idNumber, demonstrationPassword);
    await page.getByText(/已恢复.*未提交的草稿/).waitFor();
    expect(await titleField(page).inputValue()).toBe("会话中断的申报");
    await save(page);
    await saved(page);
  });

  it("says why it could not be saved, keeps what was typed and saves it afterwards", async () => {
    const page = await ownerPage();
    await beginService(page, "网络中断的申报");
    await page.route("**/api/drafts", (route) => route.abort());
    await save(page);
    await page.getByText(/草稿未能保存：服务器没有应答/).waitFor();
    await page.getByRole("link", { name: "年度完成情况" }).first().click();
    await dialog(page)
      .getByText(/只保留在这台电脑的浏览器中/)
      .waitFor();
    await dialog(page).getByRole("button", { name: "继续填写" }).click();
    await page.unroute("**/api/drafts");
    await page.getByRole("button", { name: "重新保存" }).click();
    await saved(page);
    await page.getByRole("link", { name: "年度完成情况" }).first().click();
    expect(await shown(page.getByRole("heading", { level: 1, name: "年度完成情况" }))).toBe(true);
  });
});
