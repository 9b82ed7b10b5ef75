import ExcelJS from "exceljs";
import type { ApiClient } from "../../shared/api-client.ts";
import { findPerson, listPeople } from "../../shared/contracts/people.ts";
import {
  getImport,
  getImportErrors,
  getImportTemplate,
  startPeopleImport,
} from "../../shared/contracts/imports.ts";
import {
  queryRegistrations,
  registerPerson,
  withdrawRegistration,
} from "../../shared/contracts/registrations.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import { demoPassword, type Journey } from "./journey.ts";
import { approveRegistrationOf } from "./registrations.ts";
import type { Professional, Unit } from "./world.ts";

const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

type Row = Record<string, string>;
type Finished = ResponseOf<typeof getImport>;

/** Rows of the import, by the titles of the template's columns. */
function goodRow(journey: Journey, index: number): Row {
  const accountant = index % 10 === 9;
  return {
    姓名: `示例${String(index + 1).padStart(3, "0")}`,
    身份证号: journey.idNumber(),
    民族: "汉族",
    手机号码: journey.phone(),
    电子邮箱: `person${index + 1}@example.com`,
    学历: "本科",
    职称系列: accountant ? "会计人员" : "工程技术人员",
    职称级别: index % 2 === 0 ? "助理级" : "中级",
    职称名称: accountant ? "会计师" : index % 2 === 0 ? "助理工程师" : "工程师",
    取得时间: "2012-06-30",
    是否会计人员: accountant ? "是" : "否",
    工作年月: "2010-07",
  };
}

type Spoil = (row: Row, rows: readonly Row[], elsewhere: string) => void;

/** Twelve kinds of bad rows, and the words that each reason must hold. */
const spoils: readonly { reason: string; spoil: Spoil }[] = [
  { reason: "校验位不正确", spoil: (row) => spoilCheckDigit(row) },
  { reason: "出生日期不存在", spoil: (row) => set(row, "身份证号", "411729199902291230") },
  { reason: "应为18位", spoil: (row) => set(row, "身份证号", "41010519850307") },
  { reason: "姓名必填", spoil: (row) => set(row, "姓名", "") },
  { reason: "手机号码必填", spoil: (row) => set(row, "手机号码", "") },
  { reason: "手机号码应为11位", spoil: (row) => set(row, "手机号码", "0371-6000") },
  { reason: "民族「", spoil: (row) => set(row, "民族", "火星族") },
  { reason: "职称级别「", spoil: (row) => set(row, "职称级别", "超级") },
  { reason: "电子邮箱格式不正确", spoil: (row) => set(row, "电子邮箱", "not an address") },
  { reason: "是否会计人员", spoil: (row) => set(row, "是否会计人员", "也许") },
  { reason: "行重复", spoil: (row, rows) => set(row, "身份证号", rows[0]?.["身份证号"] ?? "") },
  { reason: "请通过人员调转转入", spoil: (row, _rows, elsewhere) => set(row, "身份证号", elsewhere) },
];

function set(row: Row, column: string, value: string): void {
  row[column] = value;
}

function spoilCheckDigit(row: Row): void {
  const number = row["身份证号"] ?? "";
  row["身份证号"] = number.slice(0, 17) + (number.endsWith("5") ? "6" : "5");
}

/** The template with rows typed in below its header, as a user would. */
async function fillTemplate(template: Uint8Array, rows: readonly Row[]): Promise<Uint8Array> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(Buffer.from(template) as never);
  const sheet = workbook.worksheets[0];
  if (sheet === undefined) throw new Error("the template has no sheet");
  const columns = new Map<string, number>();
  sheet.getRow(1).eachCell((cell, column) => columns.set(String(cell.text).replace("*", "").trim(), column));
  rows.forEach((row, index) => {
    for (const [title, value] of Object.entries(row)) {
      const column = columns.get(title);
      if (column === undefined) throw new Error(`the template has no column ${title}`);
      sheet.getRow(index + 2).getCell(column).value = value;
    }
  });
  return new Uint8Array(await workbook.xlsx.writeBuffer());
}

