import { beforeAll, describe, expect, it } from "vitest";
import { AccountModel } from "../../../src/models/account.ts";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import { JobModel } from "../../../src/models/job.ts";
import { PeopleImportModel } from "../../../src/models/people-import.ts";
import { PersonModel } from "../../../src/models/person.ts";
import { parsePersonRow } from "../../../src/server/commands/imports/parse-person-row.ts";
import { runPeopleImport } from "../../../src/server/commands/imports/run-people-import.ts";
import { peopleColumns, type PeopleCells } from "../../../src/server/spreadsheets/people-columns.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import {
  getImport,
  getImportErrors,
  getImportTemplate,
  listImports,
  startPeopleImport,
} from "../../../src/shared/contracts/imports.ts";
import { adminOf, freshIdNumber, newPerson, personClient } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

let hospital: ApiClient;
const { server, world } = useProvince();

beforeAll(async () => {
  hospital = await adminOf(server.app, server.url, world.hospital);
});

const header = "姓名,身份证号,手机号码,是否会计人员,所属部门,毕业院校";
const csv = (...lines: string[]) => ({
  name: "人员.csv",
  bytes: new TextEncoder().encode([header, ...lines].join("\n")),
  type: "text/csv",
});

async function finished(client: ApiClient, id: string) {
  for (;;) {
    const run = await client.ok(getImport, { id });
    if (run.status === "finished" || run.status === "failed") return run;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

async function importCsv(lines: string[], fields: Record<string, string> = {}) {
  const started = await hospital.upload(startPeopleImport, csv(...lines), fields);
  expect(started.status).toBe(200);
  return finished(hospital, started.body.id);
}

describe("an import of people", () => {
  it("commits good rows, names what is wrong with the bad ones, and records both", async () => {
    const idNumber = freshIdNumber();
    const run = await importCsv([
      `张三,${idNumber},13900000001,否,,`,
      `李四,${idNumber},13900000002,否,,`,
      ",1,2,也许,,",
    ]);
    expect([run.createdRows, run.failedRows, run.totalRows]).toEqual([1, 2, 3]);
    expect(run.sample[0]?.reason).toContain("重复");
    expect(run.sample[1]?.reason).toContain("姓名必填");
    expect(run.sample[1]?.reason).toContain("手机号码应为11位数字");
    const person = await PersonModel.findOne({
      idNumberIndex: server.app.secrets.blindIndex(idNumber),
    }).lean();
    expect(person).toMatchObject({ name: "张三", organizationId: world.hospital._id, status: "active" });
    const account = await AccountModel.findById(person?.accountId).lean();
    expect([account?.passwordHash, account?.mustChangePassword]).toEqual([null, true]);
    expect(
      await AuditEventModel.countDocuments({ type: "person.created", subjectId: person?._id ?? "" }),
    ).toBe(1);
    const [event] = await AuditEventModel.find({ type: "import.finished", subjectId: run.id }).lean();
    expect(event?.data).toEqual({ created: 1, updated: 0, failed: 2 });
  });

  it("lets the new person in once with the last six, and only to change the password", async () => {
    const idNumber = freshIdNumber();
    await importCsv([`王五,${idNumber},13900000003,否,,`]);
    const client = await server.client().logIn("professional", idNumber, idNumber.slice(-6));
    expect((await client.call(listImports, {})).body.error?.code).toBe("password.change_required");
    await expect(server.client().logIn("professional", idNumber, idNumber.slice(-6))).rejects.toThrow(
      "login.initial_password_expired",
    );
  });

  it("writes nothing in a dry run", async () => {
    const idNumber = freshIdNumber();
    const run = await importCsv([`赵六,${idNumber},13900000004,否,新部门,`], {
      dryRun: "true",
      createDepartments: "true",
    });
    expect([run.createdRows, run.dryRun]).toEqual([1, true]);
    expect(await PersonModel.exists({ idNumberIndex: server.app.secrets.blindIndex(idNumber) })).toBeNull();
  });

  it("refuses who is registered elsewhere, and fills only empty fields of its own people", async () => {
    const other = await newPerson(server.app, world.company);
    const own = await newPerson(server.app, world.hospital, { school: null, major: "内科" });
    const lines = [`甲,${other.idNumber},13900000005,否,,`, `乙,${own.idNumber},13900000006,否,,示例大学`];
    const strict = await importCsv(lines);
    expect(strict.sample.map((row) => row.reason)).toEqual([
      `该人员已在${world.company.name}注册，请通过人员调转转入`,
      "该人员已在本单位注册",
    ]);
    const filling = await importCsv(lines, { existing: "fill-empty" });
    expect([filling.updatedRows, filling.failedRows]).toEqual([1, 1]);
    expect(await PersonModel.findById(own._id).lean()).toMatchObject({ school: "示例大学", major: "内科" });
  });

  it("creates departments when asked, and names unknown ones when not", async () => {
    const strict = await importCsv([`丙,${freshIdNumber()},13900000007,否,急诊科,`]);
    expect(strict.sample[0]?.reason).toBe("所属部门「急诊科」不存在");
    const creating = await importCsv([`丙,${freshIdNumber()},13900000008,否,急诊科,`], {
      createDepartments: "true",
    });
    expect(creating.createdRows).toBe(1);
  });

  it("doubles nobody when its job runs again after a crash", async () => {
    const started = await hospital.upload(startPeopleImport, csv(`丁,${freshIdNumber()},13900000009,否,,`));
    const run = await finished(hospital, started.body.id);
    const people = await PersonModel.countDocuments({});
    await PeopleImportModel.updateOne({ _id: run.id }, { $set: { status: "running" } });
    await runPeopleImport(server.app, run.id);
    expect(await PersonModel.countDocuments({})).toBe(people);
    expect((await hospital.ok(getImport, { id: run.id })).createdRows).toBe(1);
    expect(await JobModel.countDocuments({ kind: "people.import", status: "failed" })).toBe(0);
  });

  it("offers the failed rows as a workbook, and nothing where none failed", async () => {
    const bad = await importCsv(["无号,,13900000010,否,,"]);
    const book = await hospital.bytes(getImportErrors.path.replace(":id", bad.id));
    expect([book.status, new TextDecoder().decode(book.bytes.subarray(0, 2))]).toEqual([200, "PK"]);
    const good = await importCsv([`戊,${freshIdNumber()},13900000011,否,,`]);
    expect((await hospital.bytes(getImportErrors.path.replace(":id", good.id))).status).toBe(404);
  });
});

describe("who may import", () => {
  it("403 without the module, 401 for nobody, 404 for another organization's import", async () => {
    const person = await newPerson(server.app, world.hospital);
    const professional = await personClient(server.app, server.url, person);
    const file = csv(`己,${freshIdNumber()},13900000012,否,,`);
    expect((await professional.upload(startPeopleImport, file)).status).toBe(403);
    expect((await professional.bytes(getImportTemplate.path)).status).toBe(403);
    expect((await server.client().upload(startPeopleImport, file)).status).toBe(401);
    const run = await importCsv([`庚,${freshIdNumber()},13900000013,否,,`]);
    const company = await adminOf(server.app, server.url, world.company);
    expect((await company.call(getImport, { id: run.id })).body.error?.code).toBe("import.not_found");
    expect((await company.ok(listImports, {})).rows).toEqual([]);
    expect((await hospital.bytes(getImportTemplate.path)).status).toBe(200);
  });

  it("415 and 400 for files that are no people workbook, with nothing queued", async () => {
    const before = await PeopleImportModel.countDocuments({});
    const png = {
      name: "人员.xlsx",
      bytes: Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"),
      type: "image/png",
    };
    expect((await hospital.upload(startPeopleImport, png)).status).toBe(415);
    const empty = { name: "人员.csv", bytes: new Uint8Array(), type: "text/csv" };
    expect((await hospital.upload(startPeopleImport, empty)).body.error?.code).toBe("file.missing");
    expect(await PeopleImportModel.countDocuments({})).toBe(before);
  });

  it("409 while another import of the organization runs", async () => {
    const [row] = await PeopleImportModel.find({}).limit(1).lean();
    await PeopleImportModel.updateOne({ _id: row?._id ?? "" }, { $set: { status: "running" } });
    const answer = await hospital.upload(startPeopleImport, csv(`辛,${freshIdNumber()},13900000014,否,,`));
    expect([answer.status, answer.body.error?.code]).toEqual([409, "import.running"]);
    await PeopleImportModel.updateOne({ _id: row?._id ?? "" }, { $set: { status: "finished" } });
  });
});

describe("parsePersonRow", () => {
  const empty = Object.fromEntries(peopleColumns.map(({ key }) => [key, ""])) as PeopleCells;
  const good = {
    ...empty,
    name: "张三",
    idNumber: "410105198503071231",
    phone: "13900000000",
    isAccountant: "否",
  };
  const parse = (cells: Partial<PeopleCells>) =>
    parsePersonRow({ rowNumber: 2, cells: { ...good, ...cells } }, "2026-11-23");

  it("derives birth date and sex from the number, and takes names or codes", () => {
    const parsed = parse({ titleSeries: "会计人员", titleLevel: "3", titleObtainedOn: "2015.7" });
    expect(parsed).toMatchObject({
      ok: true,
      person: {
        birthDate: "1985-03-07",
        sex: "1",
        titleSeries: "17",
        titleLevel: "3",
        titleObtainedOn: "2015-07-01",
      },
    });
  });

  it.each([
    [{ sex: "女" }, "性别与身份证号码不符"],
    [{ titleObtainedOn: "2027-01-01" }, "取得时间晚于今天"],
    [{ titleObtainedOn: "去年" }, "取得时间应为"],
    [{ isAccountant: "" }, "是否会计人员必填"],
    [{ school: "长".repeat(101) }, "毕业院校不能超过100个字"],
  ])("refuses %j", (cells, reason) => {
    const parsed = parse(cells);
    expect(parsed.ok ? [] : parsed.reasons.join("；")).toContain(reason);
  });
});
