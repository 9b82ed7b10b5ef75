import { defaultPacks } from "../../src/rules/load-packs.ts";

const packs = defaultPacks();
const good = JSON.stringify(packs.of.conversion.pack);

/** A sound pack with a member replaced by hostile text. */
function replaced(find: string, by: string): string {
  if (!good.includes(find)) throw new Error(`nothing to replace: ${find}`);
  return good.replace(find, by);
}

const service = '"rows":[{"from":2013,"to":null,"cite":"cnv-12","values":6}]';
const manyRules = JSON.stringify(
  Array.from({ length: 3000 }, (_, index) => ({
    name: `规则${index}`,
    cite: "cnv-12",
    conditions: { all: [] },
    event: { type: "hours", params: { credits: { professional: 1 }, explain: "无" } },
  })),
);

/** Texts that are no pack, or would be a dangerous one. */
export const hostile: readonly [name: string, text: string][] = [
  ["nothing", ""],
  ["not JSON", "规则"],
  ["a number", "5"],
  ["null", "null"],
  ["a list", "[]"],
  ["an empty object", "{}"],
  ["a cut off file", good.slice(0, -40)],
  ["two documents", `${good}${good}`],
  ["an unknown member", replaced('"kind":"conversion"', '"kind":"conversion","script":"x"')],
  ["a name that occurs twice", replaced('"kind":"conversion"', '"kind":"conversion","kind":"conversion"')],
  ["__proto__ as a member", replaced('"kind":"conversion"', '"kind":"conversion","__proto__":{"x":1}')],
  [
    "__proto__ as a table",
    replaced('"tables":{', '"tables":{"__proto__":{"title":"甲","unit":"","keys":[],"rows":[]},'),
  ],
  ["constructor as a decision", replaced('"decisions":{', '"decisions":{"constructor":{},')],
  ["__proto__ as a cell", replaced(service, service.replace("6}]", '{"__proto__":6}}]'))],
  ["toString as a variable", replaced('{"var":"passedCourses"}', '{"var":"toString"}')],
  ["a variable path", replaced('{"var":"passedCourses"}', '{"var":"a.constructor.constructor"}')],
  ["code as an expression", replaced('{"var":"passedCourses"}', '{"js":"process.exit()"}')],
  ["an operator that is none", replaced('"operator":"lessThan"', '"operator":"constructor"')],
  ["an enormous number", replaced(service, service.replace("6}]", "1e308}]"))],
  ["an infinite number", replaced(service, service.replace("6}]", "1e999}]"))],
  ["a negative rank table", replaced(service, service.replace("6}]", '"6"}]'))],
  ["a number with 100,000 digits", replaced(service, service.replace("6}]", `${"9".repeat(100_000)}}]`))],
  ["a year in the stone age", replaced(service, service.replace("2013", "-5000"))],
  ["a year that is no number", replaced(service, service.replace("2013", '"2013"'))],
  ["a fractional year", replaced(service, service.replace("2013", "2013.5"))],
  ["10 MB of spaces", `${" ".repeat(10_000_000)}${good}`],
  ["10 MB of text", replaced('"title":"继续教育学时折算标准"', `"title":"${"长".repeat(10_000_000)}"`)],
  ["1.9 MB of text", replaced('"title":"继续教育学时折算标准"', `"title":"${"长".repeat(1_900_000)}"`)],
  ["100,000 nested lists", "[".repeat(100_000)],
  ["100,000 nested objects", '{"a":'.repeat(100_000)],
  [
    "a deep expression",
    replaced('{"var":"passedCourses"}', `${'{"floor":'.repeat(5000)}1${"}".repeat(5000)}`),
  ],
  [
    "a deep condition",
    replaced('"conditions":{"all":[]}', `"conditions":${'{"not":'.repeat(5000)}1${"}".repeat(5000)}`),
  ],
  ["500,000 values", replaced('"duplicateKeys":[', `"duplicateKeys":[${'["x"],'.repeat(250_000)}`)],
  [
    "3,000 rules in a decision",
    replaced('"rules":[{"name":"按天计算"', `"rules":${manyRules.slice(0, -1)},{"name":"按天计算"`),
  ],
  ["a wide sum", replaced('{"var":"passedCourses"}', `{"add":[${"1,".repeat(5000)}1]}`)],
  [
    "a lone surrogate and control characters",
    replaced('"title":"继续教育学时折算标准"', '"title":"\u0000\ud800"'),
  ],
  ["an invalid escape", replaced('"title":"继续教育学时折算标准"', '"title":"\\x41"')],
  ["comments", `// 注释\n${good}`],
];

