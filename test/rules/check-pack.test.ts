import { describe, expect, it } from "vitest";
import { checkPack } from "../../src/rules/check-pack.ts";
import { checkWithEngine } from "../../src/rules/check-with-engine.ts";
import { defaultPacks, loadPack, loadPacks, packsFrom, withPack } from "../../src/rules/load-packs.ts";
import type { PackKind } from "../../src/rules/pack-schema.ts";
import { failureOf } from "./failure.ts";

const packs = defaultPacks();
const proof = "decisions/04/form/evidence/2";
type OneKind = Exclude<PackKind, "local-rules">;
type Edit = readonly [path: string, value: unknown];

/** The text of a shipped pack with values replaced, added (`…/-`) or removed (undefined). */
function edited(kind: OneKind, ...edits: readonly Edit[]): string {
  const pack: unknown = structuredClone(packs.of[kind].pack);
  for (const [path, value] of edits) {
    const keys = path.split("/");
    const last = keys.pop() ?? "";
    let node: unknown = pack;
    for (const key of keys) node = Reflect.get(Object(node), key);
    if (last === "-" && Array.isArray(node)) node.push(value);
    else if (value === undefined) Reflect.deleteProperty(Object(node), last);
    else Reflect.set(Object(node), last, value);
  }
  return JSON.stringify(pack, null, 2);
}

function findings(kind: OneKind, ...edits: readonly Edit[]) {
  return checkPack(packs, edited(kind, ...edits), "pack.json").findings;
}

describe("checkPack on the shipped packs", () => {
  it.each([...Object.values(packs.of), ...packs.local].map((one) => [one.ref.id, one] as const))(
    "finds nothing wrong with %s",
    (_, { pack }) => {
      const { findings: found, loaded, cases } = checkPack(packs, JSON.stringify(pack), "pack.json");
      expect(found).toEqual([]);
      expect(loaded?.pack.id).toBe(pack.id);
      expect(cases).toBe(pack.cases.length);
    },
  );

  it.each([...Object.values(packs.of), ...packs.local].map((one) => [one.ref.id, one] as const))(
    "json-rules-engine itself decides %s in the same way",
    async (_, loaded) => {
      expect(await checkWithEngine(loaded)).toEqual([]);
    },
  );
});

describe("what the platform needs of a pack", () => {
  const yearly = "decisions/11/form";
  const codes = "decisions/level/facts/code";

  it.each<[string, string, OneKind, readonly Edit[]]>([
    ["calendar.ends", "effective/to", "calendar", [["effective/to", 2030]]],
    ["title.code", codes, "title", [[`${codes}/options/4/value`, "6"]]],
    ["fact.unknown", `${proof}/showWhen`, "conversion", [[`${proof}/showWhen/fact`, "read"]]],
    ["form.evidence", `${proof}/showWhen`, "conversion", [["decisions/04/facts/presented/perPerson", true]]],
    ["form.per_year", `${yearly}/monthsPerCredit`, "conversion", [[`${yearly}/perYear`, false]]],
    [
      "fact.unknown",
      "decisions/12/form/monthsPerCredit",
      "conversion",
      [["decisions/12/form/monthsPerCredit", 12]],
    ],
  ])("%s is found at %s", (...[code, place, kind, edits]) => {
    expect(findings(kind, ...edits)).toContainEqual(expect.objectContaining({ code, place }));
  });
});

