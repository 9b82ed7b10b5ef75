import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../src/shared/api-client.ts";
import { getApplication } from "../../src/shared/contracts/applications.ts";
import { listPlanDeclarations, listPlanParticipants } from "../../src/shared/contracts/plan-declarations.ts";
import { completeTrainingPlan, submitTrainingPlan } from "../../src/shared/contracts/training-plans.ts";
import { isoDate } from "../../src/shared/dates.ts";
import { openStage, pageFaults, signIn, type Stage } from "./support.ts";
import {
  choosePeople,
  approve,
  dialog,
  findings,
  newProfessional,
  type Professional,
  recentPeriod,
  scan,
  signedIn,
  typeDate,
} from "./workspace-support.ts";

/** 单位培训计划—学时申报: sessions of a plan with their participants, hours and videos (PLN-03 – PLN-05, PLN-12). */

let stage: Stage;
let employer: ApiClient;
let authority: ApiClient;
let bureau: ApiClient;
const year = Number(isoDate(new Date()).slice(0, 4));
const session = recentPeriod(1);

beforeAll(async () => {
  stage = await openStage();
  employer = await signedIn(stage.url, "employer", "employer");
  authority = await signedIn(stage.url, "authority", "authority");
  bureau = await signedIn(stage.url, "bureau", "city-bureau");
});
afterAll(() => stage.close());

interface Plan {
  id: string;
  name: string;
}

/** An approved plan of the demonstration's hospital for the whole year. */
async function approvedPlan(): Promise<Plan> {
  const name = `计划学时（示例）${Date.now()}`;
  const { id, number } = await employer.ok(submitTrainingPlan, {
    name,
    year,
    subject: "professional",
    content: "院内感染防控",
    startDate: `${year}-01-01`,
    endDate: `${year}-12-31`,
    place: "示例医院学术厅",
    teachers: "示例教授",
    plannedPeople: 20,
    plannedHours: 24,
    contactName: "示例联系人",
    contactPhone: "0371-60000000",
  });
  for (const reviewer of [authority, bureau]) await approve(reviewer, number);
  return { id, name };
}

async function employerPage(path: string): Promise<Page> {
  const page = await stage.visitor();
  await signIn(page, "employer", "employer");
  await page.goto(path);
  return page;
}

const pick = (page: Page, ...people: Professional[]) => choosePeople(page, "选择参加人员", people);

/** A video of more than one part, as the first bytes of an MP4 file tell it. */
function film(name: string) {
  const head = Buffer.from("000000186674797069736f6d0000000069736f6d6d703432", "hex");
  return { name, mimeType: "video/mp4", buffer: Buffer.concat([head, Buffer.alloc(5 * 1024 * 1024, 7)]) };
}

async function uploadScans(page: Page): Promise<void> {
  for (const kind of ["签到表", "现场图片"]) {
    await page.getByLabel(`选择${kind}`).setInputFiles(scan(`${kind}.pdf`));
    await page.getByRole("link", { name: `${kind}.pdf` }).waitFor();
  }
}

async function linkVideo(page: Page): Promise<void> {
  await page.getByRole("radio", { name: "填写视频网址和校验值" }).check({ force: true });
  await page.getByLabel("视频网址", { exact: true }).fill("https://video.example.invalid/1");
  await page.getByLabel("视频文件的SHA-256校验值").fill("AB".repeat(32));
}

async function fillSession(page: Page, name: string): Promise<void> {
  await page.getByLabel("场次名称").fill(name);
  await typeDate(page, "开始日期", session.start);
  await typeDate(page, "结束日期", session.end);
}

async function participantsOf(id: string) {
  const { rows } = await employer.ok(listPlanParticipants, { id });
  return rows.map(({ personName, hours, statusName }) => [personName, hours.professional, statusName]);
}

async function declarationsOf({ id }: Plan) {
  return (await employer.ok(listPlanDeclarations, { id })).rows;
}

