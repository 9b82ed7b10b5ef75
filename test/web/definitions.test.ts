import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../src/shared/api-client.ts";
import { getDeclaration } from "../../src/shared/contracts/declarations.ts";
import { openStage, pageFaults, signIn, type Stage } from "./support.ts";
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

let serial = 0;
function declare(): Promise<Declared> {
  serial += 1;
  return declareService(professional, `流程页面示例服务第${serial}场（示例）`);
}

async function openDefinition(page: Page, title: string): Promise<void> {
  await page.goto("/workspace/definitions");
  await page.getByRole("heading", { level: 1, name: "流程定义管理" }).waitFor();
  await page.getByRole("button", { name: `打开${title}` }).click();
  await page.getByRole("textbox", { name: "流程定义XML" }).waitFor();
}

async function confirmWith(
  page: Page,
  button: string,
  { label, text }: { label: string; text: string },
): Promise<void> {
  const asked = dialog(page);
  await asked.getByRole("textbox", { name: label }).fill(text);
  await asked.getByRole("button", { name: button, exact: true }).click();
  await asked.waitFor({ state: "hidden" });
}

describe("流程定义管理", () => {
  it("edits, checks with findings marked in the diagram, publishes, previews a move and rolls back", async () => {
    const page = await stage.visitor();
    await declare();
    await signIn(page, "policy-officer", "policy-officer");
    await openDefinition(page, "学时（分）申报审核");
    const editor = page.getByRole("textbox", { name: "流程定义XML" });
    const shipped = await editor.inputValue();
    await page.locator(".instance-diagram svg .djs-element").first().waitFor();
    expect(await findings(page)).toEqual([]);

    await editor.fill(shipped.replace("environment.services.creditHours", "environment.services.payOut"));
    await page.getByRole("button", { name: "检查", exact: true }).click();
    await page.getByText("服务“payOut”不存在").waitFor();
    await page.locator(".instance-diagram .is-rejected").first().waitFor();
    await page.getByRole("button", { name: "预览走向" }).click();
    await page.getByText(/流程定义未通过检查/).waitFor();
    expect(await findings(page)).toEqual([]);

    await editor.fill(shipped.replaceAll('name="退回申报人"', 'name="退回修改"'));
    await page.getByRole("button", { name: "检查", exact: true }).click();
    await page.getByText("检查通过，可以发布").waitFor();
    await page.getByRole("button", { name: "预览走向" }).click();
    await page.getByText(/可到达 \d+ 个状态/).waitFor();
    await page.getByRole("button", { name: "发布", exact: true }).click();
    await confirmWith(page, "发布", { label: "发布说明", text: "改环节名称" });
    await page.getByText("已发布第 2 版").waitFor();

    await page.getByRole("tab", { name: "迁移" }).click();
    await page.getByRole("combobox", { name: "原版本" }).click();
    await page.locator(".ant-select-item-option", { hasText: "原版本：第 1 版" }).click();
    await page.getByText("可以", { exact: true }).first().waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("button", { name: /^迁移本页/ }).click();
    await confirmWith(page, "迁移", { label: "迁移原因", text: "统一到新版本" });
    await page.getByText(/^已迁移 \d+ 条/).waitFor();

    await page.getByRole("tab", { name: "版本" }).click();
    await page.getByRole("button", { name: "恢复第 1 版" }).click();
    await confirmWith(page, "恢复", { label: "恢复原因", text: "浏览器测试结束" });
    await page.getByText("已恢复第 1 版").waitFor();
    await expect
      .poll(() =>
        page
          .getByRole("row", { name: /第 1 版/ })
          .getByText("当前版本")
          .count(),
      )
      .toBe(1);
    expect(pageFaults(page)).toEqual([]);
  });

  it("says what is missing to who may not", async () => {
    const page = await stage.visitor();
    await signIn(page, "employer", "employer");
    await page.goto("/workspace/definitions");
    await page.getByText(/当前角色没有「流程定义管理」的权限/).waitFor();
    expect(await findings(page)).toEqual([]);
  });
});

describe("流程实例查询", () => {
  it("keeps its filters in the address, leads to the instance, and has an empty state", async () => {
    const page = await stage.visitor();
    const { number } = await declare();
    await signIn(page, "auditor", "auditor");
    await page.goto("/workspace/instances");
    await page.getByRole("heading", { level: 1, name: "流程实例查询" }).waitFor();
    await page.getByRole("link", { name: number }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("textbox", { name: "编号" }).fill(number);
    await page.keyboard.press("Enter");
    await expect.poll(() => new URL(page.url()).searchParams.get("number")).toBe(number);
    await expect.poll(() => page.locator(".ant-table-tbody .ant-table-row").count()).toBe(1);
    await page.reload();
    await page.getByRole("link", { name: number }).click();
    await page.getByRole("heading", { level: 1, name: `流程实例 ${number}` }).waitFor();
    await page.getByRole("tab", { name: "流转记录" }).click();
    await page.getByText(/规则包 henan\.routing/).waitFor();
    await page.goto("/workspace/instances?number=SB20990101-000001");
    await page.getByText("没有数据").waitFor();
    expect(await findings(page)).toEqual([]);
    expect(pageFaults(page)).toEqual([]);
  });
});

describe("催办和运维操作", () => {
  it("the applicant urges once; an operator sees what would happen and ends the instance with a reason", async () => {
    const { id, number } = await declare();
    const { instanceId } = await professional.ok(getDeclaration, { id });
    const own = await stage.visitor();
    await signIn(own, "professional", "professional");
    await own.goto(`/workspace/instances/${instanceId}`);
    await own.getByRole("button", { name: "催办" }).click();
    await own.getByRole("button", { name: /后可再次催办/ }).waitFor();

    const page = await stage.visitor();
    await signIn(page, "operator", "operator");
    await page.goto(`/workspace/instances/${instanceId}`);
    await page.getByRole("button", { name: "运维操作" }).click();
    await page.getByText("终止后申请按撤回处理：撤回申报。学时不受影响。").waitFor();
    expect(await findings(page)).toEqual([]);
    const end = page.getByRole("button", { name: `终止流程「${number}」` });
    expect(await end.isDisabled()).toBe(true);
    await page.getByRole("textbox", { name: "操作原因" }).fill("申请重复，经申请人同意终止");
    await end.click();
    await page.getByText("流程已终止", { exact: true }).waitFor();
    expect((await professional.ok(getDeclaration, { id })).status).toBe("withdrawn");
    expect([...pageFaults(page), ...pageFaults(own)]).toEqual([]);
  });
});
