import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { identityNumber } from "../../src/server/seeds/synthetic.ts";
import { openStage, pageFaults, screenshot, seriousFindings, shown, signIn, type Stage } from "./support.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ motion: true });
});
afterAll(() => stage.close());

describe("下级单位", () => {
  let page: Page;
  beforeAll(async () => {
    page = await stage.visitor();
    await signIn(page, "bureau", "city-bureau");
  });

  it("lists what is below, finds by name with Enter, and keeps the search when coming back", async () => {
    await page.getByRole("link", { name: "管理下级单位" }).first().click();
    await page.getByRole("table").getByText("郑州市卫生健康委员会（示例）").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await screenshot(page, "subordinates");
    await page.getByLabel("单位名称").fill("卫生");
    await page.keyboard.press("Enter");
    await page.getByText("共 1 条").waitFor();
    expect(new URL(page.url()).searchParams.get("name")).toBe("卫生");
    await page.getByRole("link", { name: "郑州市卫生健康委员会（示例）" }).click();
    await page.getByRole("heading", { level: 1, name: "郑州市卫生健康委员会（示例）" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.goBack();
    expect(await page.getByLabel("单位名称").inputValue()).toBe("卫生");
    await page.getByRole("button", { name: "重置" }).click();
    await expect.poll(() => new URL(page.url()).searchParams.has("name")).toBe(false);
  });

  it("says 没有数据 when nothing fits, and 加载失败 with a retry when the server does not answer", async () => {
    await page.getByLabel("单位名称").fill("没有这样的单位");
    await page.keyboard.press("Enter");
    await page.getByText("没有数据").first().waitFor();
    await page.route("**/api/organizations/*/subordinates?*", (route) => route.abort());
    await page.goto("/workspace/subordinates?name=x");
    await page.getByText("加载失败").waitFor();
    await page.unroute("**/api/organizations/*/subordinates?*");
    await page.getByRole("button", { name: "重试" }).click();
    expect(await shown(page.getByText("没有数据").first())).toBe(true);
  });

  it("answers a stranger's organization like one that does not exist", async () => {
    const employer = await stage.visitor();
    await signIn(employer, "employer", "employer");
    const { organizationId } = (await (await page.request.get("/api/sessions/current")).json()) as {
      organizationId: string;
    };
    for (const id of [organizationId, "0".repeat(24)]) {
      await employer.goto(`/workspace/organizations/${id}`);
      await employer.getByText("单位不存在或不在您的管辖范围内").waitFor();
    }
    expect(pageFaults(employer)).toEqual([]);
  });
});

describe("新增人社部门", () => {
  it("lists what is missing, then names the bureau that the region already has", async () => {
    const page = await stage.visitor();
    await signIn(page, "operator", "operator");
    await page.getByRole("link", { name: "新增人社部门" }).first().click();
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByTestId("error-summary").getByText("管理员身份证号码：请输入管理员身份证号码").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel("部门名称").fill("金水区第二人社局");
    await page.getByRole("combobox", { name: "所属区域" }).click();
    await page.keyboard.type("金水");
    await page.locator(".ant-cascader-dropdown:visible .ant-cascader-menu-item").first().click();
    await page.getByLabel("部门电话").fill("0371-60000001");
    await page.getByLabel("管理员身份证号码").fill(identityNumber("410105", "1985-05-05", 455));
    await page.getByLabel("管理员姓名").fill("何新任");
    await page.getByLabel("管理员手机号码").fill("13937100455");
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByTestId("error-summary").getByText("该区域的人社部门已存在").waitFor();
    await page.getByRole("link", { name: "工作台" }).first().click();
    const warning = page.getByRole("dialog", { name: "离开此页面？" });
    await warning.getByRole("button", { name: "离开" }).click();
    expect(await shown(page.getByRole("heading", { level: 1, name: /您好/ }))).toBe(true);
  });
});