describe("a form that could be published and never be declared", () => {
  const form = (id: string) => structuredClone(packs.of.conversion.pack.decisions?.[id]);
  const notice = "decisions/12/form/evidence";
  const details = "decisions/12/form/details";
  const text = { title: "说明", type: "text" };
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`more${index}`, text]));
  const determiner = "decisions/02a/form/determiner";
  const asked = "decisions/hoursDeterminer/facts/determiner";

  it.each<[string, string, OneKind, readonly Edit[]]>([
    ["form.id", "decisions/lecture", "conversion", [["decisions/lecture", form("12")]]],
    ["form.id", "decisions/18A", "conversion", [["decisions/18A", form("12")]]],
    ["form.id", "decisions/13", "conversion", [["decisions/13", form("12")]]],
    ["form.name", `${details}/Place_1`, "conversion", [[`${details}/Place_1`, text]]],
    ["form.name", "decisions/12/facts/Days", "conversion", [["decisions/12/facts/Days", text]]],
    ["form.name", `${details}/days`, "conversion", [[`${details}/days`, text]]],
    ["form.fields", "decisions/12", "conversion", [[details, many]]],
    ["form.name", `${notice}/0`, "conversion", [[`${notice}/0/key`, "Notice_1"]]],
    ["form.evidence", `${notice}/1`, "conversion", [[`${notice}/1/key`, "notice"]]],
    ["form.evidence", `${notice}/0`, "conversion", [[`${notice}/0/key`, "other"]]],
    [
      "form.subjects",
      "decisions/12/form/subjects",
      "conversion",
      [["decisions/12/form/subjects", ["public"]]],
    ],
    [
      "form.subjects",
      "decisions/01/form/subjects",
      "conversion",
      [["decisions/01/form/subjects", ["professional"]]],
    ],
    ["form.determiner", determiner, "conversion", [[determiner, "nobody"]]],
    ["form.determiner", asked, "routing", [[`${asked}/options/1/value`, "somebody"]]],
    ["form.show_when", `${proof}/showWhen`, "conversion", [[`${proof}/showWhen/equal`, "yes"]]],
    [
      "form.show_when",
      "decisions/14/form/details/relevance/showWhen",
      "conversion",
      [["decisions/14/form/details/relevance/showWhen/equal", "other"]],
    ],
  ])("%s is found at %s", (...[code, place, kind, edits]) => {
    expect(findings(kind, ...edits)).toContainEqual(expect.objectContaining({ code, place }));
  });
});

describe("what cannot be written in a pack", () => {
  const value = "decisions/10/rules/1/event/params/credits/professional";
  const comparison = "decisions/10/rules/0/conditions/all/0";

  it.each([
    [value, { divide: [6, 2] }, "没有“divide”这种写法"],
    [value, { add: [1, { js: "process.exit()" }] }, "没有“js”这种写法"],
    [comparison, { fact: "endorsed", op: "equal", value: false }, "没有“op”这种写法"],
    [value, { add: [] }, "/add："],
  ])("is named at %s: %j", (place, written, expected) => {
    const [found] = findings("conversion", [place, written]);
    expect(found?.message).toContain(`/${place}`);
    expect(found?.message).toContain(expected);
  });
});

describe("two local packs", () => {
  it("cannot have a rule of the same name: a declaration knows it by its name alone (CNV-16)", () => {
    const [shipped] = packs.local;
    const copy = JSON.stringify({ ...shipped?.pack, id: "kaifeng.local-rules" });
    expect(checkPack(packs, copy, "pack.json").findings).toMatchObject([
      {
        code: "local.twice",
        place: "decisions/EXAMPLE-study-day",
        message: expect.stringContaining(shipped?.ref.id ?? "?"),
      },
    ]);
  });
});

describe("numbers below nothing", () => {
  it("are no hours", () => {
    const minus = { call: "hours", input: { form: "10", year: 2025, facts: { endorsed: true } } };
    const expected = { name: "扣减", ...minus, expect: { hours: { public: 0, professional: -20 } } };
    const found = findings("conversion", ["tables/report/rows/0/values", -20], ["cases", [expected]]);
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringContaining("规则“获领导批示”算出的学时小于 0"),
    ]);
  });

  it("are no requirement", () => {
    const rule = "decisions/base/rules/4/event/params";
    const input = { year: 2025, titleLevel: "none", region: "410105", sector: null };
    const negative = { total: 60, public: -30, professional: 60 };
    const found = findings(
      "annual-requirement",
      [`${rule}/public`, -30],
      ["cases", [{ name: "负数", call: "requirement", input, expect: negative }]],
    );
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringContaining("规则“2018 年起”的学时要求小于 0"),
    ]);
  });
});

