import ExcelJS from "exceljs";
import { beforeAll, describe, expect, it } from "vitest";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import { StoredFileModel } from "../../../src/models/stored-file.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { readClassRoster, submitBaseClass } from "../../../src/shared/contracts/base-classes.ts";
import { checkDigitOf } from "../../../src/shared/identity-number.ts";
import { approveApplication } from "../../support/applications.ts";
import { classRequest } from "../../support/base-classes.ts";
import { useProvince } from "../../support/province.ts";
import { adminOf, buildPerson, freshIdNumber, inTransaction, personClient } from "../../support/world.ts";

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const header = ["姓名", "身份证号", "考核结果"];
const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });
let asBase: ApiClient;

beforeAll(async () => {
  asBase = await adminOf(server.app, server.url, world.base);
});

const participant = () => inTransaction(server.app, (ctx) => buildPerson(ctx, world.hospital));

async function workbook(lines: readonly (readonly unknown[])[]): Promise<Uint8Array> {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet("学员名单");
  for (const line of lines) sheet.addRow([...line]);
  return new Uint8Array(await book.xlsx.writeBuffer());
}

function upload(bytes: Uint8Array, given: { name?: string; type?: string; about?: object } = {}) {
  const { name = "名单.xlsx", type = xlsxType } = given;
  const about = { year: "2026", name: "示例高研班", classNumber: "GY2026-R", ...given.about };
  return asBase.upload(readClassRoster, { name, bytes, type }, about);
}

async function problemsOf(lines: readonly (readonly unknown[])[]) {
  const { status, body } = await upload(await workbook([header, ...lines]));
  expect(status).toBe(200);
  return body;
}

/** The same number with another check digit. */
function mistyped(idNumber: string): string {
  return idNumber.slice(0, 17) + (checkDigitOf(idNumber) === "1" ? "2" : "1");
}

describe("GET /base-class-rosters/template", () => {
  it("is filled in and read back as it is", async () => {
    const person = await participant();
    const { status, bytes } = await asBase.bytes("/base-class-rosters/template");
    expect(status).toBe(200);
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(bytes.buffer as ArrayBuffer);
    const sheet = book.getWorksheet("学员名单");
    expect(((sheet?.getRow(1).values ?? []) as unknown[]).slice(1)).toEqual([
      "姓名*",
      "身份证号*",
      "考核结果*",
    ]);
    sheet?.addRow([person.name, person.idNumber, "合格"]);
    const { body } = await upload(new Uint8Array(await book.xlsx.writeBuffer()));
    expect(body).toEqual({
      rows: 1,
      roster: [{ name: person.name, idNumber: person.idNumber, result: "passed" }],
      problems: [],
    });
  });

  it("is for bases: 403 to others, 401 without a session", async () => {
    const hospital = await adminOf(server.app, server.url, world.hospital);
    expect((await hospital.bytes("/base-class-rosters/template")).status).toBe(403);
    expect((await server.client().bytes("/base-class-rosters/template")).status).toBe(401);
  });
});