/** Rules of the shape of form 12, as many as wanted. */
function rules(count: number, of: (index: number) => object): object[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `第 ${index} 条`,
    cite: "cnv-12",
    conditions: { all: [{ fact: "days", operator: "equal", value: index }] },
    event: { type: "hours", params: { credits: { professional: 1 }, explain: "无" } },
    ...of(index),
  }));
}

/** The conversion pack with its decisions changed. */
function withDecisions(change: (service: object) => Record<string, object>): string {
  const pack = structuredClone(packs.of.conversion.pack);
  const decisions = pack.decisions ?? {};
  return JSON.stringify({ ...pack, decisions: { ...decisions, ...change(decisions["12"] ?? {}) } });
}

/** Well-formed packs that ask for more work than any pack may. */
export const costly: readonly [name: string, text: () => string][] = [
  [
    "200 rules, each with its own number",
    () => withDecisions((service) => ({ "12": { ...service, rules: rules(200, () => ({})) } })),
  ],
  [
    "200 rules, each with its own years",
    () =>
      withDecisions((service) => ({
        "12": { ...service, rules: rules(180, (index) => ({ from: 2013 + index, to: 2013 + index })) },
      })),
  ],
  [
    "30 forms of 150 rules",
    () =>
      withDecisions((service) =>
        Object.fromEntries(
          Array.from({ length: 30 }, (_, index) => [
            `f${index}`,
            { ...service, rules: rules(150, (at) => ({ from: 2013 + (at % 40) })) },
          ]),
        ),
      ),
  ],
  [
    "twelve facts with many values",
    () =>
      withDecisions((service) => {
        const facts = Object.fromEntries(
          Array.from({ length: 12 }, (_, index) => [`n${index}`, { title: "数", type: "number" }]),
        );
        const all = Object.keys(facts).map((fact) => ({ fact, operator: "greaterThan", value: 3 }));
        return { "12": { ...service, facts, derive: {}, rules: rules(50, () => ({ conditions: { all } })) } };
      }),
  ],
  [
    "5,000 cases with the dearest question",
    () => {
      const pack = structuredClone(packs.of.determination.pack);
      const gap = { year: 2025, missing: { total: 9999, public: 9999, professional: 9999 } };
      const cases = Array.from({ length: 5000 }, (_, index) => ({
        name: `例${index}`,
        call: "gap",
        input: gap,
        expect: { texts: [] },
      }));
      return JSON.stringify({ ...pack, cases });
    },
  ],
  [
    "5,000 cases of three years of working days",
    () => {
      const input = { from: "2013-01-01", to: "2015-12-31" };
      const cases = Array.from({ length: 5000 }, (_, index) => ({
        name: `例${index}`,
        call: "workdays",
        input,
        expect: { days: [] },
      }));
      return JSON.stringify({ ...packs.of.calendar.pack, cases });
    },
  ],
  [
    "working days for eight thousand years",
    () => {
      const input = { from: "2013-01-01", to: "9999-12-31" };
      const cases = [{ name: "长", call: "workdays", input, expect: { days: [] } }];
      return JSON.stringify({ ...packs.of.calendar.pack, cases });
    },
  ],
];
