import type { Locator, Page } from "playwright-core";
import { addAdministrator, createRole } from "../../src/shared/contracts/administrators.ts";
import { listForms, submitDeclarations } from "../../src/shared/contracts/declarations.ts";
import { uploadFile } from "../../src/shared/contracts/platform.ts";
import { getPlatform } from "../../src/shared/contracts/platform.ts";
import { isoDate } from "../../src/shared/dates.ts";
import { registerPerson } from "../../src/shared/contracts/registrations.ts";
import { searchOrganizations } from "../../src/shared/contracts/organizations.ts";
import { decideTask, listTasks } from "../../src/shared/contracts/workflow.ts";
import { identityNumber } from "../../src/server/seeds/synthetic.ts";
import type { LoginRole, Module } from "../../src/shared/modules.ts";
import { demonstrationPassword, tileOf, type TileKey } from "../../src/server/seeds/demonstration-people.ts";
import { ApiClient } from "../../src/shared/api-client.ts";
import { samplePdf } from "../../src/shared/sample-pdf.ts";
import { seriousFindings } from "./support.ts";

const dayMs = 86_400_000;

/** A period of `days` days that ended yesterday or, on 1 January, today; never before the year began. */
export function recentPeriod(days: number): { start: string; end: string; days: number } {
  const first = `${isoDate(new Date()).slice(0, 4)}-01-01`;
  const clip = (date: string) => (date < first ? first : date);
  const end = clip(isoDate(new Date(Date.now() - dayMs)));
  const start = clip(isoDate(new Date(Date.parse(`${end}T04:00:00Z`) - (days - 1) * dayMs)));
  return { start, end, days: Math.round((Date.parse(end) - Date.parse(start)) / dayMs) + 1 };
}

/** A scan to upload through a page. */
export function scan(name: string): { name: string; mimeType: string; buffer: Buffer } {
  return { name, mimeType: "application/pdf", buffer: Buffer.from(samplePdf("evidence")) };
}

/** Somebody of the demonstration at the API, for what a test needs to exist before it opens a page. */
export async function signedIn(url: string, role: LoginRole, key: TileKey): Promise<ApiClient> {
  return new ApiClient(url).logIn(role, tileOf(key).idNumber, demonstrationPassword);
}

export interface Professional {
  client: ApiClient;
  idNumber: string;
  name: string;
  phone: string;
}

/** A unit of the demonstration that people work in. */
export async function unitNamed(client: ApiClient, name: string): Promise<{ id: string; name: string }> {
  const { rows } = await client.ok(searchOrganizations, { kinds: "employer", name });
  const [unit] = rows;
  if (unit === undefined) throw new Error(`no unit ${name}`);
  return unit;
}

export const hospitalName = "郑州市第九示例医院";
export const companyName = "金水区示例科技有限公司";

/** The administrator of the demonstration's company, who has no tile. */
export async function companyClient(url: string): Promise<ApiClient> {
  const idNumber = identityNumber("410105", "1985-06-07", 704);
  return new ApiClient(url).logIn("employer", idNumber, demonstrationPassword);
}

/** Somebody new of the demonstration's hospital, or of another unit, registered and approved, with nothing open. */
export async function newProfessional(
  url: string,
  serial: number,
  unit: { id: string; administrator: ApiClient } | null = null,
): Promise<Professional> {
  const client = new ApiClient(url);
  const idNumber = identityNumber("410105", "1991-03-03", serial);
  const [name, phone] = [`调转测试${serial}`, `13937100${serial}`];
  const organizationId = unit?.id ?? (await unitNamed(client, hospitalName)).id;
  const form = { idNumber, name, phone, email: "person@example.invalid", organizationId };
  const rest = { password: demonstrationPassword, isAccountant: false, titleLevel: "3" };
  await client.ok(registerPerson, { ...form, ...rest, ...(await client.captcha()) });
  await approve(unit?.administrator ?? (await signedIn(url, "employer", "employer")), name);
  await client.logIn("professional", idNumber, demonstrationPassword);
  return { client, idNumber, name, phone };
}