describe("dates", () => {
  const second = { from: 2026, to: null, cite: "cnv-12", values: 7 };
  const rows = "tables/servicePerDay/rows";

  it.each<[string, string, readonly Edit[]]>([
    ["date.gap", `${rows}`, [[`${rows}/0/to`, 2025]]],
    [
      "date.gap",
      `${rows}/1`,
      [
        [`${rows}/0/to`, 2024],
        [`${rows}/-`, second],
      ],
    ],
    [
      "date.overlap",
      `${rows}/1`,
      [
        [`${rows}/0/to`, 2026],
        [`${rows}/-`, second],
      ],
    ],
    ["date.overlap", `${rows}/1`, [[`${rows}/-`, second]]],
    ["date.overlap", `${rows}/0`, [[`${rows}/0/from`, 2012]]],
    ["date.gap", `${rows}/0`, [[`${rows}/0/from`, 2014]]],
    ["date.order", `${rows}/0`, [[`${rows}/0/to`, 2012]]],
    ["date.outside", "decisions/12/rules/0", [["decisions/12/rules/0/from", 2012]]],
    ["date.order", "effective", [["effective/to", 2000]]],
  ])("%s is found at %s", (code, place, edits) => {
    expect(findings("conversion", ...edits)).toContainEqual(expect.objectContaining({ code, place }));
  });

  it.each<[string, readonly Edit[]]>([
    ["date.outside", [["sets/zhengzhou/rows/0/from", 2012]]],
    ["date.order", [["sets/zhengzhou/rows/0/to", 2012]]],
    [
      "date.overlap",
      [["sets/zhengzhou/rows/-", { from: 2020, to: null, cite: "region", prefixes: [], except: [] }]],
    ],
  ])("%s of a set is found", (code, edits) => {
    expect(findings("annual-requirement", ...edits).map((one) => one.code)).toContain(code);
  });

  it("allows a set to have years without a row", () => {
    const gap = { from: 2013, to: 2024, cite: "region", prefixes: ["4101"], except: [] };
    const found = findings("annual-requirement", ["sets/zhengzhou/rows", [gap]]);
    expect(found).toEqual([]);
  });

  it("allows rows that follow each other, if the cases agree", () => {
    const found = findings("conversion", [`${rows}/0/to`, 2026], [`${rows}/-`, { ...second, from: 2027 }]);
    expect(found).toEqual([]);
  });

  it.each([
    ["2026-02-30", "不存在"],
    ["2025-10-01", "不在 2026 年"],
    ["2026-10-03", "是周末"],
  ])("a holiday on %s is refused", (day, reason) => {
    const [first] = findings("calendar", ["calendar/2026/closed/0", day]);
    expect(first).toMatchObject({ code: "date.unreal", place: "calendar/2026/closed/0" });
    expect(first?.message).toContain(reason);
  });

  it("a working weekend that is no weekend, or listed twice, is refused", () => {
    expect(findings("calendar", ["calendar/2026/open/0", "2026-10-12"])).toMatchObject([
      { code: "date.unreal" },
    ]);
    expect(findings("calendar", ["calendar/2026/open/-", "2026-10-10"])).toMatchObject([
      { code: "date.overlap" },
    ]);
  });
});