describe("POST /base-class-rosters/files", () => {
  it("takes the good rows and tells of each bad one, by its row in the file, why (BAS-03, BAS-05)", async () => {
    const [doctor, nurse, other] = [await participant(), await participant(), await participant()];
    const { rows, roster, problems } = await problemsOf([
      [doctor.name, doctor.idNumber, "合格"],
      [nurse.name, mistyped(nurse.idNumber), "合格"],
      [],
      ["陌生人", freshIdNumber(), "合格"],
      ["别的名字", other.idNumber, "合格"],
      [doctor.name, doctor.idNumber.toLowerCase(), "不合格"],
      [nurse.name, nurse.idNumber, "优秀"],
      ["", "", "合格"],
      [nurse.name, nurse.idNumber, "不合格"],
    ]);
    expect(rows).toBe(8);
    expect(roster).toEqual([
      { name: doctor.name, idNumber: doctor.idNumber, result: "passed" },
      { name: nurse.name, idNumber: nurse.idNumber, result: "failed" },
    ]);
    expect(problems.map(({ row, message }) => [row, message])).toEqual([
      [3, "身份证号码校验位不正确，请核对"],
      [5, "身份证号码与姓名不符，或该人员尚未在平台注册"],
      [6, "身份证号码与姓名不符，或该人员尚未在平台注册"],
      [7, "与第2行身份证号码重复"],
      [8, "考核结果应为合格或不合格"],
      [9, "请填写姓名；请填写身份证号"],
    ]);
    expect(problems[0]?.name).toBe(nurse.name);
    expect(JSON.stringify(problems)).not.toContain(other.idNumber);
  });

  it("what it answers is what a report of the class takes", async () => {
    const person = await participant();
    const { roster } = await problemsOf([[person.name, person.idNumber, "合格"]]);
    const application = await asBase.ok(submitBaseClass, classRequest(roster));
    await approveApplication(server, [world.city], application);
    const again = await asBase.ok(submitBaseClass, classRequest(roster));
    expect(again.status).toBe("pending");
  });

  it("reads CSV, other orders of columns, ID numbers with spaces and a formula's result", async () => {
    const person = await participant();
    const csv = `备注,考核结果,身份证号,姓名\n无,合格, ${person.idNumber.slice(0, 6)} ${person.idNumber.slice(6)} ,${person.name}`;
    const { body } = await upload(new TextEncoder().encode(csv), { name: "名单.csv", type: "text/csv" });
    expect(body.roster).toEqual([{ name: person.name, idNumber: person.idNumber, result: "passed" }]);
    const formula = await problemsOf([
      [{ formula: "1+1", result: person.name }, person.idNumber, "合格"],
      [person.name, 410105198003070000, "合格"],
    ]);
    expect(formula.roster.length).toBe(1);
    expect(formula.problems[0]?.message).toContain("末几位已丢失");
  });

  it("writes nothing: no file, no event", async () => {
    const person = await participant();
    const count = async () => [
      await StoredFileModel.countDocuments(),
      await AuditEventModel.countDocuments(),
    ];
    const before = await count();
    await problemsOf([[person.name, person.idNumber, "合格"]]);
    expect(await count()).toEqual(before);
  });

  it("answers 400 to a file that is no roster, and says what is wrong with it", async () => {
    const tooMany = Array.from({ length: 2001 }, (_, index) => [
      `学员${index}`,
      "410105198003070011",
      "合格",
    ]);
    for (const [lines, reason] of [
      [
        [
          ["姓名", "身份证号"],
          ["甲", "1"],
        ],
        "考核结果",
      ],
      [[["姓名", "姓名", "身份证号", "考核结果"]], "重复"],
      [
        [
          ["单位", "电话"],
          ["甲", "1"],
        ],
        "表头缺少",
      ],
      [[header], "没有学员"],
      [[header, ...tooMany], "2000"],
    ] as const) {
      const { status, body } = await upload(await workbook(lines));
      expect([status, body.error?.code]).toEqual([400, "import.spreadsheet"]);
      expect(body.error?.message).toContain(reason);
    }
  });

  it("answers 400 to a wrong class, 415 to another kind of file, 400 without one, 403 and 401 to others", async () => {
    const bytes = await workbook([header, ["甲", "1", "合格"]]);
    expect((await upload(bytes, { about: { year: "去年" } })).status).toBe(400);
    const text = new TextEncoder().encode("%PDF-1.4\n1 0 obj");
    const wrong = await upload(text, { name: "名单.pdf", type: "application/pdf" });
    expect([wrong.status, wrong.body.error?.code]).toEqual([415, "file.wrong_type"]);
    const empty = await upload(new Uint8Array());
    expect([empty.status, empty.body.error?.code]).toEqual([400, "file.missing"]);
    const about = { year: "2026", name: "示例高研班", classNumber: "GY2026-R" };
    const file = { name: "名单.xlsx", bytes, type: xlsxType };
    const hospital = await adminOf(server.app, server.url, world.hospital);
    const professional = await personClient(server.app, server.url, await participant());
    for (const client of [hospital, professional])
      expect((await client.upload(readClassRoster, file, about)).body.error?.code).toBe("permission.denied");
    expect((await server.client().upload(readClassRoster, file, about)).status).toBe(401);
  });

  it("answers 413 to more than 5 MB", async () => {
    const { status, body } = await upload(new Uint8Array(5 * 1024 * 1024 + 1));
    expect([status, body.error?.code]).toEqual([413, "file.too_large"]);
  });
});
