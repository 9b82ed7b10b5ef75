import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getSession } from "../../src/shared/contracts/accounts.ts";
import { getApplication, listApplications } from "../../src/shared/contracts/applications.ts";
import { withdrawDeclaration } from "../../src/shared/contracts/declaration-changes.ts";
import { addDepartment } from "../../src/shared/contracts/departments.ts";
import { getPerson } from "../../src/shared/contracts/people.ts";
import { releasePeople, transferData } from "../../src/shared/contracts/transfers.ts";
import type { ApiClient } from "../../src/shared/api-client.ts";
import { choose, enterAs, openStage, pageFaults, signIn, type Stage } from "./support.ts";
import {
  choosePeople,
  companyClient,
  companyName,
  declareService,
  dialog,
  findings,
  hospitalAdministrator,
  newProfessional,
  type Professional,
  scan,
  signedIn,
  unitNamed,
} from "./workspace-support.ts";

/** 人员调出 by the unit that people leave, one or many at a time (TRF-01, TRF-03, TRF-04, AUD-09). */

let stage: Stage;
let hospital: ApiClient;

beforeAll(async () => {
  stage = await openStage();
  hospital = await signedIn(stage.url, "employer", "employer");
});
afterAll(() => stage.close());

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });
const submit = (page: Page) => page.getByRole("button", { name: "提交转出申请" }).click();

async function openRelease(): Promise<Page> {
  const page = await stage.visitor();
  await signIn(page, "employer", "employer");
  await page.getByRole("link", { name: "人员调出" }).first().click();
  await heading(page, "人员调出").waitFor();
  return page;
}

const pick = (page: Page, ...people: Professional[]) => choosePeople(page, "选择调出人员", people);

async function fill(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^新单位：/ }).click();
  await dialog(page).getByRole("searchbox", { name: "名称" }).fill(companyName);
  await page.keyboard.press("Enter");
  await dialog(page)
    .getByRole("button", { name: `选择${companyName}` })
    .click();
  await dialog(page).waitFor({ state: "hidden" });
  await page.getByLabel("调转原因").fill("工作调动");
}

async function send(page: Page): Promise<void> {
  await submit(page);
  await dialog(page).getByRole("button", { name: "确认提交" }).click();
}

async function transfersOf({ client }: Professional) {
  return (await client.ok(listApplications, { kind: "transfer" })).rows;
}

/** A colleague releases him first. */
async function release({ client }: Professional): Promise<void> {
  const { personId } = await client.ok(getSession, {});
  const to = { kind: "unit" as const, organizationId: (await unitNamed(hospital, companyName)).id };
  await hospital.ok(releasePeople, { personIds: [personId ?? ""], to, reason: "工作调动" });
}

