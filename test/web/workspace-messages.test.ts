import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../src/shared/api-client.ts";
import { countUnreadNotifications } from "../../src/shared/contracts/notifications.ts";
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

describe("站内信", () => {
  it("shows how many are unread, the messages in a drawer, and marks them as read by keyboard", async () => {
    const declared = await declareService(professional, "送教下乡（示例）");
    const employer = await signedIn(stage.url, "employer", "employer");
    const { rows } = await employer.ok(listTasks, { box: "todo", q: declared.number, pageSize: 10 });
    await employer.ok(decideTask, { id: rows[0]?.id ?? "", outcome: "reject", comment: "材料不全" });
    const before = (await professional.ok(countUnreadNotifications, {})).unread;
    expect(before).toBeGreaterThan(0);

    const page = await stage.visitor();
    await signIn(page, "professional", "professional");
    const bell = page.getByRole("button", { name: /^站内信/ });
    await expect.poll(() => bell.getAttribute("aria-label")).toBe(`站内信，${before}条未读`);
    expect(await findings(page)).toEqual([]);
    await bell.focus();
    await page.keyboard.press("Enter");
    const list = page.getByRole("list", { name: "站内信列表" });
    await list.waitFor();
    const message = list.getByRole("listitem").filter({ hasText: declared.number }).first();
    expect(await message.textContent()).toContain("学时申报被驳回");
    expect(await findings(page)).toEqual([]);
    await message.getByRole("button", { name: /^标为已读/ }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => message.getByText("未读", { exact: true }).count()).toBe(0);
    expect((await professional.ok(countUnreadNotifications, {})).unread).toBe(before - 1);
    if (before > 1) await page.getByRole("button", { name: "全部已读" }).click();
    await expect.poll(async () => (await professional.ok(countUnreadNotifications, {})).unread).toBe(0);
    await page.keyboard.press("Escape");
    await expect.poll(() => bell.getAttribute("aria-label")).toBe("站内信");
    expect(await findings(page)).toEqual([]);
    expect(pageFaults(page)).toEqual([]);
  });
});
