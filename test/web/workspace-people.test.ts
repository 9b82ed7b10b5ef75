import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ExcelJS from "exceljs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { demonstrationPassword, tileOf } from "../../src/server/seeds/demonstration-people.ts";
import { identityNumber } from "../../src/server/seeds/synthetic.ts";
import { answerCaptcha, openStage, pageFaults, screenshot, signIn, type Stage } from "./support.ts";
import { dialog, findings, listedTotal } from "./workspace-support.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage.close();
});

async function openPeople(page: Page, query = ""): Promise<void> {
  await page.goto(`/workspace/people${query}`);
  await page.getByRole("heading", { level: 1, name: "专技人员信息查询" }).waitFor();
  await page.locator(".ant-pagination-total-text").first().waitFor();
}

describe("专技人员信息查询", () => {
  it("keeps its filters in the address, so that going back restores them", async () => {
    const page = await stage.visitor();
    await signIn(page, "employer", "employer");
    await openPeople(page);
    const all = await listedTotal(page);
    expect(await findings(page)).toEqual([]);
    await screenshot(page, "people");
    await page.getByLabel("姓名").fill("张敏");
    await page.getByLabel("姓名").press("Enter");
    await page.waitForURL(/name=/);
    await expect.poll(() => listedTotal(page)).toBeLessThan(all);
    await page.getByRole("link", { name: tileOf("professional").name, exact: true }).click();
    await page.getByRole("heading", { level: 1, name: tileOf("professional").name }).waitFor();
    await page.goBack();
    await expect.poll(() => page.getByLabel("姓名").inputValue()).toBe("张敏");
    await page.getByRole("button", { name: "重置", exact: true }).click();
    await expect.poll(() => listedTotal(page)).toBe(all);
    expect(pageFaults(page)).toEqual([]);
  });

  it("finds one person by ID number without putting the number into the address, and shows the learning records", async () => {
    const page = await stage.visitor();
    await signIn(page, "employer", "employer");
    await openPeople(page);
    const { idNumber, name } = tileOf("professional");
    await page.getByRole("textbox", { name: /身份证号码/ }).fill("410105198001010000");
    await page.getByRole("button", { name: "查找", exact: true }).click();
    await page.locator(".ant-form-item-explain-error").waitFor();
    await page.getByRole("textbox", { name: /身份证号码/ }).fill(idNumber);
    await page.getByRole("button", { name: "查找", exact: true }).click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
    expect(page.url()).not.toContain(idNumber);
    expect(await page.content()).not.toContain(idNumber);
    await page.getByTestId("year-2024").getByText("通过", { exact: true }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("tab", { name: "学习记录" }).click();
    await expect.poll(() => listedTotal(page)).toBeGreaterThan(3);
    expect(await findings(page)).toEqual([]);
    expect(pageFaults(page)).toEqual([]);
  });

  it("reveals a whole number only for a stated purpose", async () => {
    const page = await stage.visitor();
    await signIn(page, "employer", "employer");
    const { idNumber, name } = tileOf("professional");
    await openPeople(page, `?name=${encodeURIComponent(name.slice(0, 2))}`);
    await page.getByRole("button", { name: `查看${name}完整证件号` }).click();
    await dialog(page).getByRole("button", { name: "查看", exact: true }).click();
    await dialog(page).getByText("请填写查看事由").first().waitFor();
    await dialog(page).getByLabel("查看事由").fill("核对职称评审材料");
    await dialog(page).getByRole("button", { name: "查看", exact: true }).click();
    await page.getByText(idNumber).waitFor();
    expect(pageFaults(page)).toEqual([]);
  });

  it("resets a password only after a confirmation that names the person", async () => {
    const page = await stage.visitor();
    await signIn(page, "employer", "employer");
    await openPeople(page, "?isAccountant=true");
    const button = page.getByRole("button", { name: /^重置密码：/ }).last();
    const name = ((await button.getAttribute("aria-label")) ?? "").replace("重置密码：", "");
    await button.click();
    expect(await dialog(page).textContent()).toContain(`重置 ${name}`);
    await dialog(page).getByRole("button", { name: "重置密码" }).click();
    await page.locator(".ant-modal-confirm-title", { hasText: `已重置 ${name} 的密码` }).waitFor();
    expect(await findings(page)).toEqual([]);
  });
});

describe("批量导入", () => {
  it("imports the good rows, says why the bad ones failed, and hands them back in a workbook", async () => {
    const page = await stage.visitor();
    await signIn(page, "employer", "employer");
    await page.goto("/workspace/imports");
    const wait = page.waitForEvent("download");
    await page.getByRole("link", { name: "下载模板" }).click();
    const template = await (await wait).path();
    const file = await filledTemplate(template);
    expect(await findings(page)).toEqual([]);
    await page.getByLabel("选择导入文件").setInputFiles(file);
    await page.getByRole("button", { name: "仅校验，不导入" }).click();
    const result = page.getByTestId("import-result");
    await result.getByText("可导入").waitFor();
    await page.getByRole("button", { name: "开始导入" }).click();
    await result.getByText("新增人员").waitFor();
    expect(await result.textContent()).toMatch(/新增人员2人.*失败1行/);
    await page.getByText("校验").last().waitFor();
    expect(await findings(page)).toEqual([]);
    await screenshot(page, "import");
    const errors = page.waitForEvent("download");
    await page.getByTestId("import-progress").getByRole("link", { name: "下载失败信息表" }).click();
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.readFile(await (await errors).path());
    const text = JSON.stringify(workbook.worksheets[0]?.getSheetValues());
    expect(text).toContain("导入丙");
    expect(text).not.toContain("导入甲");
    await openPeople(page, "?name=导入甲");
    expect(await listedTotal(page)).toBe(1);
    expect(pageFaults(page)).toEqual([]);
  });

  it("refuses another kind of file before it is sent", async () => {
    const page = await stage.visitor();
    await signIn(page, "employer", "employer");
    await page.goto("/workspace/imports");
    await page
      .getByLabel("选择导入文件")
      .setInputFiles({ name: "名单.xls", mimeType: "application/vnd.ms-excel", buffer: Buffer.from("x") });
    await page.getByText("只支持 xlsx、csv 文件，旧格式 xls 请另存为 xlsx").waitFor();
    expect(await page.getByTestId("import-progress").count()).toBe(0);
  });
});

/** The template with two good people and one whose check digit is wrong. */
async function filledTemplate(template: string): Promise<string> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.readFile(template);
  const [sheet] = workbook.worksheets;
  if (sheet === undefined) throw new Error("the template has no sheet");
  const columns = new Map<string, number>();
  sheet.getRow(1).eachCell((cell, column) => columns.set(cell.text.replace(/[*\s]/g, ""), column));
  const wrong = identityNumber("410105", "1991-02-03", 733);
  const people = [
    ["导入甲", identityNumber("410105", "1991-02-03", 731)],
    ["导入乙", identityNumber("410105", "1991-02-03", 732)],
    ["导入丙", `${wrong.slice(0, 17)}${wrong.endsWith("1") ? "2" : "1"}`],
  ] as const;
  people.forEach(([name, idNumber], index) => {
    const row = sheet.getRow(index + 2);
    const cells = { 姓名: name, 身份证号: idNumber, 手机号码: `1383700000${index}`, 是否会计人员: "否" };
    for (const [header, value] of Object.entries(cells)) row.getCell(columns.get(header) ?? 0).value = value;
    row.commit();
  });
  const file = join(await mkdtemp(join(tmpdir(), "xs-web-")), "人员信息.xlsx");
  await writeFile(file, Buffer.from(await workbook.xlsx.writeBuffer()));
  return file;
}