describe("人员调出", () => {
  it("is filled in for several people, confirmed by name, sent once, and found in the records", async () => {
    const first = await newProfessional(stage.url, 471);
    const second = await newProfessional(stage.url, 472);
    const page = await openRelease();
    expect(await findings(page)).toEqual([]);
    await submit(page);
    const summary = page.getByTestId("error-summary");
    for (const text of ["调出人员：请选择调出人员", "新单位：请选择新单位", "调转原因：请填写调转原因"])
      await summary.getByText(text).waitFor();
    // It stands above the form, not beside it.
    const left = (box: Locator) => box.evaluate((element) => element.getBoundingClientRect().left);
    expect(await left(summary)).toBe(await left(page.locator("form#release")));
    await summary.getByText("调出人员：请选择调出人员").click();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent))
      .toContain("选择调出人员");
    await page.keyboard.press("Enter");
    await dialog(page).getByText("选择调出人员").first().waitFor();
    expect(await findings(page)).toEqual([]);
    await dialog(page).getByRole("button", { name: "取消" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    await pick(page, first, second);
    await page.getByRole("button", { name: `移除${second.name}` }).click();
    await pick(page, second);
    await fill(page);
    await page.getByLabel("选择调转证明").setInputFiles(scan("调令.pdf"));
    await page.getByRole("link", { name: "调令.pdf" }).waitFor();
    expect(await findings(page)).toEqual([]);

    await submit(page);
    const asked = await dialog(page).textContent();
    for (const text of [first.name, second.name, `调往「${companyName}」`]) expect(asked).toContain(text);
    await dialog(page).getByRole("button", { name: "再看看" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    expect(await transfersOf(first)).toEqual([]);
    await submit(page);
    await dialog(page).getByRole("button", { name: "确认提交" }).dblclick();
    await page.getByText("转出申请已提交 2 人，未提交 0 人").waitFor();
    expect(await findings(page)).toEqual([]);
    for (const person of [first, second]) {
      const [made, ...more] = await transfersOf(person);
      expect(more).toEqual([]);
      expect(made).toMatchObject({ statusName: "待新单位审核", counterpartName: companyName });
      const { data, attachments } = await hospital.ok(getApplication, { id: made?.id ?? "" });
      expect(transferData.parse(data)).toMatchObject({ way: "employer", reason: "工作调动" });
      expect(attachments).toMatchObject([{ key: "proof", name: "调令.pdf" }]);
    }
    await page.getByRole("button", { name: "查看调转记录" }).click();
    await heading(page, "申请记录").waitFor();
    await page.getByText(new RegExp(`^${first.name}：`)).waitFor();
    expect(pageFaults(page)).toEqual([]);
  });

  it("is confirmed by the new unit, into one of its departments", async () => {
    const person = await newProfessional(stage.url, 470);
    const company = await companyClient(stage.url);
    const { name: department } = await company.ok(addDepartment, { name: `示例研发部${Date.now()}` });
    await release(person);
    const [made] = await transfersOf(person);
    const page = await stage.visitor();
    await enterAs(page, company);
    await page.getByRole("link", { name: "人员调转" }).first().click();
    await page.getByRole("button", { name: `办理${made?.number}` }).click();
    await choose(page, "所属部门", department);
    expect(await findings(page)).toEqual([]);
    await page.getByRole("dialog").getByRole("button", { name: "通过" }).click();
    await page.getByText(`${made?.number} 已通过`).waitFor();
    const { personId } = await person.client.ok(getSession, {});
    const moved = await person.client.ok(getPerson, { id: personId ?? "" });
    expect(moved).toMatchObject({ organizationName: companyName, departmentName: department });
    expect(pageFaults(page)).toEqual([]);
  });

  it("says for whom it failed and why, and is sent once more for them alone", async () => {
    const [free, taken, blocked] = [
      await newProfessional(stage.url, 473),
      await newProfessional(stage.url, 474),
      await newProfessional(stage.url, 475),
    ];
    const { id } = await declareService(blocked.client, "下基层服务");
    const page = await openRelease();
    await pick(page, free, taken, blocked);
    await fill(page);
    await release(taken);
    await send(page);
    await page.getByText("转出申请已提交 1 人，未提交 2 人").waitFor();
    await page
      .getByRole("row", { name: taken.name })
      .getByText(/有办理中的人员调转/)
      .waitFor();
    const why = page
      .getByRole("row", { name: blocked.name })
      .getByRole("link", { name: "未办结的学时申报（1项）" });
    await why.waitFor();
    expect(await findings(page)).toEqual([]);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "导出失败清单" }).click();
    expect((await download).suggestedFilename()).toBe("人员调出失败清单.csv");

    await blocked.client.ok(withdrawDeclaration, { id });
    await page.getByRole("button", { name: "修改后重新提交未成功的 2 人" }).click();
    await page.getByRole("button", { name: `移除${taken.name}` }).click();
    expect(await page.getByRole("button", { name: `移除${free.name}` }).count()).toBe(0);
    expect(await page.getByLabel("调转原因").inputValue()).toBe("工作调动");
    await send(page);
    await page.getByText("转出申请已提交 1 人，未提交 0 人").waitFor();
    expect(await transfersOf(blocked)).toMatchObject([{ statusName: "待新单位审核" }]);
    await page.getByRole("button", { name: "继续调出其他人员" }).click();
    await page.getByText("已选 0 人").waitFor();
    expect(pageFaults(page)).toEqual([]);
  });

  it("is done with nothing but 人员调转: people by ID number, and no link to what may not be opened", async () => {
    const person = await newProfessional(stage.url, 476);
    await declareService(person.client, "下基层服务");
    const page = await stage.visitor();
    await enterAs(page, await hospitalAdministrator(stage.url, 477, ["transfers:manage"]));
    await page.goto("/workspace/transfers/release");
    await page.getByRole("button", { name: "选择调出人员" }).click();
    const look = dialog(page).getByRole("search", { name: "按身份证号码查找" });
    await look.getByLabel("身份证号码").fill(person.idNumber);
    await page.keyboard.press("Enter");
    await dialog(page).getByText(`已添加：${person.name}`).waitFor();
    expect(await findings(page)).toEqual([]);
    await dialog(page).getByRole("button", { name: "确定" }).click();
    await fill(page);
    await send(page);
    await page.getByText("转出申请已提交 0 人，未提交 1 人").waitFor();
    await page.getByText("未办结的学时申报（1项），请由有权限的管理员办结").waitFor();
    expect(await page.getByRole("link", { name: /未办结的学时申报/ }).count()).toBe(0);
    expect(await findings(page)).toEqual([]);
  });

  it("asks before it is left unsent, and keeps what was filled in when the server has no answer", async () => {
    const person = await newProfessional(stage.url, 478);
    const page = await openRelease();
    await pick(page, person);
    await fill(page);
    await page.route("**/api/transfer-releases", (route) => route.abort());
    await send(page);
    await page.getByTestId("error-summary").getByText("服务器没有应答，请检查网络后重试").waitFor();
    await page.unroute("**/api/transfer-releases");
    await page.getByRole("link", { name: "工作台" }).first().click();
    await dialog(page).getByText("内容尚未提交，离开后已填写的内容将丢失。").waitFor();
    await dialog(page).getByRole("button", { name: "继续填写" }).click();
    await send(page);
    await page.getByText("转出申请已提交 1 人，未提交 0 人").waitFor();
    expect(await transfersOf(person)).toHaveLength(1);
  });

  it("is for units with people, and for whoever may", async () => {
    const page = await stage.visitor();
    await signIn(page, "bureau", "city-bureau");
    expect(await page.getByRole("link", { name: "人员调出" }).count()).toBe(0);
    await page.goto("/workspace/transfers/release");
    await heading(page, "没有权限").waitFor();
    const other = await stage.visitor();
    await enterAs(other, await hospitalAdministrator(stage.url, 479, ["people:query"]));
    await other.goto("/workspace/transfers/release");
    await other.getByText("当前角色没有「人员调转」的权限").waitFor();
    expect(await findings(other)).toEqual([]);
  });
});
