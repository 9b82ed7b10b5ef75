import { z } from "zod";
import { chinese, expressions, nameText, quantity, rule, scalar, year } from "./rule-schema.ts";

/**
 * The shape of a policy pack. `docs/policy-pack.schema.json` is generated from here (a test keeps them equal), so that
 * an editor, `xueshi rules check` and the server all refuse the same mistakes.
 */

export const packKinds = [
  "annual-requirement",
  "conversion",
  "local-rules",
  "declaration-policy",
  "routing",
  "adjustment",
  "determination",
  "title",
  "calendar",
  "credit-import",
] as const;

const isoDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const dated = { from: year, to: z.union([year, z.null()]) };

const citation = z.strictObject({
  title: chinese.describe("给用户看的条款名称，例如：学时折算标准（四）"),
  document: chinese.describe("文件名称和文号"),
  clause: chinese.describe("条款"),
  text: z.string().max(1000).optional().describe("条款原文"),
});

const showWhen = z
  .strictObject({ fact: nameText, equal: scalar })
  .describe("仅当该填报项为此值时才要求")
  .optional();
const fieldTypes = ["integer", "number", "hours", "text", "date", "select", "boolean", "region"] as const;
const field = z.strictObject({
  title: chinese,
  type: z.enum(fieldTypes),
  options: z.array(z.strictObject({ value: z.string().min(1).max(60), title: chinese })).optional(),
  optional: z.boolean().optional(),
  default: scalar.optional(),
  min: quantity.optional(),
  max: quantity.optional(),
  unit: z.string().max(20).optional(),
  perPerson: z.boolean().optional().describe("多人申报时逐人填写"),
  help: chinese.optional(),
  showWhen,
});
const fields = z.record(nameText, field);

const subject = z.enum(["public", "professional"]);
const form = z.strictObject({
  subjects: z.array(subject).min(1).max(2),
  accountants: z
    .enum(["public", "as-rule"])
    .describe("会计人员：public 一律计入公需科目；as-rule 按规则计入"),
  accountantsCite: nameText.optional().describe("会计人员一律计入公需科目的依据，写进会计人员的计算过程"),
  hoursAreTyped: z.boolean(),
  determiner: z.union([nameText, z.null()]),
  details: fields.describe("不参与计算的填报项"),
  evidence: z.array(z.strictObject({ key: nameText, title: chinese, required: z.boolean(), showWhen })),
  duplicateKeys: z.array(z.array(nameText).min(1)),
  perYear: z.boolean().describe("同一项目可按认证年度分别计算"),
  monthsPerCredit: z
    .int()
    .min(1)
    .max(120)
    .optional()
    .describe("同一项目每满多少个月（填报项 months）计一个认证年度；须与 perYear 一起使用"),
});
const local = z.strictObject({
  authority: z.strictObject({
    name: chinese,
    kind: z.enum(["city", "province-managed-county", "province-department"]),
    code: z.string().regex(/^41\d{4}$/),
  }),
  filing: z.discriminatedUnion("status", [
    z.strictObject({ status: z.literal("unfiled") }),
    z.strictObject({ status: z.literal("filed"), number: chinese, date: isoDate }),
  ]),
});

const decision = z.strictObject({
  title: chinese,
  description: chinese.optional(),
  from: year.optional(),
  to: z.union([year, z.null()]).optional(),
  mode: z.enum(["one", "all"]).describe("one：恰好一条规则成立；all：成立的规则全部生效"),
  facts: fields,
  derive: expressions.optional(),
  outcomes: z.array(nameText).optional(),
  form: form.optional(),
  local: local.optional(),
  rules: z.array(rule).min(1).max(200),
});

const tableNode = z
  .union([
    quantity,
    z.array(quantity).min(1).max(50),
    z.record(nameText, z.union([quantity, z.array(quantity).min(1).max(50), z.lazy(() => tableMap)])),
  ])
  .meta({ id: "tableNode" });
const tableMap = z.record(nameText, z.union([quantity, z.array(quantity).min(1).max(50)]));
const table = z.strictObject({
  title: chinese,
  unit: z.string().max(20),
  keys: z.array(nameText).max(4).describe("依次用来查表的事实"),
  rows: z.array(z.strictObject({ ...dated, cite: nameText, values: tableNode })).min(1),
});
const set = z.strictObject({
  title: chinese,
  rows: z
    .array(
      z.strictObject({
        ...dated,
        cite: nameText,
        prefixes: z.array(z.string().regex(/^\d{2,6}$/)),
        except: z.array(z.string().regex(/^\d{6}$/)),
      }),
    )
    .min(1),
});

const suggestion = z.strictObject({
  form: nameText,
  subject,
  vary: nameText,
  max: z.int().min(1).max(366),
  facts: z.record(nameText, scalar),
  say: chinese,
});
const yearCalendar = z.strictObject({
  cite: nameText,
  closed: z.array(isoDate).describe("放假的工作日（周一至周五）"),
  open: z.array(isoDate).describe("上班的周末"),
});

const packCase = z.strictObject({
  name: chinese,
  call: z.enum([
    "hours",
    "draft",
    "requirement",
    "determine",
    "check",
    "people",
    "outcome",
    "decision",
    "duplicate",
    "yearly",
    "title",
    "workdays",
    "import",
    "adjust",
    "gap",
    "cell",
    "member",
    "rejection",
  ]),
  input: z.unknown(),
  expect: z.unknown().optional(),
  error: z.strictObject({ code: z.string(), facts: z.array(z.string()).optional() }).optional(),
});

export const packSchema = z.strictObject({
  $schema: z.string().max(200).optional(),
  id: z.string().regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/),
  kind: z.enum(packKinds).describe("规则包的种类；除 local-rules 外每种恰好一个"),
  version: z
    .string()
    .describe("年份.序号，例如 2027.1")
    .regex(/^\d{4}(\.\d{1,3}){1,2}$/),
  title: chinese,
  description: chinese,
  effective: z.strictObject(dated).describe("有效年份；to 为 null 表示至今"),
  citations: z.record(nameText, citation).describe("依据条款，供表格和规则的 cite 引用"),
  tables: z.record(nameText, table).optional().describe("按年份分行的数值表"),
  sets: z.record(nameText, set).optional().describe("按年份分行的地区集合"),
  decisions: z
    .record(nameText, decision)
    .optional()
    .describe("判断：事实、规则和结果；折算标准中每种学习形式一个"),
  suggestions: z.array(suggestion).max(50).optional(),
  calendar: z.record(z.string().regex(/^\d{4}$/), yearCalendar).optional(),
  fixedHolidays: z
    .strictObject({ cite: nameText, days: z.array(z.string().regex(/^\d{2}-\d{2}$/)) })
    .optional()
    .describe("没有公布放假安排的年份按这些月日放假"),
  cases: z.array(packCase).min(1).max(5000).describe("算例：每条规则、每个数值两侧都要有"),
});

export type Pack = z.infer<typeof packSchema>;
export type PackKind = (typeof packKinds)[number];
export type Decision = z.infer<typeof decision>;
export type Field = z.infer<typeof field>;
export type Table = z.infer<typeof table>;

export type PackCase = z.infer<typeof packCase>;
export type Suggestion = z.infer<typeof suggestion>;
export type FormPart = z.infer<typeof form>;
