import { isIsoDate } from "./dates.ts";

/** 公民身份号码 (GB 11643-1999): shape, province, birth date and check digit. */

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checkDigits = "10X98765432";
const provinces = new Set(
  "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split(
    " ",
  ),
);

/** Upper-cases a trailing x and trims: `…2x` and `…2X` are one number (LOG-11). */
export function normalizeIdentityNumber(text: string): string {
  return text.trim().toUpperCase();
}

/**
 * Why a number is not a valid 身份证号, in Chinese, or null when it is valid. `today` (ISO date) rules out
 * births in the future. Digits 1–6 need not be in today's region table: codes are abolished over time (REG-22).
 */
export function identityNumberProblem(text: string, today: string): string | null {
  const number = normalizeIdentityNumber(text);
  if (!/^\d{17}[\dX]$/.test(number)) return "身份证号码应为18位，前17位为数字，末位为数字或X";
  if (!provinces.has(number.slice(0, 2))) return "身份证号码前两位不是有效的省份代码";
  const birth = birthDateOf(number);
  if (!isIsoDate(birth)) return "身份证号码中的出生日期不存在";
  if (birth > today) return "身份证号码中的出生日期晚于今天";
  if (checkDigitOf(number) !== number[17]) return "身份证号码校验位不正确，请核对";
  return null;
}

/** The check digit that the first 17 digits require. */
export function checkDigitOf(number: string): string {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(number[index]), 0);
  return checkDigits[sum % 11] ?? "";
}

/** ISO birth date within a number of the right shape. */
export function birthDateOf(number: string): string {
  return `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
}

/** GB/T 2261.1 sex code: an odd 17th digit is male. */
export function sexOf(number: string): "1" | "2" {
  return Number(number[16]) % 2 === 1 ? "1" : "2";
}

/** `4101**********1231`: what lists and certificates show (QRY-07). */
export function maskIdentityNumber(number: string): string {
  return `${number.slice(0, 4)}**********${number.slice(-4)}`;
}

/** `138****5678`. */
export function maskPhone(phone: string): string {
  return `${phone.slice(0, 3)}****${phone.slice(-4)}`;
}
