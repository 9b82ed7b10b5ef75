import type { z } from "zod";

/**
 * What is wrong with a field, in Chinese that who fills in a form understands: for problems that a contract does not word
 * itself (REG-24). Names no value that was sent, so that an answer or a log never repeats one.
 */
export const fieldMessages: { localeError: z.core.$ZodErrorMap } = {
  localeError: (issue) => wordsOf[issue.code]?.(issue as never) ?? "内容不正确",
};

type IssueOf<Code> = z.core.$ZodRawIssue & { code: Code };
type Words = {
  [Code in z.core.$ZodRawIssue["code"]]?: (issue: Extract<z.core.$ZodRawIssue, IssueOf<Code>>) => string;
};

const wordsOf: Words = {
  invalid_type: ({ input, expected }) =>
    input === undefined ? "必填" : `类型不符，应为${typeNames[expected] ?? "其他类型"}`,
  invalid_value: ({ values }) => `应为以下之一：${shortList(values.map(String))}`,
  too_small: ({ origin, minimum, inclusive }) => tooSmall(origin, minimum, inclusive !== false),
  too_big: ({ origin, maximum, inclusive }) => tooBig(origin, maximum, inclusive !== false),
  invalid_format: ({ format }) => `${formatNames[format] ?? "格式"}不正确`,
  not_multiple_of: ({ divisor }) => `应为 ${divisor} 的倍数`,
  unrecognized_keys: ({ keys }) => `不认识的字段：${shortList(keys)}`,
};

const typeNames: Readonly<Record<string, string>> = {
  string: "文字",
  number: "数字",
  int: "整数",
  nan: "数字",
  boolean: "true 或 false",
  array: "列表",
  object: "对象",
  record: "对象",
  date: "日期",
  null: "空值",
  undefined: "空",
  never: "空",
};

const formatNames: Readonly<Record<string, string>> = {
  email: "电子邮箱",
  url: "网址",
  date: "日期",
  datetime: "日期时间",
  time: "时间",
};

const units: Readonly<Record<string, string>> = { string: "个字符", array: "项", set: "项" };

function tooSmall(origin: string, minimum: number | bigint, inclusive: boolean): string {
  const unit = units[origin];
  if (unit === undefined) return inclusive ? `不能小于 ${minimum}` : `应大于 ${minimum}`;
  return minimum === 1 && inclusive ? "不能为空" : `至少 ${minimum} ${unit}`;
}

function tooBig(origin: string, maximum: number | bigint, inclusive: boolean): string {
  const unit = units[origin];
  if (unit === undefined) return inclusive ? `不能大于 ${maximum}` : `应小于 ${maximum}`;
  return `最多 ${maximum} ${unit}`;
}

/** An unknown field's name may be as long as a request: what is shown is bounded. */
function shortList(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => (name.length > 60 ? `${name.slice(0, 60)}…` : name));
  return `${shown.join("、")}${names.length > 20 ? "…" : ""}`;
}
