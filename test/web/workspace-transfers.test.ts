import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withdrawDeclaration } from "../../src/shared/contracts/declaration-changes.ts";
import { getApplication, listApplications } from "../../src/shared/contracts/applications.ts";
import { getSession } from "../../src/shared/contracts/accounts.ts";
import { setTalentPool } from "../../src/shared/contracts/organizations.ts";
import { getPerson } from "../../src/shared/contracts/people.ts";
import { acceptTransfer, releasePeople, transferData } from "../../src/shared/contracts/transfers.ts";
import type { ApiClient } from "../../src/shared/api-client.ts";
import { enterAs, openStage, pageFaults, signIn, type Stage } from "./support.ts";
import {
  approve,
  companyClient,
  companyName,
  declareService,
  dialog,
  findings,
  hospitalName,
  newProfessional,
  type Professional,
  scan,
  signedIn,
  unitNamed,
} from "./workspace-support.ts";

/** 单位调转 by the person himself, and his objection to one that his unit asked for (TRF-01 – TRF-16, PER-05). */

let stage: Stage;
let hospital: ApiClient;

beforeAll(async () => {
  stage = await openStage();
  hospital = await signedIn(stage.url, "employer", "employer");
});
afterAll(() => stage.close());

const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name });
const submit = (page: Page) => page.getByRole("button", { name: "提交申请" }).click();
const confirm = (page: Page) => dialog(page).getByRole("button", { name: "确认提交" }).click();

async function send(page: Page): Promise<void> {
  await submit(page);
  await confirm(page);
}

async function openForm({ client }: Professional): Promise<Page> {
  const page = await stage.visitor();
  await enterAs(page, client);
  await page.getByRole("link", { name: "单位调转" }).first().click();
  await heading(page, "单位调转").waitFor();
  return page;
}

async function pickUnit(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: /^新单位：/ }).click();
  await dialog(page).getByRole("searchbox", { name: "名称" }).fill(name);
  await page.keyboard.press("Enter");
  await dialog(page)
    .getByRole("button", { name: `选择${name}` })
    .click();
  await dialog(page).waitFor({ state: "hidden" });
}

async function fill(page: Page): Promise<void> {
  await pickUnit(page, companyName);
  await page.getByLabel("调转原因").fill("受聘于新单位");
}

/** The person's transfers as the API has them, newest first. */
async function transfersOf({ client }: Professional) {
  return (await client.ok(listApplications, { kind: "transfer" })).rows;
}

/** His unit asks for his transfer. */
async function release({ client }: Professional): Promise<void> {
  const { personId } = await client.ok(getSession, {});
  const to = { kind: "unit" as const, organizationId: (await unitNamed(hospital, companyName)).id };
  await hospital.ok(releasePeople, { personIds: [personId ?? ""], to, reason: "工作调动" });
}

async function unitOf({ client }: Professional): Promise<string> {
  const { personId } = await client.ok(getSession, {});
  return (await client.ok(getPerson, { id: personId ?? "" })).organizationName;
}

