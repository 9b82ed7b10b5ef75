import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../src/shared/api-client.ts";
import { getPlatform } from "../../src/shared/contracts/platform.ts";
import { decideTask, listTasks } from "../../src/shared/contracts/workflow.ts";
import { openStage, pageFaults, signIn, type Stage } from "./support.ts";
import { declareService, type Declared, findings, signedIn } from "./workspace-support.ts";

/** What pages say where the policy sets days of grace and a last day of approvals (PST-04, PST-05). */

let stage: Stage;
let employer: ApiClient;
let professional: ApiClient;
let year: number;
beforeAll(async () => {
  stage = await openStage();
  professional = await signedIn(stage.url, "professional", "professional");
  employer = await signedIn(stage.url, "employer", "employer");
  ({ year } = await professional.ok(getPlatform, {}));
});
afterAll(async () => {
  await stage.close();
});

type Json = Record<string, unknown>;

/** Answers of an address with something else in them: the stage's policy is shared, and sets no such days. */
async function pretend(page: Page, address: string | RegExp, change: (body: Json) => Json): Promise<void> {
  await page.route(address, async (route) => {
    if (route.request().method() !== "GET") return await route.fallback();
    const response = await route.fetch();
    await route.fulfill({ response, json: change((await response.json()) as Json) });
  });
}

/** Every review of the year has a last day. */
async function pretendLimit(page: Page, limit: { lastDay: string; isOver: boolean }): Promise<void> {
  const limited = (task: Json) => ({ ...task, approvalLimit: limit });
  await pretend(page, /\/api\/tasks\?/, (body) => ({ ...body, rows: (body["rows"] as Json[]).map(limited) }));
  await pretend(page, /\/api\/tasks\/[0-9a-f]{24}$/, limited);
  await pretend(page, /\/api\/instances\/[0-9a-f]{24}$/, limited);
  await pretend(page, "**/api/tasks/counts", (body) => ({
    ...body,
    groups: (body["groups"] as Json[]).map((group) =>
      group["processKey"] === "declaration" ? { ...group, approvalLimit: { ...limit, count: 1 } } : group,
    ),
  }));
}

async function taskOf({ number }: Declared): Promise<{ id: string; instanceId: string }> {
  const { rows } = await employer.ok(listTasks, { box: "todo", q: number, pageSize: 10 });
  const [task] = rows;
  if (task === undefined) throw new Error("the declaration is not in the to-do list");
  return task;
}

describe("审批截止", () => {
  it("is at the count, in the list, at the review and at the instance", async () => {
    const declared = await declareService(professional, "审批期限示例");
    const { id, instanceId } = await taskOf(declared);
    const page = await stage.visitor();
    await pretend(page, "**/api/platform", (body) => ({ ...body, today: `${year + 1}-01-21` }));
    await pretendLimit(page, { lastDay: `${year + 1}-01-31`, isOver: false });
    await signIn(page, "employer", "employer");
    await page
      .getByText(
        `${year}年度的审批${year + 1}-01-31截止，还有10天：学时申报有1件待审核，截止后不能再审核通过`,
      )
      .first()
      .waitFor();
    expect(await findings(page)).toEqual([]);

    await page.goto(`${stage.url}/workspace/tasks?q=${declared.number}&task=${id}`);
    const drawer = page.getByRole("dialog");
    await drawer.getByText(`审批截止 ${year + 1}-01-31`).waitFor();
    expect(await drawer.getByRole("button", { name: /通\s*过/ }).isEnabled()).toBe(true);
    await page.goto(`${stage.url}/workspace/tasks?q=${declared.number}`);
    await page
      .getByRole("row", { name: new RegExp(declared.number) })
      .getByText(`审批截止 ${year + 1}-01-31`)
      .waitFor();
    expect(await findings(page)).toEqual([]);
    await page.goto(`${stage.url}/workspace/instances/${instanceId}`);
    await page.getByText(`审批截止 ${year + 1}-01-31`).waitFor();
    expect(pageFaults(page)).toEqual([]);
    await page.unrouteAll({ behavior: "ignoreErrors" });
  });

  it("once it is over leaves rejection only, by keyboard as well", async () => {
    const declared = await declareService(professional, "审批期限已过示例");
    const { id } = await taskOf(declared);
    const page = await stage.visitor();
    await pretendLimit(page, { lastDay: `${year}-01-01`, isOver: true });
    await signIn(page, "employer", "employer");
    await page.goto(`${stage.url}/workspace/tasks?q=${declared.number}&task=${id}`);
    const drawer = page.getByRole("dialog");
    await drawer.getByText(`审批截止 ${year}-01-01，已截止，只能驳回`).waitFor();
    expect(await drawer.getByRole("button", { name: /通\s*过/ }).isDisabled()).toBe(true);
    expect(await findings(page)).toEqual([]);
    const reject = drawer.getByRole("button", { name: /驳\s*回/ });
    await reject.focus();
    await page.keyboard.press("Enter");
    await page.getByLabel("驳回原因").fill("已过审批期限");
    await page
      .getByRole("dialog", { name: /^驳回/ })
      .getByRole("button", { name: /驳\s*回/ })
      .click();
    await page.getByText(`${declared.number} 已驳回`).waitFor();
    expect(pageFaults(page)).toEqual([]);
    await page.unrouteAll({ behavior: "ignoreErrors" });
  });
});

describe("宽限期", () => {
  it("in January names what was returned of the year before, and until when it is corrected", async () => {
    const declared = await declareService(professional, "宽限期示例");
    const { id } = await taskOf(declared);
    await employer.ok(decideTask, { id, outcome: "reject", comment: "材料不全" });
    const page = await stage.visitor();
    await pretend(page, "**/api/platform", (body) => ({
      ...body,
      year: year + 1,
      today: `${year + 1}-01-10`,
      closing: {
        lastDay: `${year + 1}-12-31`,
        shownFrom: `${year + 1}-11-01`,
        lastCorrectionDay: `${year + 2}-01-15`,
        lastApprovalDay: null,
      },
      yearInGrace: { year, lastDay: `${year}-12-31`, lastCorrectionDay: `${year + 1}-01-15` },
    }));
    await signIn(page, "professional", "professional");
    const notice = page.getByRole("alert").filter({ hasText: "修改并重新提交" });
    await notice
      .getByText(
        `${year}年度学时申报已于${year}-12-31截止，被退回的申报可在${year + 1}-01-15前（含当天）修改并重新提交`,
      )
      .waitFor();
    await notice
      .getByRole("link", { name: /宽限期示例/ })
      .first()
      .waitFor();
    expect(await notice.getByText(/草稿尚未提交/).count()).toBe(0);
    expect(await page.getByText(`距${year + 1}年度学时申报截止`).count()).toBe(0);
    expect(await findings(page)).toEqual([]);
    expect(pageFaults(page)).toEqual([]);
    await page.unrouteAll({ behavior: "ignoreErrors" });
  });
});
