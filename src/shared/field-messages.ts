import type { z } from "zod";

/**
 * What is wrong with a field, in Chinese that who fills in a form understands: for problems that a contract does not word
 * itself (REG-24). Names no value that was sent, so that an answer or a log never repeats one.
 */
export const fieldMessages: { localeError: z.core.$ZodErrorMap } = {
  localeError: (issue) => {
    switch (issue.code) {
      case "invalid_type":
        return issue.input === undefined
          ? "必填"
          : `类型不符，应为${typeNames[issue.expected] ?? "其他类型"}`;
      case "invalid_value":
        return `应为以下之一：${shortList(issue.values.map(String))}`;
      case "too_small":
        return tooSmall(issue.origin, issue.minimum, issue.inclusive !== false);
      case "too_big":
        return tooBig(issue.origin, issue.maximum, issue.inclusive !== false);
      case "invalid_format":
        return `${formatNames[issue.format] ?? "格式"}不正确`;
      case "not_multiple_of":
        return `应为 ${issue.divisor} 的倍数`;
      case "unrecognized_keys":
        return `不认识的字段：${shortList(issue.keys)}`;
      default:
        return "内容不正确";
    }
  },
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
