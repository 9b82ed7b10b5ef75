import { z } from "zod";
import { creditCodeProblem, normalizeCreditCode } from "../credit-code.ts";
import { isoDate } from "../dates.ts";
import { isIsoDate } from "../dates.ts";
import { identityNumberProblem, normalizeIdentityNumber } from "../identity-number.ts";
import { regionOf } from "../dictionaries/regions.ts";
import type { DictionaryEntry } from "../dictionaries/entry.ts";

/** Field types that several contracts share, with the Chinese message of each refusal. */

export const id = z.string().regex(/^[0-9a-f]{24}$/, "编号格式不正确");

/** White space, and what shows nothing either: joiners, marks of direction, the fillers of Hangul and Braille. */
const invisible = /^[\s\p{Cf}\u115f\u1160\u2800\u3164\uffa0]$/u;

/** A text without what is invisible at its ends: a reason of nothing else is no reason. */
function bare(value: string): string {
  let [start, end] = [0, value.length];
  while (start < end && invisible.test(value.charAt(start))) start += 1;
  while (end > start && invisible.test(value.charAt(end - 1))) end -= 1;
  return value.slice(start, end);
}

/** One line of text: trimmed, without control characters. */
export function text(max: number, min = 1) {
  return z
    .string()
    .overwrite(bare)
    .min(min, min === 1 ? "此项必填" : `至少${min}个字`)
    .max(max, `不能超过${max}个字`)
    .regex(/^[^\p{Cc}]*$/u, "不能包含控制字符");
}

/** Text of several lines. */
export function longText(max: number) {
  return z
    .string()
    .overwrite(bare)
    .max(max, `不能超过${max}个字`)
    .regex(/^(?:[^\p{Cc}]|[\n\r\t])*$/u, "不能包含控制字符");
}

function checked(normalize: (value: string) => string, problemOf: (value: string) => string | null) {
  return z
    .string()
    .max(64, "内容过长")
    .transform(normalize)
    .superRefine((value, context) => {
      const problem = problemOf(value);
      if (problem !== null) context.addIssue({ code: "custom", message: problem });
    });
}

/** Validity does not hang on a test clock: births in the future are judged by the real date. */
export const identityNumber = checked(normalizeIdentityNumber, (value) =>
  identityNumberProblem(value, isoDate(new Date())),
);

export const creditCode = checked(normalizeCreditCode, creditCodeProblem);

export const mobilePhone = z
  .string()
  .trim()
  .regex(/^1[3-9]\d{9}$/, "手机号码应为11位数字");
export const landline = z
  .string()
  .trim()
  .regex(/^[0-9 +()（）\-—转]{5,30}$/, "电话号码格式不正确");
export const email = z.email("电子邮箱格式不正确").max(100, "不能超过100个字");

/** A password as typed: 8–72 characters of two classes; symbols are welcome (PWD-07). */
export const newPassword = z
  .string()
  .min(8, "密码至少8位")
  .max(72, "密码不能超过72位")
  .refine(
    (value) => [/[A-Za-z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(value)).length >= 2,
    "密码须包含字母、数字、符号中的两类",
  );

export const password = z.string().min(1, "此项必填").max(72, "密码不能超过72位");

export const date = z.string().refine(isIsoDate, "日期应为 2026-11-23 的形式且真实存在");
export const year = z.coerce
  .number()
  .int("年度应为整数")
  .min(2013, "年度不早于2013年")
  .max(2100, "年度不正确");
export const hours = z
  .number()
  .min(0, "学时不能为负")
  .max(9999, "学时过大")
  .multipleOf(0.1, "学时最多一位小数");
export const regionCode = z.string().refine((code) => regionOf(code) !== undefined, "请选择所属区域");

/** A code of one dictionary. */
export function codeOf(entries: readonly DictionaryEntry[], title: string) {
  const codes = new Set(entries.map((entry) => entry.code));
  return z.string().refine((code) => codes.has(code), `请选择${title}`);
}

/** A file that was uploaded before. */
export const fileRef = z.strictObject({ fileId: id, name: text(200) });

/** 受理号 of a registration (REG-28). */
export const receiptNumber = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^ZC\d{8}-\d{6,9}$/, "受理号格式不正确");

export const captcha = {
  captchaId: id,
  captchaText: z.string().trim().min(1, "请输入验证码").max(10, "验证码错误"),
};

/** Page of a list: `page` from 1. Lists never run unbounded. */
export const paging = {
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  pageSize: z.coerce.number().int().min(1).max(200).default(20),
};

/** Days, both included, on which something was submitted or came to its holder (AUD-08). */
export const days = { from: date.optional(), to: date.optional() };

/** A page of rows. `total` counts at most `totalLimit` rows; beyond it `totalIsExact` is false. */
export function pageOf<Row extends z.ZodType>(row: Row) {
  return z.object({
    rows: z.array(row),
    total: z.number(),
    totalIsExact: z.boolean(),
    page: z.number(),
    pageSize: z.number(),
  });
}

export const subject = z.enum(["public", "professional"]);
export const hoursBySubject = z.object({ public: z.number(), professional: z.number() });
export const done = z.object({ ok: z.literal(true) });
export const idParams = z.strictObject({ id });
