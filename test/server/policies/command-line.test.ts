import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ledgerCommand } from "../../../src/cli/ledger.ts";
import { rulesCommand } from "../../../src/cli/rules.ts";
import { withApp } from "../../../src/cli/with-app.ts";
import { PersonYearModel } from "../../../src/models/person-year.ts";
import { defaultPacks, packsFolder } from "../../../src/rules/load-packs.ts";

// `xueshi rules publish | versions` and `xueshi ledger rebuild` on an embedded database of their own.

let folder: string;
const before = { data: process.env["DATA_DIR"], uri: process.env["MONGODB_URI"] };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "xc-"));
  process.env["DATA_DIR"] = join(folder, "data");
  delete process.env["MONGODB_URI"];
});

afterAll(() => {
  for (const [name, value] of [["DATA_DIR", before.data] as const, ["MONGODB_URI", before.uri] as const])
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  rmSync(folder, { recursive: true, force: true });
});

async function run(command: typeof ledgerCommand, ...args: string[]) {
  const texts = { out: "", err: "" };
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  stdout.on("data", (chunk: Buffer) => (texts.out += chunk.toString()));
  stderr.on("data", (chunk: Buffer) => (texts.err += chunk.toString()));
  const code = await command(args, { stdin: Readable.from([]), stdout, stderr });
  await new Promise((resolve) => setImmediate(resolve));
  return { code, ...texts };
}

function changedTitle(change: (text: string) => string): string {
  const file = join(folder, "title.json");
  writeFileSync(file, change(readFileSync(join(packsFolder(), "title.json"), "utf8")));
  return file;
}

const versionsOf = async (id: string) =>
  (await run(rulesCommand, "versions")).out
    .split("\n")
    .filter((line) => line.includes(`${id} `))
    .map((line) =>
      line
        .split(" ")
        .slice(0, line.startsWith("*") ? 3 : 4)
        .join(" "),
    );

it("lists the shipped versions, publishes a checked one once, and refuses a bad one with places", async () => {
  const { code, out } = await run(rulesCommand, "versions");
  expect(code).toBe(0);
  expect(out.split("\n").filter((line) => line.startsWith("* "))).toHaveLength(defaultPacks().refs.length);
  const file = changedTitle((text) => text.replace('"2026.1"', '"2026.2"'));
  const published = await run(rulesCommand, "publish", file, "--note", "测试");
  expect(published).toEqual({ code: 0, out: "已发布 henan.title 2026.2\n", err: "" });
  expect(await versionsOf("henan.title")).toEqual(["* henan.title 2026.2", "  henan.title 2026.1"]);
  const again = await run(rulesCommand, "publish", file);
  expect([again.code, again.err]).toEqual([1, "版本 2026.2 已发布过，请使用新的版本号\n"]);
  const bad = changedTitle((text) =>
    text.replace('"2026.1"', '"2026.3"').replace('"cite": "levels"', '"cite": "nothing"'),
  );
  const refused = await run(rulesCommand, "publish", bad);
  expect([refused.code, refused.out]).toEqual([1, ""]);
  expect(refused.err).toMatch(/\/decisions\/level\/rules\/0\/cite（第\d+行）：没有依据“nothing”/);
  writeFileSync(bad, "{");
  expect(await run(rulesCommand, "publish", bad)).toMatchObject({ code: 1, out: "" });
  expect(await run(rulesCommand, "publish")).toMatchObject({ code: 2, out: "" });
  expect(await versionsOf("henan.title")).toEqual(["* henan.title 2026.2", "  henan.title 2026.1"]);
}, 120_000);

it("a stored year that does not follow from the ledger: 1 with --check, repaired without, then 0", async () => {
  const personId = "f".repeat(24);
  const hours = { public: 5, professional: 0 };
  await withApp(undefined, () =>
    PersonYearModel.create([
      {
        _id: `${personId}-2020`,
        personId,
        year: 2020,
        personName: "示例人员",
        organizationId: personId,
        organizationName: "示例单位",
        scopeIds: [personId],
        titleLevel: "3",
        regionCode: "410105",
        sector: null,
        adjustments: [],
        ...hours,
        required: { total: 90, public: 30, professional: 60 },
        missing: { public: 25, professional: 60 },
        result: "failed",
        trace: [],
        citations: [],
        pack: "henan.determination@2026.1",
        determinedAt: new Date("2020-12-31T00:00:00Z"),
        version: 0,
      },
    ]),
  );
  const line = `${personId}-2020 公需学时 5 → 0，所差学时 25+60 → 30+60`;
  expect(await run(ledgerCommand, "rebuild", "--check")).toEqual({
    code: 1,
    out: `${line}\n核对 1 个年度，不一致 1，已改正 0\n`,
    err: "",
  });
  expect(await run(ledgerCommand, "rebuild")).toMatchObject({
    code: 0,
    out: `${line}（已改正）\n核对 1 个年度，不一致 1，已改正 1\n`,
  });
  expect(await run(ledgerCommand, "rebuild", "--check")).toMatchObject({
    code: 0,
    out: "核对 1 个年度，不一致 0，已改正 0\n",
  });
  expect((await run(ledgerCommand, "rebuild", "--chek")).code).toBe(2);
  expect((await run(ledgerCommand)).code).toBe(2);
}, 120_000);
