import { getImport, startPeopleImport } from "../../src/shared/contracts/imports.ts";
import { PersonModel } from "../../src/models/person.ts";
import { checkDigitOf } from "../../src/shared/identity-number.ts";
import { demonstrationClient } from "../../test/support/demonstration.ts";
import { startTestServer } from "../../test/support/server.ts";

/**
 * Import of people: rows a second from upload to the last commit, through the API, on the embedded database.
 * Baseline of the same run: bare `insertMany` of documents of the same size and number.
 */

const rows = Number(process.argv[2] ?? 20_000);
const server = await startTestServer({ demonstration: true });
try {
  const employer = await demonstrationClient(server, "用人单位");
  const header = "姓名,身份证号,民族,手机号码,电子邮箱,学历,职称系列,职称级别,取得时间,是否会计人员,工作年月";
  const lines = Array.from({ length: rows }, (_, index) => line(index));
  const bytes = new TextEncoder().encode(`${header}\n${lines.join("\n")}\n`);
  const startedAt = performance.now();
  const started = await employer.upload(startPeopleImport, { name: "people.csv", bytes, type: "text/csv" });
  let run = started.body;
  while (run.status === "queued" || run.status === "running") {
    await new Promise((resolve) => setTimeout(resolve, 50));
    run = await employer.ok(getImport, { id: run.id });
  }
  const seconds = (performance.now() - startedAt) / 1000;
  if (run.createdRows !== rows)
    throw new Error(
      `${run.createdRows} of ${rows} rows, ${run.failedRows} failed: ${JSON.stringify(run.sample[0])} ${run.problem}`,
    );
  const rate = rows / seconds;
  const bare = await bareInsertRate();
  console.log(`import of people: ${Math.round(rate)} rows/s over ${rows} rows (target 1,500)`);
  console.log(
    `bare insertMany of the same documents: ${Math.round(bare)} documents/s; ratio ${(rate / bare).toFixed(3)}`,
  );
  process.exitCode = rate >= 1500 ? 0 : 1;
} finally {
  await server.close();
}

function line(index: number): string {
  const day = 1 + (index % 28);
  const month = 1 + (Math.floor(index / 28) % 12);
  const year = 1960 + (Math.floor(index / 336) % 40);
  const region = 410102 + Math.floor(index / 13_440);
  const stem = `${region}${year}${String(month).padStart(2, "0")}${String(day).padStart(2, "0")}${String(index % 900).padStart(3, "0")}`;
  return `导入${index},${stem}${checkDigitOf(stem)},汉族,139${String(index).padStart(8, "0")},a${index}@example.com,本科,工程技术人员,中级,2015-06-30,否,2010-07`;
}

async function bareInsertRate(): Promise<number> {
  const [person] = await PersonModel.find({ name: /^导入/ }).limit(1).lean();
  const database = PersonModel.db.db;
  if (person === undefined || database === undefined) throw new Error("nothing was imported");
  const documents = Array.from({ length: Math.min(rows, 20_000) }, (_, index) => ({
    ...person,
    _id: `bare-${index}`,
  }));
  const startedAt = performance.now();
  for (let from = 0; from < documents.length; from += 250) {
    await database.collection("bare").insertMany(documents.slice(from, from + 250) as never[]);
  }
  return documents.length / ((performance.now() - startedAt) / 1000);
}