/** Uploads a workbook and follows its progress to the end. */
async function runImport(employer: ApiClient, bytes: Uint8Array): Promise<Finished> {
  const started = await employer.upload(startPeopleImport, { name: "人员.xlsx", bytes, type: xlsx });
  if (started.status !== 200) throw new Error(`import refused: ${started.body.error?.message}`);
  for (let tries = 0; tries < 600; tries += 1) {
    const run = await employer.ok(getImport, { id: started.body.id });
    if (run.status === "finished" || run.status === "failed") return run;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the import did not end");
}

/** 300 people with 12 bad rows of different kinds; corrected in the error workbook and imported again. */
export async function importPeople(
  journey: Journey,
  employer: Unit,
  elsewhere: string,
): Promise<Professional[]> {
  const template = await employer.admin.bytes(getImportTemplate.path);
  await journey.write("导入模板.xlsx", template.bytes);
  const rows = Array.from({ length: 300 }, (_, index) => goodRow(journey, index));
  const good = rows.map((row) => ({ ...row }));
  spoils.forEach(({ spoil }, index) => spoil(rows[20 + index * 20] ?? {}, rows, elsewhere));
  const first = await runImport(employer.admin, await fillTemplate(template.bytes, rows));
  journey.expect("first import", [first.createdRows, first.failedRows], [288, 12]);
  await expectAccounts(journey, employer, 288);
  const errors = await employer.admin.bytes(getImportErrors.path.replace(":id", first.id));
  await journey.write("失败信息表.xlsx", errors.bytes);
  const corrected = await correctErrors(journey, errors.bytes, good);
  const second = await runImport(employer.admin, corrected);
  journey.expect("corrected and imported again", [second.createdRows, second.failedRows], [12, 0]);
  await expectAccounts(journey, employer, 300);
  journey.note(
    `300 行：首次成功 ${first.createdRows}，失败 ${first.failedRows}；修改后再导入 ${second.createdRows}`,
  );
  return findAll(employer.admin, good);
}

async function expectAccounts(journey: Journey, employer: Unit, count: number): Promise<void> {
  const { total } = await employer.admin.ok(listPeople, { organizationId: employer.id, ownOnly: "true" });
  journey.expect("accounts of the unit", total, count);
}

/** Reads the reasons, then overwrites each failed row with its good values. */
async function correctErrors(journey: Journey, bytes: Uint8Array, good: readonly Row[]): Promise<Uint8Array> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(Buffer.from(bytes) as never);
  const sheet = workbook.worksheets[0];
  if (sheet === undefined) throw new Error("the error workbook has no sheet");
  const columns = new Map<string, number>();
  sheet.getRow(1).eachCell((cell, column) => columns.set(String(cell.text).replace("*", "").trim(), column));
  spoils.forEach(({ reason }, index) => {
    const row = sheet.getRow(index + 2);
    journey.expectText(`reason ${index + 1}`, row.getCell(columns.get("失败原因") ?? 1).text, reason);
    for (const [title, value] of Object.entries(good[20 + index * 20] ?? {})) {
      row.getCell(columns.get(title) ?? 0).value = value;
    }
  });
  return new Uint8Array(await workbook.xlsx.writeBuffer());
}

async function findAll(employer: ApiClient, rows: readonly Row[]): Promise<Professional[]> {
  const people: Professional[] = [];
  for (const row of rows) {
    const { person } = await employer.ok(findPerson, { idNumber: row["身份证号"] ?? "" });
    if (person === null) throw new Error(`${row["姓名"]} was not imported`);
    people.push({ id: person.id, name: person.name, idNumber: row["身份证号"] ?? "" });
  }
  return people;
}

/** One who registers himself and is approved; one who picks the wrong unit and withdraws. */
export async function registerPeople(
  journey: Journey,
  units: { right: Unit; wrong: Unit },
): Promise<Professional> {
  const idNumber = journey.idNumber();
  await submitPerson(journey, { idNumber, name: "自行注册甲", unit: units.right });
  await approveRegistrationOf(units.right.admin, "自行注册甲");
  await journey.client().logIn("professional", idNumber, demoPassword);
  const mistaken = { idNumber: journey.idNumber(), name: "选错单位乙" };
  const registrationId = await submitPerson(journey, { ...mistaken, unit: units.wrong });
  const client = journey.client();
  await client.ok(withdrawRegistration, {
    id: registrationId,
    ...mistaken,
    password: demoPassword,
    ...(await client.captcha()),
  });
  await submitPerson(journey, { ...mistaken, unit: units.right });
  const found = await client.ok(queryRegistrations, { ...mistaken, ...(await client.captcha()) });
  const statuses = found.registrations.map((registration) => registration.statusName).toSorted();
  journey.expect("withdrawn, then registered in the right unit", statuses, ["已撤回", "待审核"].toSorted());
  const { person } = await units.right.admin.ok(findPerson, { idNumber });
  return { id: person?.id ?? "", name: "自行注册甲", idNumber };
}

async function submitPerson(
  journey: Journey,
  about: { idNumber: string; name: string; unit: { id: string } },
): Promise<string> {
  const client = journey.client();
  const receipt = await client.ok(registerPerson, {
    idNumber: about.idNumber,
    password: demoPassword,
    name: about.name,
    phone: journey.phone(),
    email: "someone@example.com",
    organizationId: about.unit.id,
    isAccountant: false,
    titleLevel: "9",
    ...(await client.captcha()),
  });
  return receipt.registrationId;
}
