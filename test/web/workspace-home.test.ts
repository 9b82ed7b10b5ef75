import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../src/shared/api-client.ts";
import { getPlatform } from "../../src/shared/contracts/platform.ts";
import { decideTask, listTasks } from "../../src/shared/contracts/workflow.ts";
import { openStage, pageFaults, signIn, type Stage } from "./support.ts";
import { declareService, findings, signedIn } from "./workspace-support.ts";

let stage: Stage;
let professional: ApiClient;
beforeAll(async () => {
  stage = await openStage();
  professional = await signedIn(stage.url, "professional", "professional");
});
afterAll(async () => {
  await stage.close();
});

/** The pages of a visitor take it to be another day of the running year. */
async function pretendToday(page: Page, monthAndDay: string): Promise<void> {
  await page.route("**/api/platform", async (route) => {
    const response = await route.fetch();
    const body = (await response.json()) as { year: number };
    await route.fulfill({ response, json: { ...body, today: `${body.year}-${monthAndDay}` } });
  });
}

describe("工作台: the last day of the year (PST-05)", () => {
  it("says how long the year is declared, and which returned declarations would miss it", async () => {
    const { year } = await professional.ok(getPlatform, {});
    const declared = await declareService(professional, "岁末义诊（示例）");
    const employer = await signedIn(stage.url, "employer", "employer");
    const { rows } = await employer.ok(listTasks, { box: "todo", q: declared.number, pageSize: 10 });
    await employer.ok(decideTask, { id: rows[0]?.id ?? "", outcome: "reject", comment: "材料不全" });

    const page = await stage.visitor();
    await pretendToday(page, "12-21");
    await signIn(page, "professional", "professional");
    await page.getByText(`距${year}年度学时申报截止（${year}-12-31）还有10天`).waitFor();
    const link = page.getByRole("link", { name: /岁末义诊（示例）/ }).first();
    await link.waitFor();
    expect(await findings(page)).toEqual([]);
    await link.focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/workspace/declarations/${declared.id}`);
    expect(pageFaults(page)).toEqual([]);
  });

  it("says nothing of it before November", async () => {
    const page = await stage.visitor();
    await pretendToday(page, "10-31");
    await signIn(page, "professional", "professional");
    await page.getByRole("heading", { level: 2, name: /年度完成情况/ }).waitFor();
    expect(await page.getByText(/年度学时申报截止/).count()).toBe(0);
  });
});