describe("单位调转", () => {
  it("is filled in, confirmed by name, sent once, followed and withdrawn", async () => {
    const person = await newProfessional(stage.url, 411);
    const page = await openForm(person);
    await page.getByText("提交单位调转申请后，在此查看办理情况").waitFor();
    await submit(page);
    const summary = page.getByTestId("error-summary");
    await summary.getByText("调转原因：请填写调转原因").waitFor();
    await summary.getByText("新单位：请选择新单位").click();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label")))
      .toMatch(/^新单位/);
    await pickUnit(page, hospitalName);
    await page.getByText("调入单位不能是目前所在单位").first().waitFor();
    expect(await findings(page)).toEqual([]);
    await fill(page);
    await page.getByLabel("选择调转证明").setInputFiles(scan("聘用合同.pdf"));
    await page.getByRole("link", { name: "聘用合同.pdf" }).waitFor();

    await submit(page);
    await dialog(page).getByText(`申请从「${hospitalName}」调往「${companyName}」？`).last().waitFor();
    await dialog(page).getByRole("button", { name: "再看看" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    expect(await transfersOf(person)).toEqual([]);
    await send(page);
    await page.getByText("单位调转申请已提交").waitFor();
    await page.getByText(`现由「${hospitalName}」办理`).waitFor();
    expect(await findings(page)).toEqual([]);
    const [made] = await transfersOf(person);
    expect(made).toMatchObject({
      status: "pending",
      statusName: "待原单位审核",
      counterpartName: companyName,
    });
    const { attachments, data } = await person.client.ok(getApplication, { id: made?.id ?? "" });
    expect(attachments).toMatchObject([{ key: "proof", name: "聘用合同.pdf" }]);
    expect(data).toMatchObject({ way: "person", reason: "受聘于新单位" });

    await page.getByRole("button", { name: "查看办理进度" }).click();
    await page.getByText("您有办理中的人员调转，完成或撤回后才能提交申报或其他申请").waitFor();
    await page.getByRole("link", { name: "流程图与流转记录" }).click();
    await heading(page, /^流程实例/).waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "撤回" }).click();
    expect(await dialog(page).textContent()).toContain(`${person.name}：${hospitalName} → ${companyName}`);
    await dialog(page).getByRole("button", { name: "撤回" }).click();
    await page.getByRole("button", { name: "提交申请" }).waitFor();
    await page.getByRole("region", { name: "调转记录" }).getByText("已撤回").waitFor();
    expect(await transfersOf(person)).toMatchObject([{ id: made?.id, status: "withdrawn" }]);
    expect(pageFaults(page)).toEqual([]);
  });

  it("lists what has to be finished first, each a link to where that is done", async () => {
    const person = await newProfessional(stage.url, 412);
    const { id } = await declareService(person.client, "下基层服务");
    const page = await openForm(person);
    await page.getByText("有未办结的事项，暂不能办理").waitFor();
    expect(await page.getByRole("button", { name: "提交申请" }).isDisabled()).toBe(true);
    expect(await findings(page)).toEqual([]);
    await page.getByRole("link", { name: "未办结的学时申报（1项）" }).click();
    await heading(page, "申报进度查询").waitFor();
    await page.getByText("共 1 条").waitFor();
    await page.goBack();
    await page.getByText("有未办结的事项，暂不能办理").waitFor();
    await person.client.ok(withdrawDeclaration, { id });
    await page.getByRole("button", { name: "已办结，重新核对" }).click();
    await page.getByText("有未办结的事项，暂不能办理").waitFor({ state: "detached" });
    await fill(page);
    // Meanwhile something else has begun.
    const later = await declareService(person.client, "下基层服务");
    await send(page);
    await page.getByTestId("error-summary").getByText("有未办结的事项，暂不能办理：").waitFor();
    await page.getByRole("link", { name: "未办结的学时申报（1项）" }).waitFor();
    // What was filled in is still there.
    expect(await page.getByLabel("调转原因").inputValue()).toBe("受聘于新单位");
    expect(await transfersOf(person)).toEqual([]);
    await person.client.ok(withdrawDeclaration, { id: later.id });
    await page.getByRole("button", { name: "已办结，重新核对" }).click();
    await page
      .locator("#main")
      .getByText(/有未办结的事项/)
      .first()
      .waitFor({ state: "detached" });
    await send(page);
    await page.getByText("单位调转申请已提交").waitFor();
    expect(await transfersOf(person)).toHaveLength(1);
  });

  it("says that the unit was first, and takes the person's objection to it", async () => {
    const person = await newProfessional(stage.url, 413);
    const page = await openForm(person);
    await fill(page);
    await release(person);
    await send(page);
    await page
      .locator(".ant-message")
      .getByText(/有办理中的人员调转/)
      .waitFor();
    await page.getByText(/单位已为您申请人员调转。如有异议，请于 .* 前（含当日）提出/).waitFor();
    expect(await page.getByRole("button", { name: "撤回" }).count()).toBe(0);
    expect(await findings(page)).toEqual([]);
    await page.getByRole("button", { name: "提出异议" }).click();
    await dialog(page).getByRole("button", { name: "提出异议" }).click();
    await page.getByText("请填写异议原因", { exact: true }).waitFor();
    await dialog(page).getByLabel("异议原因").fill("本人没有调动意愿");
    await dialog(page).getByRole("button", { name: "提出异议" }).click();
    await page.getByText(/本人已于 .* 提出异议：本人没有调动意愿/).waitFor();
    expect(await page.getByRole("button", { name: "提出异议" }).count()).toBe(0);
    const [transfer] = await transfersOf(person);
    const { data, canObject } = await person.client.ok(getApplication, { id: transfer?.id ?? "" });
    expect(transferData.parse(data).objection).toMatchObject({ reason: "本人没有调动意愿" });
    expect(canObject).toBe(false);
    expect(pageFaults(page)).toEqual([]);
  });

  it("takes the objection also after the new unit has confirmed", async () => {
    const person = await newProfessional(stage.url, 416);
    await release(person);
    const [made] = await transfersOf(person);
    await (await companyClient(stage.url)).ok(acceptTransfer, { id: made?.id ?? "" });
    const page = await openForm(person);
    await page.getByText("已完成的调转").waitFor();
    await page.getByText(/如有异议，请于 .* 前（含当日）提出/).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("button", { name: "提出异议" }).click();
    await dialog(page).getByLabel("异议原因").fill("本人没有调动意愿");
    await dialog(page).getByRole("button", { name: "提出异议" }).click();
    await page.getByText("已完成的调转").waitFor({ state: "detached" });
    const { data } = await person.client.ok(getApplication, { id: made?.id ?? "" });
    expect(transferData.parse(data).objection).toMatchObject({ reason: "本人没有调动意愿" });
  });

  it("leads to the new unit; the old one finds it in its records", async () => {
    const person = await newProfessional(stage.url, 414);
    const page = await openForm(person);
    await fill(page);
    await send(page);
    await page.getByText("单位调转申请已提交").waitFor();
    const [made] = await transfersOf(person);
    const id = made?.id ?? "";
    await approve(hospital, made?.number ?? "");
    await page.getByRole("button", { name: "查看办理进度" }).click();
    await page.getByText("待新单位审核").first().waitFor();
    // The new unit is faster than the person who changes his mind.
    await page.getByRole("button", { name: "撤回" }).click();
    await (await companyClient(stage.url)).ok(acceptTransfer, { id });
    await dialog(page).getByRole("button", { name: "撤回" }).click();
    await page
      .locator(".ant-message")
      .getByText(/不能撤回/)
      .waitFor();
    await page.getByRole("region", { name: "调转记录" }).getByText("已完成").waitFor();
    await page.getByText(companyName, { exact: true }).waitFor();
    expect(await unitOf(person)).toBe(companyName);

    const other = await stage.visitor();
    await signIn(other, "employer", "employer");
    await other.getByRole("link", { name: "调转记录" }).first().click();
    await heading(other, "申请记录").waitFor();
    await other.getByRole("link", { name: made?.number ?? "", exact: true }).click();
    await heading(other, `人员调转 ${made?.number}`).waitFor();
    await other.getByText("受聘于新单位").waitFor();
    expect(await other.getByRole("button", { name: "撤回" }).count()).toBe(0);
    expect(await findings(other)).toEqual([]);
    expect([...pageFaults(page), ...pageFaults(other)]).toEqual([]);
  });

  it("goes out of the province, or to a region's 人才中心 where there is one", async () => {
    const person = await newProfessional(stage.url, 415);
    const page = await openForm(person);
    await page.getByRole("radio", { name: "人才中心（暂无用人单位）" }).check({ force: true });
    await page.getByLabel("人才中心所属区域").click();
    await page.getByRole("menuitemcheckbox", { name: "河南省" }).click();
    await page.keyboard.press("Escape");
    await page.getByText("所属区域尚未设立人才中心，请联系所属区域人社部门").waitFor();
    await page.getByRole("radio", { name: "调出省外" }).check({ force: true });
    await submit(page);
    await page.getByTestId("error-summary").getByText("请填写调出省外的去向").waitFor();
    await page.getByLabel("调出省外的去向").fill("山西省太原市示例医院");
    await page.getByLabel("调转原因").fill("随家属迁居");
    expect(await findings(page)).toEqual([]);
    await submit(page);
    await dialog(page).getByText("调往「省外（山西省太原市示例医院）」").last().waitFor();
    await confirm(page);
    await page.getByText("单位调转申请已提交").waitFor();
    const [made] = await transfersOf(person);
    const { data } = await person.client.ok(getApplication, { id: made?.id ?? "" });
    expect(data).toMatchObject({ outsidePlace: "山西省太原市示例医院", reason: "随家属迁居" });
    expect(pageFaults(page)).toEqual([]);
  });

  it("goes to the 人才中心 of the region that was chosen", async () => {
    const bureau = await signedIn(stage.url, "bureau", "county-bureau");
    const { id } = await unitNamed(hospital, companyName);
    await bureau.ok(setTalentPool, { id, isPool: true, reason: "示例人才中心" });
    const person = await newProfessional(stage.url, 417);
    const page = await openForm(person);
    await page.getByRole("radio", { name: "人才中心（暂无用人单位）" }).check({ force: true });
    await page.getByLabel("人才中心所属区域").fill("金水区");
    await page.locator(".ant-cascader-menu-item:visible", { hasText: "金水区" }).first().click();
    await page.getByText(`接收的人才中心：${companyName}`).waitFor();
    await page.getByLabel("调转原因").fill("合同期满，暂未就业");
    expect(await findings(page)).toEqual([]);
    await send(page);
    await page.getByText("单位调转申请已提交").waitFor();
    expect(await transfersOf(person)).toMatchObject([{ status: "pending", counterpartName: companyName }]);
    await bureau.ok(setTalentPool, { id, isPool: false, reason: "测试结束" });
    expect(pageFaults(page)).toEqual([]);
  });

  it("is for professionals", async () => {
    const page = await stage.visitor();
    await signIn(page, "employer", "employer");
    await page.goto("/workspace/transfer");
    await heading(page, "没有权限").waitFor();
    await page.getByText("当前角色没有「单位调转」的权限").waitFor();
    expect(await findings(page)).toEqual([]);
  });
});