describe("年度完成情况 and certificates", () => {
  it("prints a passed year, says what another lacks, and which year blocks a merged certificate", async () => {
    const page = await stage.visitor();
    await signIn(page, "professional", "accountant");
    await page.goto("/workspace/years");
    const failed = page.getByTestId("year-2024");
    await failed.getByText("未通过", { exact: true }).waitFor();
    await failed
      .getByText(/专业科目还差 20 学时/)
      .first()
      .waitFor();
    expect(await failed.getByRole("button", { name: /打印证书/ }).count()).toBe(0);
    expect(await findings(page)).toEqual([]);
    await page.goto("/workspace/years?from=2017&to=2024");
    await page.getByTestId("merge-blocked").getByText(/2024/).first().waitFor();
    expect(await page.getByRole("button", { name: "合并打印" }).count()).toBe(0);
    expect(pageFaults(page)).toEqual([]);
  });

  it("shows the very certificate with its number to the professional, and 合并打印 where all years pass", async () => {
    const page = await stage.visitor();
    await signIn(page, "professional", "professional");
    await page.goto("/workspace/years?from=2024&to=2024");
    await page.getByRole("button", { name: "合并打印" }).waitFor();
    await screenshot(page, "years");
    await page
      .getByTestId("year-2024")
      .getByRole("button", { name: /打印证书/ })
      .click();
    const number = await page.getByTestId("certificate-number").textContent();
    expect(number).toMatch(/\S{8,}/);
    const source = await dialog(page).locator("iframe").getAttribute("src");
    const pdf = await page.request.get(source ?? "");
    expect(pdf.status()).toBe(200);
    expect((await pdf.body()).subarray(0, 5).toString("latin1")).toBe("%PDF-");
    expect(await findings(page)).toEqual([]);

    const employer = await stage.visitor();
    await signIn(employer, "employer", "employer");
    await employer.goto("/workspace/certificates?year=2024");
    await employer.getByRole("button", { name: `预览打印${tileOf("professional").name}的证书` }).waitFor();
    expect(await findings(employer)).toEqual([]);
    await employer.getByText(number ?? "").waitFor();
    // By name: who else is in the unit by now, and so on which page she is, other tests decide.
    await employer.getByLabel("姓名").fill(tileOf("accountant").name);
    // Both in one breath, before the page is drawn again: neither undoes the other.
    const all = await employer.getByLabel("也显示未达标人员").elementHandle();
    await employer.getByRole("button", { name: "查询", exact: true }).evaluate((button, box) => {
      (button as HTMLElement).click();
      (box as HTMLElement | null)?.click();
    }, all);
    await expect.poll(() => employer.url()).toMatch(/name=.*all=true|all=true.*name=/);
    await employer
      .getByText(/专业.*还差.*20/)
      .first()
      .waitFor();
    await screenshot(employer, "certificates");
    expect(pageFaults(employer)).toEqual([]);
  });

  it("gives the whole record as a 学习档案 that is verified as one, not as a certificate", async () => {
    const page = await stage.visitor();
    await signIn(page, "professional", "accountant");
    await page.goto("/workspace/years");
    await page.getByRole("button", { name: "学习档案" }).click();
    const number = (await page.getByTestId("certificate-number").textContent()) ?? "";
    const pdf = await page.request.get((await dialog(page).locator("iframe").getAttribute("src")) ?? "");
    expect((await pdf.body()).subarray(0, 5).toString("latin1")).toBe("%PDF-");
    const code = /核验码 (\S+)/.exec(await dialog(page).innerText())?.[1] ?? "";
    expect(await findings(page)).toEqual([]);
    await page.goto(`/verify?number=${number}&code=${code}`);
    await page.getByRole("heading", { name: "学习档案有效" }).waitFor();
    await page.getByRole("cell", { name: "未通过" }).first().waitFor();
    expect(pageFaults(page)).toEqual([]);
  });

  it("exports closed records only without a session", async () => {
    const page = await stage.visitor();
    await page.goto("/closed-record");
    await page.getByLabel("身份证号码").fill(tileOf("accountant").idNumber);
    await page.getByLabel("密码", { exact: true }).fill(demonstrationPassword);
    await answerCaptcha(page);
    await page.getByRole("button", { name: "导出学习档案" }).click();
    await page.getByText("您的档案未关闭，请登录后导出学习档案").waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it("shows 没有权限 to who may not", async () => {
    const page = await stage.visitor();
    await signIn(page, "professional", "professional");
    for (const path of ["people", "imports", "certificates"]) {
      await page.goto(`/workspace/${path}`);
      await page.getByText("没有权限").first().waitFor();
      expect(await findings(page)).toEqual([]);
    }
  });
});