describe("单位培训计划—学时申报", () => {
  it("is filled in, its video sent in parts and gone on with, reviewed, corrected and credited", async () => {
    const [first, second] = [await newProfessional(stage.url, 451), await newProfessional(stage.url, 452)];
    const plan = await approvedPlan();
    const page = await employerPage(`/workspace/training-plans/${plan.id}`);
    await page.getByText("可点击右上角「申报学时」").waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("button", { name: "申报学时" }).click();
    await page.getByRole("heading", { level: 1, name: "按计划申报学时" }).waitFor();
    await page.getByRole("button", { name: "提交审核" }).click();
    const summary = page.getByTestId("error-summary");
    for (const text of [
      "请填写场次名称",
      "请选择开始日期",
      "请选择参加人员",
      "请上传签到表、培训视频、现场图片",
    ])
      await summary.getByText(text).waitFor();
    await summary.getByText("请选择参加人员").click();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label")))
      .toBe("选择参加人员");
    expect(await findings(page)).toEqual([]);

    await fillSession(page, "第一场");
    await pick(page, first, second);
    await page.getByText(/将依次由.*审核/).waitFor();
    await page.getByLabel("每人学时").fill("16");
    await page.getByRole("button", { name: "每人都设为此学时" }).click();
    await page.getByLabel(`${second.name}的学时`).fill("8");
    await uploadScans(page);
    // The connection breaks after the first part; what has arrived stays.
    await page.route("**/api/uploads/*/parts/1", (route) => route.abort());
    await page.getByLabel("选择培训视频").setInputFiles(film("第一场.mp4"));
    await page.getByText("服务器没有应答，请检查网络后重试").waitFor();
    await page.unroute("**/api/uploads/*/parts/1");
    let sent = 0;
    page.on("request", (request) => {
      if (/\/uploads\/\w+\/parts\//.test(request.url())) sent += 1;
    });
    await page.getByRole("button", { name: "继续上传" }).click();
    await page.getByRole("link", { name: "第一场.mp4" }).waitFor();
    expect(sent).toBe(1);
    expect(await findings(page)).toEqual([]);
    await page.getByRole("button", { name: "提交审核" }).dblclick();
    await page.getByText("计划学时申报已提交").waitFor();
    const [made, ...more] = await declarationsOf(plan);
    expect(more).toEqual([]);
    if (made === undefined) throw new Error("nothing was declared");
    const { id, number } = made;
    expect(await participantsOf(id)).toEqual([
      [first.name, 16, "待审核"],
      [second.name, 8, "待审核"],
    ]);

    const reviewer = await stage.visitor();
    await signIn(reviewer, "authority", "authority");
    await reviewer.goto(`/workspace/tasks?processKey=plan-declaration&q=${number}`);
    await reviewer.getByRole("button", { name: `办理${number}` }).click();
    const drawer = reviewer.getByRole("dialog");
    await drawer.getByRole("row", { name: first.name }).getByText("专业 16 学时").waitFor();
    await drawer.getByRole("button", { name: "培训视频：第一场.mp4" }).click();
    await reviewer.locator("video").waitFor();
    expect(await findings(reviewer)).toEqual([]);
    await reviewer.keyboard.press("Escape");
    await reviewer.locator("video").waitFor({ state: "detached" });
    await drawer.getByRole("button", { name: "驳回" }).click();
    await dialog(reviewer).getByLabel("驳回原因").fill("签到表不清晰");
    await dialog(reviewer).getByRole("button", { name: "驳回" }).click();
    await reviewer.getByText(`${number} 已驳回`).waitFor();

    await page.getByRole("button", { name: "查看审核进度" }).click();
    await page.getByText("签到表不清晰").first().waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("button", { name: "修改重新提交" }).click();
    await page.getByText("审核意见：签到表不清晰").waitFor();
    expect(await page.getByLabel(`${first.name}的学时`).inputValue()).toBe("16.0");
    await page.getByRole("button", { name: `移除${second.name}` }).click();
    await page.getByRole("button", { name: "移除签到表.pdf" }).click();
    await page.getByLabel("选择签到表").setInputFiles(scan("签到表（补）.pdf"));
    await page.getByRole("link", { name: "签到表（补）.pdf" }).waitFor();
    await page.getByRole("button", { name: "重新提交" }).click();
    await page.getByText("计划学时申报已提交").waitFor();
    for (const one of [authority, bureau]) await approve(one, number);
    await page.getByRole("button", { name: "返回培训计划" }).click();
    await page.getByRole("region", { name: "学时申报" }).getByText("审核通过").waitFor();
    await page.getByText("已申报 1 人").waitFor();
    expect(await participantsOf(id)).toEqual([[first.name, 16, "审核通过"]]);
    expect([...pageFaults(page), ...pageFaults(reviewer)]).toEqual([]);
  });

  it("takes a link with its checksum for a video, and says what the server refuses", async () => {
    const person = await newProfessional(stage.url, 453);
    const plan = await approvedPlan();
    const page = await employerPage("/workspace/training-plans");
    await page
      .getByRole("row", { name: plan.name })
      .getByRole("link", { name: /申报学时$/ })
      .click();
    await fillSession(page, "第一场");
    await typeDate(page, "开始日期", `${year - 1}-12-31`);
    await pick(page, person);
    await page.getByLabel("选择签到表").setInputFiles(scan("签到表.pdf"));
    await page.getByLabel("选择培训视频").setInputFiles({ ...film("a.mp4"), buffer: Buffer.from("no film") });
    await page.getByText(/只支持 mp4\/webm\/mov 文件/).waitFor();
    await page.getByRole("radio", { name: "填写视频网址和校验值" }).check({ force: true });
    await page.getByRole("button", { name: "提交审核" }).click();
    const summary = page.getByTestId("error-summary");
    for (const text of ["场次日期应在计划的起止日期", "请填写视频的网址", "请上传现场图片"])
      await summary.getByText(text).first().waitFor();
    expect(await findings(page)).toEqual([]);
    await typeDate(page, "开始日期", session.start);
    await linkVideo(page);
    await page.getByLabel("选择现场图片").setInputFiles(scan("现场图片.pdf"));
    await page.getByRole("link", { name: "现场图片.pdf" }).waitFor();
    await page.getByRole("button", { name: "提交审核" }).click();
    await page.getByText("计划学时申报已提交").waitFor();
    const [made] = await declarationsOf(plan);
    const { data } = await employer.ok(getApplication, { id: made?.id ?? "" });
    expect(data["video"]).toEqual({ url: "https://video.example.invalid/1", sha256: "ab".repeat(32) });
    await page.getByRole("button", { name: "查看审核进度" }).click();
    await page.getByRole("link", { name: "https://video.example.invalid/1" }).waitFor();
    expect(await findings(page)).toEqual([]);

    // The same session once more: the server counts nobody twice.
    await page.goto(`/workspace/training-plans/${plan.id}/declare`);
    await fillSession(page, "第一场");
    await pick(page, person);
    await linkVideo(page);
    await uploadScans(page);
    await page.getByRole("button", { name: "提交审核" }).click();
    await page.getByTestId("error-summary").getByText(new RegExp(person.name)).waitFor();
    expect(await page.getByLabel("场次名称").inputValue()).toBe("第一场");
    expect(await declarationsOf(plan)).toHaveLength(1);
    // Meanwhile a colleague has completed the plan.
    await employer.ok(completeTrainingPlan, { id: plan.id });
    await page.getByLabel("场次名称").fill("第二场");
    await page.getByRole("button", { name: "提交审核" }).click();
    await page.getByText("该计划当前状态为「已完成」，不能申报学时").waitFor();
    expect(pageFaults(page)).toEqual([]);
  });

  it("is not there for whoever may not plan, nor for a plan that is none", async () => {
    const page = await stage.visitor();
    await signIn(page, "bureau", "city-bureau");
    await page.goto(`/workspace/training-plans/${"a".repeat(24)}/declare`);
    await page.getByText("没有「单位培训计划」的权限", { exact: false }).waitFor();
    await page.goto(`/workspace/plan-declarations/${"a".repeat(24)}/resubmit`);
    await page.getByText("没有「单位培训计划」的权限", { exact: false }).waitFor();
    const other = await employerPage(`/workspace/training-plans/${"a".repeat(24)}/declare`);
    await other.getByRole("button", { name: "重试" }).waitFor();
    expect(await findings(other)).toEqual([]);
  });
});
