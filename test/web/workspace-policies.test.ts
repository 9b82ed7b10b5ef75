import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../src/shared/api-client.ts";
import { listYears } from "../../src/shared/contracts/people.ts";
import { decideTask, listTasks } from "../../src/shared/contracts/workflow.ts";
import { isoDate } from "../../src/shared/dates.ts";
import type { LoginRole } from "../../src/shared/modules.ts";
import { projectRoot } from "../../src/shared/project-root.ts";
import type { TileKey } from "../../src/server/seeds/demonstration-people.ts";
import { openStage, pageFaults, screenshot, signIn, type Stage } from "./support.ts";
import { type Declared, declareService, dialog, findings, signedIn } from "./workspace-support.ts";

let stage: Stage;
let professional: ApiClient;
beforeAll(async () => {
  stage = await openStage();
  professional = await signedIn(stage.url, "professional", "professional");
});
afterAll(async () => {
  await stage.close();
});

const thisYear = Number(isoDate(new Date()).slice(0, 4));
const packId = "henan.annual-requirement";
const shippedFile = join(projectRoot(), "src/rules/packs/henan/annual-requirement.json");

interface RequirementPack {
  version: string;
  decisions: { base: { rules: Record<string, unknown>[] } };
  cases: Record<string, unknown>[];
}

/** 100 hours from this year on, with a case for it, as an officer would write it. */
function stricter(): string {
  const pack = JSON.parse(readFileSync(shippedFile, "utf8")) as RequirementPack;
  const { rules } = pack.decisions.base;
  const last = rules.at(-1);
  if (last === undefined) throw new Error("the shipped pack has no rules");
  const hours = { public: 40, professional: 60, total: 100 };
  const next = {
    ...last,
    name: `${thisYear} 年起`,
    from: thisYear,
    event: { type: "requirement", params: hours },
  };
  rules.splice(-1, 1, { ...last, to: thisYear - 1 }, next);
  const input = { year: thisYear, titleLevel: "junior", region: "410105", sector: null };
  pack.cases.push({ name: `${thisYear} 年郑州金水区`, call: "requirement", input, expect: hours });
  return JSON.stringify({ ...pack, version: `${thisYear}.77` }, null, 2);
}

async function openPack(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1, name: "政策规则管理" }).waitFor();
  await page
    .getByRole("row", { name: new RegExp(packId) })
    .getByRole("button", { name: "打开" })
    .click();
  await page.getByRole("textbox", { name: "规则包内容" }).waitFor();
}

const text = (page: Page) => page.getByRole("textbox", { name: "规则包内容" });
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

async function requiredNow(): Promise<number | undefined> {
  const { years } = await professional.ok(listYears, { id: "me" });
  return years.find(({ year }) => year === thisYear)?.required.total;
}