/** Somebody new at the API who may do only this for the demonstration's hospital. */
export async function hospitalAdministrator(
  url: string,
  serial: number,
  modules: Module[],
): Promise<ApiClient> {
  const boss = await signedIn(url, "employer", "employer");
  const role = await boss.ok(createRole, { name: `示例角色${serial}`, modules });
  const idNumber = identityNumber("410105", "1984-04-04", serial);
  const [name, phone, password] = [`示例管理员${serial}`, `13937100${serial}`, demonstrationPassword];
  const administrator = { kind: "new" as const, idNumber, name, phone, password };
  await boss.ok(addAdministrator, { roleIds: [role.id], administrator });
  return new ApiClient(url).logIn("employer", idNumber, password);
}

/** Approves what waits for a reviewer: found by its number, or by part of its applicant's name. */
export async function approve(reviewer: ApiClient, q: string): Promise<void> {
  const { rows } = await reviewer.ok(listTasks, { box: "todo", q });
  const [task] = rows;
  if (task === undefined) throw new Error(`${q} does not wait here`);
  await reviewer.ok(decideTask, { id: task.id, outcome: "approve" });
}

export interface Declared {
  id: string;
  number: string;
}

/** Uploads one file for each kind of evidence that service to the grass roots (form 12) requires. */
export async function serviceEvidence(client: ApiClient) {
  const { year } = await client.ok(getPlatform, {});
  const { forms } = await client.ok(listForms, { year });
  const form = forms.find((one) => one.id === "12");
  if (form === undefined) throw new Error("form 12 is not in force");
  const evidence = [];
  for (const { key, title: name } of form.evidence.filter((kind) => kind.required)) {
    const file = { name: `${name}.pdf`, bytes: samplePdf("evidence"), type: "application/pdf" };
    const { status, body } = await client.upload(uploadFile, file);
    if (status !== 200) throw new Error(`upload: ${status} ${body.error?.message}`);
    evidence.push({ key, fileId: body.fileId, name: `${name}.pdf` });
  }
  return evidence;
}

/** Declares a day of service to the grass roots (form 12) for the client himself. */
export async function declareService(client: ApiClient, title: string): Promise<Declared> {
  const { year } = await client.ok(getPlatform, {});
  const evidence = await serviceEvidence(client);
  const { start, end } = recentPeriod(1);
  const facts = {
    activityName: `${title}${Date.now()}`,
    organizerKind: "employer",
    organizer: "示例单位",
    days: 1,
  };
  const answer = await client.ok(
    submitDeclarations,
    { year, form: "12", title, startDate: start, endDate: end, facts, evidence },
    { "idempotency-key": crypto.randomUUID() },
  );
  const [declaration] = answer.declarations;
  if (declaration === undefined) throw new Error("nothing was declared");
  return { id: declaration.id, number: declaration.number };
}

/** Types a date into an antd date picker as a keyboard user does. */
export async function typeDate(page: Page, label: string, date: string): Promise<void> {
  const input = page.getByLabel(label, { exact: true });
  await input.click();
  await input.fill(date);
  await input.press("Enter");
}

/** The dialog that is open. */
export function dialog(page: Page): Locator {
  return page.locator(".ant-modal:visible").last();
}

/** The number in 「共 N 条」 of the list on the page. */
export async function listedTotal(page: Page): Promise<number> {
  const text = await page.locator(".ant-pagination-total-text").first().textContent();
  return Number(/\d+/.exec(text ?? "")?.[0]);
}

/** Findings of axe, colour contrast among them: the watermark, a background image, would hide that from axe. */
export async function findings(page: Page): Promise<string[]> {
  await page.addStyleTag({ content: 'div[style*="background-image"]{background-image:none!important}' });
  return seriousFindings(page);
}

/** Chooses people in the dialog that a button opens: each is looked for by name. */
export async function choosePeople(
  page: Page,
  button: string,
  people: readonly Professional[],
): Promise<void> {
  await page.getByRole("button", { name: button }).click();
  for (const { name } of people) {
    await dialog(page).getByLabel("姓名").fill(name);
    await page.keyboard.press("Enter");
    await dialog(page)
      .getByRole("checkbox", { name: `选择${name}` })
      .check();
  }
  await dialog(page).getByRole("button", { name: "确定" }).click();
  await dialog(page).waitFor({ state: "hidden" });
}