describe("references", () => {
  const rule = "decisions/12/rules/0";
  const params = `${rule}/event/params`;

  it.each<[string, string, readonly Edit[]]>([
    ["citation.unknown", `${rule}/cite`, [[`${rule}/cite`, "nothing"]]],
    [
      "citation.unused",
      "citations/extra",
      [["citations/extra", { title: "甲", document: "乙", clause: "丙" }]],
    ],
    ["table.unknown", `${rule}/event/params/let/perDay`, [[`${params}/let/perDay`, { table: ["nothing"] }]]],
    [
      "table.keys",
      `${rule}/event/params/let/perDay`,
      [[`${params}/let/perDay`, { table: ["servicePerDay", 1] }]],
    ],
    [
      "set.unknown",
      "decisions/12/derive/in",
      [["decisions/12/derive", { in: { set: ["nothing", "410100"] } }]],
    ],
    [
      "fact.unknown",
      `${rule}/event/params/credits/professional`,
      [[`${params}/credits/professional`, { var: "daze" }]],
    ],
    ["fact.unknown", `${rule}/event/params/explain`, [[`${params}/explain`, "服务基层 {daze} 天"]]],
    [
      "fact.unknown",
      `${rule}/conditions`,
      [[`${rule}/conditions`, { all: [{ fact: "x", operator: "equal", value: 1 }] }]],
    ],
    ["fact.unknown", "decisions/12/form/duplicateKeys", [["decisions/12/form/duplicateKeys/-", ["nothing"]]]],
    [
      "condition.type",
      `${rule}/conditions`,
      [[`${rule}/conditions`, { all: [{ fact: "days", operator: "equal", value: "3" }] }]],
    ],
    [
      "condition.type",
      `${rule}/conditions`,
      [[`${rule}/conditions`, { all: [{ fact: "days", operator: "in", value: 3 }] }]],
    ],
    [
      "condition.type",
      `${rule}/conditions`,
      [[`${rule}/conditions`, { all: [{ fact: "year", operator: "after", value: "2026-02-30" }] }]],
    ],
    [
      "name.twice",
      "decisions/12/derive/days",
      [["decisions/12/derive", { days: { floor: { var: "days" } } }]],
    ],
    ["field.options", "decisions/12/facts/days", [["decisions/12/facts/days/type", "select"]]],
    ["field.range", "decisions/12/facts/days", [["decisions/12/facts/days/max", 0]]],
    ["form.missing", "decisions/12", [["decisions/12/form", undefined]]],
  ])("%s is found at %s", (code, place, edits) => {
    expect(findings("conversion", ...edits)).toContainEqual(expect.objectContaining({ code, place }));
  });

  it("a cycle of derived values is refused: each may use only what stands before it", () => {
    const cycle = { a: { add: [{ var: "b" }, 1] }, b: { add: [{ var: "a" }, 1] } };
    const found = findings("conversion", ["decisions/12/derive", cycle]);
    expect(found).toMatchObject([{ code: "fact.unknown", place: "decisions/12/derive/a" }]);
  });

  it("a value that is derived from itself is refused", () => {
    const found = findings("conversion", ["decisions/12/derive", { a: { add: [{ var: "a" }, 1] } }]);
    expect(found).toMatchObject([{ code: "fact.unknown", place: "decisions/12/derive/a" }]);
  });
});

describe("authorities of local rules (CNV-16)", () => {
  const [shipped] = packs.local;
  const authority = (kind: string, code: string, from = 2013): string[] => {
    const pack: unknown = structuredClone(shipped?.pack);
    const [decision] = Object.values(Object(Reflect.get(Object(pack), "decisions")));
    Object.assign(Object(decision), { from });
    Reflect.set(Object(Reflect.get(Object(decision), "local")), "authority", { name: "某局", kind, code });
    const { findings: found } = checkPack(packs, JSON.stringify(pack), "local.json");
    return found.map((one) => one.code).filter((one) => one !== "case.failed");
  };

  it.each([
    ["city", "410300", 2013, true],
    ["city", "419001", 2013, true],
    ["city", "410000", 2013, false],
    ["city", "410305", 2013, false],
    ["province-department", "410000", 2013, true],
    ["province-department", "410100", 2013, false],
    ["province-managed-county", "410181", 2013, false],
    ["province-managed-county", "410181", 2014, true],
    ["province-managed-county", "411729", 2021, true],
    ["province-managed-county", "411729", 2022, false],
    ["province-managed-county", "410122", 2016, false],
  ])("%s %s from %i: %s", (...[kind, code, from, isAllowed]) => {
    expect(authority(kind, code, from)).toEqual(isAllowed ? [] : ["authority.code"]);
  });
});

