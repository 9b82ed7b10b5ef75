import { describe, expect, it } from "vitest";
import { annualRequirement } from "../../src/rules/annual-requirement.ts";
import { evaluateHours } from "../../src/rules/evaluate-hours.ts";
import { formDefinitions } from "../../src/rules/form-definition.ts";
import { defaultPacks } from "../../src/rules/load-packs.ts";
import { renderTrace } from "../../src/rules/render-trace.ts";

const packs = defaultPacks();
const requirement = { public: 30, professional: 60 };

/** What a person reads, form by form: the sum he can check by hand and the clause it rests on. */
const explanations: readonly [form: string, facts: Record<string, unknown>, sentence: string][] = [
  [
    "01",
    { classHours: 24, subject: "public" },
    "基地培训班经审批部门核定 24 学时（公需科目） = 24 学时，依据：学时折算标准（一）",
  ],
  ["02a", { determinedHours: 40 }, "国家部委培训、研修经认定 40 学时 = 40 学时，依据：学时折算标准（二）"],
  [
    "02b",
    { determinedHours: 16.5 },
    "省市部门、行业组织培训经主办单位认定 16.5 学时 = 16.5 学时，依据：学时折算标准（二）",
  ],
  ["03a", { passedCourses: 4 }, "考试合格课程 4 门 × 15 = 60 学时，依据：学时折算标准（三）"],
  ["03b", { months: 5.5 }, "课程进修 5 个月 × 10 = 50 学时，依据：学时折算标准（三）"],
  [
    "03b",
    { months: 8 },
    "课程进修 8 个月（满 6 个月），计为完成当年全部专业科目 60 学时，依据：学时折算标准（三）",
  ],
  [
    "04",
    { level: "ministry", days: 3, presented: true },
    "国家部委学术会议 3 天 × 6 + 宣读 6 = 24 学时，依据：学时折算标准（四）",
  ],
  [
    "04",
    { level: "province", days: 2, presented: false },
    "省级学术会议 2 天 × 4 = 8 学时，依据：学时折算标准（四）",
  ],
  [
    "05",
    { level: "national", group: "sub", rank: 3 },
    "国家级课题子课题（项目）组第 3 名，本年度 = 36 学时，依据：学时折算标准（五）",
  ],
  [
    "06a",
    { tenThousandCharacters: 25.9, rank: 2 },
    "著作（译作）第 2 署名 25 万字 × 12 = 300 学时，依据：学时折算标准（六）",
  ],
  [
    "06b",
    { journal: "provincial-core", rank: 1, supplement: false },
    "省级专业刊物（核心期刊）论文第 1 署名 1 篇 = 44 学时，依据：学时折算标准（六）",
  ],
  [
    "07",
    { type: "utility-model", rank: 3 },
    "实用新型专利第 3 署名 1 项 = 60 学时，依据：学时折算标准（七）",
  ],
  [
    "08",
    { level: "ministerial", rank: 1 },
    "省（部）级科技奖项第 1 署名 1 项 = 60 学时，依据：学时折算标准（八）",
  ],
  ["09", { type: "practice" }, "通过全国执业资格或职业水平考试 = 68 学时，依据：学时折算标准（九）"],
  ["10", { endorsed: true }, "专题调研报告获领导批示 1 篇 = 20 学时，依据：学时折算标准（十）"],
  [
    "11",
    { months: 14 },
    "援派、挂职锻炼 14 个月（满一年），计为完成年度全部公需和专业科目 90 学时，依据：学时折算标准（十一）",
  ],
  ["12", { days: 5 }, "服务基层活动 5 天 × 6 = 30 学时，依据：学时折算标准（十二）"],
  [
    "14",
    { hours: 8, content: "law-policy-ethics" },
    "岗位培训经单位认定 8 学时（公需科目），依据：岗位培训认定口径",
  ],
  [
    "14",
    { hours: 8, content: "professional" },
    "岗位培训经单位认定 8 学时（专业科目），依据：岗位培训认定口径",
  ],
  [
    "15",
    { determinedHours: 20, filedHours: 24 },
    "行业专业科目培训认定 20 学时（备案 24 学时） = 20 学时，依据：行业专业科目培训口径",
  ],
  [
    "16",
    { determinedHours: 12, plannedHours: 16 },
    "单位培训计划申报 12 学时（计划 16 学时，专业科目） = 12 学时，依据：单位培训计划",
  ],
  ["17", { courseHours: 30, subject: "public" }, "网络课程 30 学时（公需科目） = 30 学时，依据：网络培训"],
];

describe("renderTrace", () => {
  it.each(explanations)("explains form %s with %j", (form, facts, sentence) => {
    const { trace } = evaluateHours(packs, { form, year: 2025, facts, requirement });
    expect(renderTrace(trace)).toBe(sentence);
  });

  it("is tested for every form", () => {
    const forms = formDefinitions(packs, { year: 2025 }).map((form) => form.id);
    expect([...new Set(explanations.map(([form]) => form))]).toEqual(forms);
  });

  it("never leaves a placeholder open or a value out", () => {
    for (const [form, facts] of explanations) {
      const text = renderTrace(evaluateHours(packs, { form, year: 2025, facts, requirement }).trace);
      expect(text).not.toMatch(/[{}—]|undefined|null|NaN/);
    }
  });

  it("says nothing about nothing", () => {
    expect(renderTrace([])).toBe("");
    expect(renderTrace([{ kind: "result", text: "甲", citations: [] }])).toBe("甲");
  });

  it("names a clause once, however often it was used", () => {
    const { citations } = annualRequirement(packs, { year: 2025, titleLevel: "none", region: "410105" });
    const [citation] = citations;
    if (citation === undefined) throw new Error("no citation");
    const text = renderTrace([{ kind: "result", text: "甲", citations: [citation, citation] }]);
    expect(text).toBe("甲，依据：各年度合格学时标准（2018 年起）");
  });
});

describe("the words of the regulation", () => {
  const numbers = (text: string): string[] => text.match(/\d+(?=学时)/g) ?? [];

  it("are quoted in the conversion pack with the numbers of its tables", () => {
    const { citations, tables } = packs.of.conversion.pack;
    for (const [name, table] of Object.entries(tables ?? {}))
      for (const row of table.rows) {
        const quoted = new Set(numbers(citations[row.cite]?.text ?? ""));
        const cells = JSON.stringify(row.values).match(/\d+/g) ?? [];
        for (const cell of cells) expect([name, cell, quoted.has(cell)]).toEqual([name, cell, true]);
      }
  });

  it("are quoted in the requirement pack with the numbers of its rules", () => {
    const { citations, decisions } = packs.of["annual-requirement"].pack;
    for (const rule of decisions?.["base"]?.rules ?? []) {
      const text = citations[rule.cite]?.text ?? "";
      const values = rule.event.type === "requirement" ? Object.values(rule.event.params) : [];
      expect(values).toHaveLength(3);
      for (const value of values) expect(text).toContain(`${JSON.stringify(value)}学时`);
    }
  });
});