describe("政策规则管理", () => {
  it("drafts, checks, runs the cases, previews, publishes, lists versions and rolls back", async () => {
    const page = await stage.visitor();
    await signIn(page, "policy-officer", "policy-officer");
    await page.goto("/workspace/policies");
    await openPack(page);
    expect(await findings(page)).toEqual([]);
    const shipped = await text(page).inputValue();
    expect(shipped).toBe(readFileSync(shippedFile, "utf8"));

    await text(page).fill(shipped.replace('"cite": "req-2018"', '"cite": "req-2099"'));
    await press(page, "校验");
    await page.getByText(/有 \d+ 处问题/).waitFor();
    await page
      .getByText(/第 \d+ 行 \/decisions\/base/)
      .first()
      .waitFor();
    expect(await findings(page)).toEqual([]);
    await press(page, "影响预览");
    await page
      .getByRole("alert")
      .getByText(/decisions\/base/)
      .first()
      .waitFor();

    await text(page).fill(stricter());
    await press(page, "保存草稿");
    await page.getByRole("button", { name: "保存草稿" }).and(page.locator(":enabled")).waitFor();
    await page.reload();
    await expect.poll(() => text(page).inputValue()).toBe(stricter());
    await press(page, "校验");
    await page.getByText(/校验通过，\d+ 个算例全部通过/).waitFor();
    await press(page, "运行算例");
    await page.getByText(/共 \d+ 个算例，0 个未通过/).waitFor();
    expect(await findings(page)).toEqual([]);
    await press(page, "影响预览");
    await page.getByText(/共 \d+ 个人员年度，\d+ 个结果改变/).waitFor();
    expect(await findings(page)).toEqual([]);
    await screenshot(page, "policies");

    expect(await requiredNow()).toBe(90);
    await press(page, "发布");
    await dialog(page)
      .getByRole("button", { name: /^发\s*布$/ })
      .click();
    await page.getByText(`已发布 ${thisYear}.77`).waitFor();
    const version = page.getByRole("row", { name: new RegExp(`^${thisYear}\\.77 当前版本`) });
    await version.waitFor();
    expect(await requiredNow()).toBe(100);

    const earlier = page.getByRole("row", { name: /历史版本/ }).first();
    await earlier.getByRole("button", { name: "恢复此版本" }).click();
    await dialog(page).getByRole("textbox", { name: "恢复原因" }).waitFor();
    await dialog(page)
      .getByRole("button", { name: /^恢\s*复$/ })
      .click();
    await page.getByText("请填写恢复原因").waitFor();
    expect(await requiredNow()).toBe(100);
    await dialog(page).getByRole("textbox", { name: "恢复原因" }).fill("演示后恢复");
    expect(await findings(page)).toEqual([]);
    await dialog(page)
      .getByRole("button", { name: /^恢\s*复$/ })
      .click();
    await page.getByText(/^已恢复 /).waitFor();
    await page.getByRole("row", { name: new RegExp(`^${thisYear}\\.77 历史版本`) }).waitFor();
    expect(await requiredNow()).toBe(90);
    expect(pageFaults(page)).toEqual([]);
  });

  it("is not for others", async () => {
    const page = await stage.visitor();
    await signIn(page, "employer", "employer");
    await page.goto("/workspace/policies");
    await page
      .getByText(/没有.*权限/)
      .first()
      .waitFor();
    expect(await page.getByRole("textbox", { name: "规则包内容" }).count()).toBe(0);
    expect(await findings(page)).toEqual([]);
  });
});

const reviewers: readonly (readonly [LoginRole, TileKey])[] = [
  ["employer", "employer"],
  ["authority", "authority"],
  ["bureau", "city-bureau"],
];

async function approved(title: string): Promise<Declared> {
  const declared = await declareService(professional, title);
  for (const [role, key] of reviewers) {
    const reviewer = await signedIn(stage.url, role, key);
    const { rows } = await reviewer.ok(listTasks, { box: "todo", q: declared.number, pageSize: 10 });
    const [task] = rows;
    if (task === undefined) throw new Error(`no task of ${declared.number} at ${key}`);
    await reviewer.ok(decideTask, { id: task.id, outcome: "approve" });
  }
  return declared;
}

async function creditedNow(): Promise<number | undefined> {
  const { years } = await professional.ok(listYears, { id: "me" });
  return years.find(({ year }) => year === thisYear)?.total;
}

describe("撤销认定", () => {
  it("asks for a reason, reverses the hours, and is the bureau's alone (APR-13)", async () => {
    const before = await creditedNow();
    const { id, number } = await approved("社区健康讲座（示例）");
    expect(await creditedNow()).toBe((before ?? 0) + 6);

    const employer = await stage.visitor();
    await signIn(employer, "employer", "employer");
    await employer.goto(`/workspace/declarations/${id}`);
    await employer.getByRole("heading", { level: 1, name: `申报详细 ${number}` }).waitFor();
    expect(await employer.getByRole("button", { name: "撤销认定" }).count()).toBe(0);

    const page = await stage.visitor();
    await signIn(page, "bureau", "city-bureau");
    await page.goto(`/workspace/declarations/${id}`);
    await page.getByRole("button", { name: "撤销认定" }).focus();
    await page.keyboard.press("Enter");
    await dialog(page).getByRole("textbox", { name: "撤销原因" }).waitFor();
    expect(await findings(page)).toEqual([]);
    await dialog(page).getByRole("button", { name: "撤销认定" }).click();
    await page.getByText("请填写撤销原因", { exact: true }).waitFor();
    expect(await creditedNow()).toBe((before ?? 0) + 6);
    await dialog(page).getByRole("textbox", { name: "撤销原因" }).fill("活动材料不实");
    await dialog(page).getByRole("button", { name: "撤销认定" }).click();
    await page.getByText(`已撤销认定 ${number}`).waitFor();
    await page.getByText("已撤销认定", { exact: true }).first().waitFor();
    await expect.poll(() => page.getByRole("button", { name: "撤销认定" }).count()).toBe(0);
    expect(await creditedNow()).toBe(before);
    expect(await findings(page)).toEqual([]);
    expect(pageFaults(page)).toEqual([]);
  });
});