describe("rules", () => {
  const base = "decisions/base/rules";

  it("that can never hold are found", () => {
    const impossible = { all: [{ fact: "days", operator: "lessThan", value: 0 }] };
    const never = {
      name: "永不成立",
      cite: "cnv-12",
      conditions: impossible,
      event: { type: "hours", params: { credits: { professional: 1 }, explain: "无" } },
    };
    expect(findings("conversion", ["decisions/12/rules/-", never])).toMatchObject([
      { code: "rule.unreachable", place: "decisions/12/rules/1" },
    ]);
  });

  it("that leave a gap are found, with the facts", () => {
    const found = findings("annual-requirement", [`${base}/0/conditions/all/0/value`, ["junior"]]);
    const gap = found.find((one) => one.code === "rule.gap");
    expect(gap?.message).toContain("none");
    expect(gap?.message).toContain(
      "没有适用的规则（例如“职称层级”（titleLevel）为 无职称（none），“所属区域”",
    );
  });

  it("that overlap are found, with their names", () => {
    const found = findings("annual-requirement", [
      `${base}/0/conditions/all/0/value`,
      ["junior", "none", "senior"],
    ]);
    const overlap = found.find((one) => one.code === "rule.overlap");
    expect(overlap?.message).toContain("2013–2015 年中级、高级");
  });

  it("that leave a year uncovered are found", () => {
    const found = findings("annual-requirement", [`${base}/4/from`, 2019]);
    expect(found.find((one) => one.code === "rule.gap")?.message).toContain("2018 年");
  });

  it("that give what their place cannot give are found", () => {
    const event = { type: "outcome", params: { outcome: "passed" } };
    expect(findings("conversion", ["decisions/12/rules/0/event", event])).toContainEqual(
      expect.objectContaining({ code: "event.kind" }),
    );
  });

  it("of a business rule task give only declared outcomes, and all of them", () => {
    const path = "decisions/planRoute/rules/0/event/params/outcome";
    const codes = findings("routing", [path, "elsewhere"]).map((one) => one.code);
    expect(codes).toEqual(["outcome.unknown", "outcome.unreachable"]);
  });

  it("of a determination give results that the platform knows", () => {
    const codes = findings("determination", ["decisions/result/outcomes/-", "excellent"]).map(
      (one) => one.code,
    );
    expect(codes).toContain("outcome.unknown");
  });

  it("that a named function asks for must be there", () => {
    const found = findings("adjustment", ["decisions/prorate", undefined]);
    expect(found).toContainEqual(expect.objectContaining({ code: "decision.missing" }));
  });
});

describe("cases", () => {
  it("that fail block the pack and say what was expected and what came", () => {
    const [finding] = findings("conversion", ["tables/servicePerDay/rows/0/values", 7]);
    expect(finding).toMatchObject({ code: "case.failed" });
    expect(finding?.message).toMatch(/应为 .*6.*实际为 .*7/);
  });

  it("that name no known call are refused by the schema", () => {
    const [finding] = findings("conversion", ["cases/0/call", "guess"]);
    expect(finding).toMatchObject({ code: "pack.invalid" });
    expect(finding?.message).toContain("cases/0/call");
  });

  it("with input of the wrong shape fail and do not crash the check", () => {
    for (const input of [null, 5, "x", [], {}, { form: null }, { people: 1 }, { titles: [1] }])
      for (const call of [
        "hours",
        "requirement",
        "determine",
        "adjust",
        "gap",
        "check",
        "people",
        "outcome",
        "decision",
        "cell",
        "member",
        "duplicate",
        "title",
        "workdays",
        "import",
      ]) {
        const found = findings("credit-import", [
          "cases",
          [{ name: "怪", call, input, expect: { nothing: 1 } }],
        ]);
        expect(found.map((one) => one.code)).toContain("case.failed");
      }
  });
});

describe("findings", () => {
  it("carry the line of the file", () => {
    const text = edited("conversion", ["decisions/12/rules/0/cite", "nothing"]);
    const [finding] = checkPack(packs, text, "pack.json").findings;
    const line = text.split("\n")[(finding?.line ?? 0) - 1];
    expect(line).toContain('"cite": "nothing"');
  });
});

describe("loading", () => {
  it("hashes the text, so that every change is another version", () => {
    const text = JSON.stringify(packs.of.title.pack);
    expect(loadPack(text, "a").ref.sha256).not.toBe(loadPack(`${text}\n`, "a").ref.sha256);
    expect(loadPack(text, "a").ref.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("freezes packs", () => {
    expect(Object.isFrozen(packs.of.conversion.pack.tables?.["paper"]?.rows[0]?.values)).toBe(true);
  });

  it("wants one pack of each kind", () => {
    const all = [...Object.values(packs.of), ...packs.local];
    expect(failureOf(() => packsFrom(all.slice(1))).code).toBe("pack.incomplete");
    expect(failureOf(() => packsFrom([...all, packs.of.title])).code).toBe("pack.duplicate");
    expect(packsFrom(all).refs).toHaveLength(all.length);
  });

  it("replaces a pack of the same kind and keeps the others", () => {
    const text = edited("title", ["version", "2027.1"]);
    const changed = withPack(packs, loadPack(text, "title"));
    expect(changed.of.title.ref.version).toBe("2027.1");
    expect(changed.of.conversion).toBe(packs.of.conversion);
  });

  it("reads a folder", () => {
    expect(loadPacks().refs.map((ref) => ref.id)).toContain("henan.conversion");
    expect(() => loadPacks("/nowhere")).toThrow("/nowhere");
  });
});
