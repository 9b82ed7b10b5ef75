import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { Engine } from "json-rules-engine";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { rulesCommand } from "../../src/cli/rules.ts";
import { defaultPacks, packsFolder } from "../../src/rules/load-packs.ts";

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(args: string[], input: string | readonly (string | Buffer)[] = ""): Promise<Run> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  let out = "";
  let err = "";
  stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString();
  });
  const stdin = Readable.from(
    typeof input === "string" ? [Buffer.from(input)] : input.map((part) => Buffer.from(part)),
  );
  const code = await rulesCommand(args, { stdin, stdout, stderr });
  stdout.end();
  stderr.end();
  await new Promise((resolve) => setImmediate(resolve));
  return { code, out, err };
}

function lines(out: string): Record<string, unknown>[] {
  return out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

const wholeYear = { form: "11", year: 2025, facts: { months: 12 } };
const conference = { form: "04", year: 2025, facts: { level: "ministry", days: 3, presented: true } };

describe("xueshi rules hours --jsonl", () => {
  it("answers the request of the issue", async () => {
    const { code, out } = await run(["hours", "--jsonl"], `${JSON.stringify(conference)}\n`);
    expect(code).toBe(0);
    const [answer] = lines(out);
    expect(answer).toMatchObject({ hours: { public: 0, professional: 24 } });
    expect(answer?.["trace"]).toBeInstanceOf(Array);
    expect(answer?.["citations"]).toMatchObject([{ key: "cnv-4", title: "学时折算标准（四）" }]);
  });

  it.each([
    ["hours", { form: "12", year: 2025, facts: { days: 39 } }],
    ["requirement", { year: 2025, titleLevel: "senior", region: "410701", sector: "K" }],
    [
      "determine",
      {
        ...{ year: 2025, titleLevel: "senior", region: "410701", sector: "L" },
        asOf: "2026-03-01",
        credits: { public: 30, professional: 39 },
      },
    ],
  ])("json-rules-engine decides what %s answers (decision 9)", async (kind, request) => {
    const engine = vi.spyOn(Engine.prototype, "run");
    try {
      expect((await run([kind, "--jsonl"], `${JSON.stringify(request)}\n`)).code).toBe(0);
      expect(engine).toHaveBeenCalled();
      engine.mockResolvedValue({ results: [], failureResults: [], events: [], failureEvents: [] } as never);
      const other = JSON.stringify(request).replace("39", "38").replace("410701", "410702");
      const { code, out } = await run([kind, "--jsonl"], `${other}\n`);
      expect([code, lines(out)[0]]).toMatchObject([2, { error: { code: "internal" } }]);
    } finally {
      engine.mockRestore();
    }
  });

  it("answers in order, reports a bad line and goes on; exit 2", async () => {
    const requests = [
      JSON.stringify({ form: "12", year: 2025, facts: { days: 1 } }),
      "{",
      JSON.stringify({ form: "12", year: 2025, facts: { days: 2 } }),
      "[]",
      JSON.stringify({ form: "12", year: 2025, facts: { dayz: 2 } }),
      JSON.stringify({ form: "12", year: 2025, facts: { days: 3 }, accountant: true }),
    ];
    const { code, out } = await run(["hours", "--jsonl"], requests.join("\n"));
    expect(code).toBe(2);
    const answers = lines(out);
    expect(answers.map((answer) => answer["hours"] ?? Reflect.get(Object(answer["error"]), "code"))).toEqual([
      { public: 0, professional: 6 },
      "request.invalid",
      { public: 0, professional: 12 },
      "request.invalid",
      "fact.missing",
      { public: 18, professional: 0 },
    ]);
    expect(answers[4]).toMatchObject({ error: { facts: ["days", "dayz"] } });
  });

  it("reads lines that arrive in pieces, with any line ends, and skips empty ones", async () => {
    const text = `${JSON.stringify(conference)}\r\n\r\n\n${JSON.stringify(conference)}`;
    const pieces = text.match(/[\s\S]{1,7}/g) ?? [];
    const { code, out } = await run(["hours", "--jsonl"], pieces);
    expect([code, lines(out).length]).toEqual([0, 2]);
  });

  it("drops a byte order mark, and splits lines at line feeds only", async () => {
    const first = `\uFEFF${JSON.stringify(conference)}`;
    const second = JSON.stringify({ ...conference, form: "a\u2028b" });
    const bytes = Buffer.from(`${first}\n${second}\n`);
    const pieces = Array.from({ length: bytes.length }, (_, index) => bytes.subarray(index, index + 1));
    const { code, out } = await run(["hours", "--jsonl"], pieces);
    expect([code, lines(out).length]).toEqual([2, 2]);
    expect(lines(out)).toMatchObject([
      { hours: { professional: 24 } },
      { error: { code: "form.unknown", facts: ["form"] } },
    ]);
  });

  it("refuses a line of 10 MB, wherever it ends, and goes on", async () => {
    const long = `{"form":"${"x".repeat(10_000_000)}"}`;
    const tooLong = { error: { code: "request.invalid", message: "该行超过 1000000 个字符" } };
    const between = await run(["hours", "--jsonl"], [long, "\n", JSON.stringify(conference)]);
    expect(lines(between.out)).toMatchObject([tooLong, { hours: { professional: 24 } }]);
    expect(lines((await run(["hours", "--jsonl"], long)).out)).toMatchObject([tooLong]);
  });

  it("stops reading when nobody reads its answers any more", async () => {
    let read = 0;
    const stdin = Readable.from(
      (function* endless() {
        for (;;) {
          read += 1;
          yield Buffer.from(`${JSON.stringify(conference)}\n`);
        }
      })(),
    );
    const stdout = new PassThrough({ highWaterMark: 1000 });
    stdout.once("data", () => {
      stdout.destroy(Object.assign(new Error("closed"), { code: "EPIPE" }));
    });
    expect(await rulesCommand(["hours", "--jsonl"], { stdin, stdout, stderr: new PassThrough() })).toBe(0);
    expect(read).toBeLessThan(1000);
  });

  it("reads no line at all", async () => {
    expect(await run(["hours", "--jsonl"], "")).toEqual({ code: 0, out: "", err: "" });
  });

  it("answers 5,000 lines in order", async () => {
    const requests = Array.from({ length: 5000 }, (_, index) =>
      JSON.stringify({ form: "02b", year: 2025, facts: { determinedHours: (index % 900) + 1 } }),
    );
    const { code, out } = await run(["hours", "--jsonl"], requests.join("\n"));
    expect(code).toBe(0);
    const hours = lines(out).map((answer) => Reflect.get(Object(answer["hours"]), "professional"));
    expect(hours).toEqual(requests.map((_, index) => (index % 900) + 1));
  });

  it("gives whole-year forms the requirement of the line", async () => {
    const request = {
      form: "11",
      year: 2014,
      facts: { months: 12 },
      requirement: { public: 22, professional: 52 },
    };
    const { out } = await run(["hours", "--jsonl"], JSON.stringify(request));
    expect(lines(out)).toMatchObject([{ hours: { public: 22, professional: 52 } }]);
  });

  it.each([
    ["form", { year: 2025, facts: {} }],
    ["year", { form: "12", facts: { days: 1 } }],
    ["facts", { form: "12", year: 2025 }],
    ["facts", { form: "12", year: 2025, facts: [] }],
    ["facts", { form: "12", year: 2025, facts: null }],
    ["year", { form: "12", year: "2025", facts: { days: 1 } }],
    ["accountant", { form: "12", year: 2025, facts: { days: 1 }, accountant: "yes" }],
    ["acountant", { form: "12", year: 2025, facts: { days: 1 }, acountant: true }],
    ["form", { form: 12, year: 2025, facts: { days: 1 } }],
    ["form", { form: "toString", year: 2025, facts: { days: 1 } }],
    ["__proto__", JSON.parse('{"form":"12","year":2025,"facts":{"days":1},"__proto__":1}')],
    ["year", { form: "12", year: 2025.5, facts: { days: 1 } }],
    ["year", { form: "12", year: 10_000, facts: { days: 1 } }],
    ["year", { form: "12", year: 1e308, facts: { days: 1 } }],
    ["year", { form: "13", year: "2025", facts: { localRule: "EXAMPLE-study-day", days: 1 } }],
    ["requirement", { ...wholeYear, requirement: { public: 30.25, professional: 60 } }],
    ["requirement.profesional", { ...wholeYear, requirement: { public: 30, profesional: 60 } }],
    ["requirement.__proto__", { ...wholeYear, requirement: JSON.parse('{"public":30,"__proto__":1}') }],
  ])("names %s when a line is wrong: %j", async (fact, request) => {
    const { code, out } = await run(["hours", "--jsonl"], JSON.stringify(request));
    expect(code).toBe(2);
    expect(lines(out)).toMatchObject([{ error: { facts: [fact] } }]);
  });

  it.each([
    ["hours", { form: "12", facts: { days: 1 } }, "缺少“年度”（year）", "Missing fact: year"],
    ["hours", { form: "12", year: 2025 }, "缺少“填报事实”（facts）", "Missing fact: facts"],
    ["hours", { form: "12", year: 2025, facts: {} }, "缺少“活动天数”（days）", "Missing fact: days"],
    [
      "requirement",
      { year: 2014, region: "410105" },
      "缺少“职称层级”（titleLevel）",
      "Missing fact: titleLevel",
    ],
    ["requirement", { year: 2014, titleLevel: "none", region: 1 }, "“所属区域”（region）", "fact: region"],
    [
      "requirement",
      { year: 2014, titleLevel: "none", region: "410105", x: 1 },
      "未知的“x”",
      "Unknown fact: x",
    ],
  ])("%s %j names the fact in Chinese and in English", async (...[kind, request, message, messageEn]) => {
    const { out } = await run([kind, "--jsonl"], JSON.stringify(request));
    const { error } = lines(out)[0] as { error: { message: string; messageEn: string } };
    expect(error.message).toContain(message);
    expect(error.messageEn).toContain(messageEn);
  });

  it("writes errors with code, Chinese and English message, and facts", async () => {
    const request = { form: "05", year: 2025, facts: { level: "national", group: "sub", rank: 4 } };
    const { out } = await run(["hours", "--jsonl"], JSON.stringify(request));
    expect(lines(out)).toEqual([
      {
        error: {
          code: "hours.outside_table",
          message: "课题研究与项目开发（表 CNV-T1）：“职责排序”（rank）为 4 的不在表内，不计学时",
          messageEn: "No hours: table project has no cell for rank = 4",
          facts: ["rank"],
        },
      },
    ]);
  });
});

describe("xueshi rules requirement --jsonl", () => {
  it("answers the request of the issue", async () => {
    const request = { year: 2014, titleLevel: "junior", region: "410105", sector: null };
    const { code, out } = await run(["requirement", "--jsonl"], JSON.stringify(request));
    expect(code).toBe(0);
    expect(lines(out)).toMatchObject([
      { total: 74, public: 22, professional: 52, citations: [{ key: "req-2013" }] },
    ]);
  });

  it("refuses years before 2013 and goes on", async () => {
    const request = { titleLevel: "senior", region: "410202", sector: null };
    const input = [2012, 2013, 2016, 2018].map((year) => JSON.stringify({ year, ...request })).join("\n");
    const { code, out } = await run(["requirement", "--jsonl"], input);
    expect(code).toBe(2);
    expect(lines(out)).toMatchObject([
      { error: { facts: ["year"] } },
      { total: 86 },
      { public: 24 },
      { public: 30 },
    ]);
  });
});

describe("xueshi rules determine --jsonl", () => {
  const request = {
    year: 2025,
    titleLevel: "junior",
    region: "410105",
    sector: null,
    asOf: "2026-03-01",
    credits: { public: 30, professional: 55 },
  };

  it("answers the request of the issue", async () => {
    const { code, out } = await run(
      ["determine", "--jsonl"],
      JSON.stringify({ ...request, adjustments: [] }),
    );
    expect(code).toBe(0);
    expect(lines(out)).toMatchObject([
      {
        result: "failed",
        required: { total: 90, public: 30, professional: 60 },
        missing: { total: 5, public: 0, professional: 5 },
      },
    ]);
  });

  it("does not need adjustments, and takes them", async () => {
    const adjustments = [{ kind: "abroad", from: "2025-01-01", to: "2025-08-31" }];
    const credits = { public: 10, professional: 20 };
    const input = [request, { ...request, credits, adjustments }]
      .map((one) => JSON.stringify(one))
      .join("\n");
    const { out } = await run(["determine", "--jsonl"], input);
    expect(lines(out).map((answer) => answer["result"])).toEqual(["failed", "passed-by-adjustment"]);
  });

  it.each([
    ["adjustments", { adjustments: [1] }],
    ["adjustments", { adjustments: {} }],
    ["kind", { adjustments: [{ kind: "x", from: "2025-01-01", to: "2025-02-01" }] }],
    ["from", { adjustments: [{ kind: "sick" }] }],
    ["credits", { credits: 90 }],
    ["credits.professional", { credits: { public: 1 } }],
    ["asOf", { asOf: "today" }],
    ["to", { adjustments: [{ kind: "sick", from: "2025-03-01", to: "2025-02-01" }] }],
    ["credits.public", { credits: { public: 29.95, professional: 60 } }],
    ["credits.professional", { credits: { public: 30, professional: 59.999 } }],
    ["year", { year: 10_000 }],
    ["year", { year: 2025.5 }],
  ])("names %s when it is wrong", async (fact, change) => {
    const { code, out } = await run(["determine", "--jsonl"], JSON.stringify({ ...request, ...change }));
    expect(code).toBe(2);
    const [{ error }] = lines(out) as [{ error: { facts: string[]; message: string } }];
    expect(error.facts).toEqual([fact]);
    expect(error.message).toMatch(new RegExp(`“[\\u4e00-\\u9fff]+”（${fact.replace(".", "\\.")}）`));
  });
});

describe("parts of a determination", () => {
  const request = {
    ...{ year: 2025, titleLevel: "junior", region: "410105", asOf: "2026-03-01" },
    credits: { public: 30, professional: 60 },
  };
  const sick = { kind: "sick", from: "2025-01-01", to: "2025-08-31" };

  it.each([
    ["credits.profesional", { credits: { ...request.credits, profesional: 60 } }],
    ["adjustments.form", { adjustments: [sick, { ...sick, form: "2025-01-01" }] }],
  ])("are not ignored when misspelt: %s", async (fact, change) => {
    const { code, out } = await run(["determine", "--jsonl"], JSON.stringify({ ...request, ...change }));
    expect([code, lines(out)[0]]).toMatchObject([2, { error: { code: "fact.unknown", facts: [fact] } }]);
  });

  it.each([
    [[sick, { ...sick, to: "2025-02-30" }], "第 2 个折算期间的“结束日期”（to）", "Adjustment 2, to"],
    [[{ ...sick, kind: "holiday" }], "折算期间的“类别”（kind）", "Adjustment kind"],
  ])("are named with their number when there are several", async (adjustments, message, messageEn) => {
    const { out } = await run(["determine", "--jsonl"], JSON.stringify({ ...request, adjustments }));
    const { error } = lines(out)[0] as { error: { message: string; messageEn: string } };
    expect(error.message.startsWith(message)).toBe(true);
    expect(error.messageEn.startsWith(messageEn)).toBe(true);
  });

  it("take tenths of hours, also as sums of them come out of a computer", async () => {
    const credits = { public: 0.1 + 0.2 + 29.7, professional: 59.9 };
    const { out } = await run(["determine", "--jsonl"], JSON.stringify({ ...request, credits }));
    expect(lines(out)).toMatchObject([{ result: "failed", missing: { public: 0, professional: 0.1 } }]);
  });
});

describe("xueshi rules check", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "packs-"));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it("passes the shipped packs and counts their cases", async () => {
    const { code, out } = await run(["check"]);
    expect(code).toBe(0);
    for (const { pack } of Object.values(defaultPacks().of))
      expect(out).toContain(`✓ ${pack.id} ${pack.version}：${pack.cases.length} 个算例通过`);
  });

  it("refuses a pack with place, line and reason; exit 1", async () => {
    const file = join(folder, "changed.json");
    const text = readFileSync(join(packsFolder(), "title.json"), "utf8");
    writeFileSync(file, text.replace('"cite": "levels"', '"cite": "nothing"'));
    const { code, out } = await run(["check", file]);
    expect(code).toBe(1);
    expect(out).toMatch(
      /✗ changed\.json\n {2}第 \d+ 行 \/decisions\/level\/rules\/0\/cite：没有依据“nothing”/,
    );
  });

  it("checks good and bad files together", async () => {
    const file = join(folder, "broken.json");
    writeFileSync(file, "{");
    const { code, out } = await run(["check", join(packsFolder(), "title.json"), file]);
    expect(code).toBe(1);
    expect(out).toContain("✓ henan.title");
    expect(out).toContain("✗ broken.json");
    expect(out).toContain("1 个规则包未通过校验");
  });

  it("checks what is given together: a changed pack must fit those that change with it", async () => {
    const pair = mkdtempSync(join(folder, "pair-"));
    const text = (kind: string) => readFileSync(join(packsFolder(), `${kind}.json`), "utf8");
    const routing = text("routing").replaceAll('"organizer-or-authority"', '"organizer-or-sender"');
    const conversion = text("conversion").replaceAll('"organizer-or-authority"', '"organizer-or-sender"');
    writeFileSync(join(pair, "conversion.json"), conversion);
    const alone = await run(["check", pair]);
    expect([alone.code, alone.out]).toEqual([1, expect.stringContaining("没有认定方“organizer-or-sender”")]);
    writeFileSync(join(pair, "routing.json"), routing);
    expect(await run(["check", pair])).toMatchObject({ code: 0 });
  });

  it("does not call an empty folder sound", async () => {
    const empty = mkdtempSync(join(folder, "empty-"));
    expect(await run(["check", empty])).toMatchObject({ code: 1, out: "没有找到规则包文件（*.json）\n" });
  });

  it("says which file cannot be read", async () => {
    const { code, err } = await run(["check", join(folder, "nowhere.json")]);
    expect(code).toBe(1);
    expect(err).toContain("nowhere.json");
  });
});

describe("xueshi rules", () => {
  it.each([[[]], [["fly"]], [["hours"]], [["toString", "--jsonl"]]])(
    "%j shows how to use it; exit 2",
    async (args) => {
      const { code, err, out } = await run(args);
      expect([code, out]).toEqual([2, ""]);
      expect(err).toContain("用法");
    },
  );

  it.each([[["--help"]], [["check", "--help"]]])("%j explains itself; exit 0", async (args) => {
    const { code, err, out } = await run(args);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("xueshi rules hours --jsonl");
  });

  it("schema prints the JSON Schema", async () => {
    const { code, out } = await run(["schema"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ title: "学时规则包", type: "object" });
  });

  it("--packs evaluates with the packs of a folder", async () => {
    const { code, out } = await run(
      ["hours", "--jsonl", "--packs", packsFolder()],
      JSON.stringify(conference),
    );
    expect(code).toBe(0);
    expect(lines(out)).toMatchObject([{ hours: { professional: 24 } }]);
    const missing = await run(["hours", "--jsonl", "--packs", "/nowhere"], JSON.stringify(conference));
    expect(missing.code).toBe(1);
    expect(missing.err).toContain("/nowhere");
  });
});
