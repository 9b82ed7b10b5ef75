import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../src/shared/api-client.ts";
import { uploadFile } from "../../src/shared/contracts/platform.ts";
import { getOwnProfile, submitProfileChange } from "../../src/shared/contracts/profile-changes.ts";
import { decideTask, listTasks } from "../../src/shared/contracts/workflow.ts";
import { samplePdf } from "../../src/shared/sample-pdf.ts";
import { enterAs, openStage, pageFaults, signIn, type Stage } from "./support.ts";
import { dialog, findings, newProfessional, type Professional, signedIn } from "./workspace-support.ts";

/** 审核人员信息修改 by the unit's administrator, and what the person sees of it (AUD-04). */

let stage: Stage;
let hospital: ApiClient;

beforeAll(async () => {
  stage = await openStage();
  hospital = await signedIn(stage.url, "employer", "employer");
});
afterAll(() => stage.close());

async function openReview(): Promise<Page> {
  const page = await stage.visitor();
  await signIn(page, "employer", "employer");
  await page.getByRole("link", { name: "审核人员信息修改" }).first().click();
  await page.getByRole("heading", { level: 1, name: "待办事项" }).waitFor();
  await page.locator(".ant-pagination-total-text").first().waitFor();
  return page;
}

/** Asks for another name, with its evidence. */
async function rename({ client }: Professional, name: string) {
  const file = { name: "更名证明.pdf", bytes: samplePdf("evidence"), type: "application/pdf" };
  const { body } = await client.upload(uploadFile, file);
  const attachments = [{ key: "name" as const, fileId: body.fileId, name: file.name }];
  return await client.ok(submitProfileChange, { changes: { name }, attachments });
}

const drawerButton = (page: Page, name: string) =>
  page.locator(".ant-drawer-footer").getByRole("button", { name, exact: true });

describe("审核人员信息修改", () => {
  it("shows what was and what is to be, is refused with a reason, and takes effect once approved", async () => {
    const person = await newProfessional(stage.url, 447);
    const own = await stage.visitor();
    await enterAs(own, person.client);
    const first = await rename(person, "审核更名");
    const page = await openReview();
    await page.getByRole("button", { name: `办理${first.number}` }).click();
    await page.getByRole("row", { name: `姓名 ${person.name} 审核更名` }).waitFor();
    await page.getByRole("button", { name: "更名证明.pdf" }).waitFor();
    expect(await findings(page)).toEqual([]);
    await drawerButton(page, "驳回").click();
    await page.getByLabel("驳回原因").fill("证明材料不清晰");
    await page
      .getByRole("dialog", { name: /^驳回/ })
      .getByRole("button", { name: "驳回", exact: true })
      .click();
    await page.getByText(`${first.number} 已驳回`).waitFor();
    await own.goto("/workspace/profile");
    await own.getByText(/已被驳回：证明材料不清晰/).waitFor();
    expect(await findings(own)).toEqual([]);

    const second = await rename(person, "审核更名");
    await page.reload();
    await page.getByRole("button", { name: `办理${second.number}` }).click();
    await page.getByRole("row", { name: `姓名 ${person.name} 审核更名` }).waitFor();
    await drawerButton(page, "通过").click();
    await page.getByText(`${second.number} 已通过`).waitFor();
    await own.reload();
    await own.locator("#main").getByText("审核更名", { exact: true }).waitFor();
    expect(await own.getByText(/已被驳回/).count()).toBe(0);
    expect((await person.client.ok(getOwnProfile, {})).name).toBe("审核更名");
    expect([...pageFaults(page), ...pageFaults(own)]).toEqual([]);
  });

  it("is decided in a batch; one that a colleague has decided meanwhile is said so (AUD-09, AUD-11)", async () => {
    const people = [await newProfessional(stage.url, 448), await newProfessional(stage.url, 449)];
    const numbers: string[] = [];
    for (const { client } of people) {
      const { number } = await client.ok(submitProfileChange, { changes: { major: "临床医学" } });
      numbers.push(number);
    }
    const page = await openReview();
    for (const number of numbers) await page.getByRole("checkbox", { name: `选择${number}` }).check();
    const { rows } = await hospital.ok(listTasks, { box: "todo", q: numbers[0] });
    await hospital.ok(decideTask, { id: rows[0]?.id ?? "", outcome: "approve" });
    await page.getByRole("button", { name: "批量通过" }).click();
    await dialog(page).getByRole("button", { name: "通过 2 项" }).click();
    await page.getByTestId("batch-result").getByText("成功 1 条，失败 1 条").waitFor();
    await dialog(page)
      .getByText(/该事项已由 .+ 于 .+ 办理（通过）/)
      .waitFor();
    expect(await findings(page)).toEqual([]);
    for (const { client } of people) expect((await client.ok(getOwnProfile, {})).major).toBe("临床医学");
    expect(pageFaults(page)).toEqual([]);
  });
});
