/** 统一社会信用代码 (GB 32100-2015) and the 组织机构代码 (GB 11714) within it. */

const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const organizationWeights = [3, 7, 9, 10, 5, 8, 4, 2];

/** 登记管理部门 → 机构类别 codes that exist in it (dictionary §6). */
const categories: Record<string, string> = {
  1: "1239",
  2: "19",
  3: "123459",
  4: "19",
  5: "1239",
  6: "129",
  7: "129",
  8: "19",
  9: "1239",
  A: "19",
  N: "1239",
  Y: "1",
};

export function normalizeCreditCode(text: string): string {
  return text.trim().toUpperCase();
}

/** Why a code is not a valid 18-digit 统一社会信用代码, in Chinese, or null when it is (REG-22). */
export function creditCodeProblem(text: string): string | null {
  const code = normalizeCreditCode(text);
  if (code.length !== 18) return "统一社会信用代码应为18位";
  if (![...code].every((character) => alphabet.includes(character)))
    return "统一社会信用代码只能包含数字和大写字母（不含I、O、S、V、Z）";
  if (!(categories[code.charAt(0)] ?? "").includes(code.charAt(1)))
    return "统一社会信用代码前两位（登记管理部门和机构类别）不存在";
  if (!/^\d{6}$/.test(code.slice(2, 8))) return "统一社会信用代码第3至8位应为行政区划代码";
  if (organizationCheckDigit(code.slice(8, 16)) !== code.charAt(16))
    return "统一社会信用代码中的主体标识码校验位不正确";
  if (creditCheckDigit(code) !== code.charAt(17)) return "统一社会信用代码校验位不正确，请核对";
  return null;
}

/** Check character of the first 17 characters (GB 32100). */
export function creditCheckDigit(code: string): string {
  const sum = weights.reduce(
    (total, weight, index) => total + weight * alphabet.indexOf(code.charAt(index)),
    0,
  );
  return alphabet.charAt((31 - (sum % 31)) % 31);
}

/** Check character of an eight-character 组织机构代码 (GB 11714): 10 → X, 11 → 0. */
export function organizationCheckDigit(code: string): string {
  const sum = organizationWeights.reduce(
    (total, weight, index) => total + weight * Number.parseInt(code.charAt(index), 36),
    0,
  );
  const digit = 11 - (sum % 11);
  return digit === 10 ? "X" : digit === 11 ? "0" : String(digit);
}

/** 单位性质 codes that the first two characters of a code suggest, best first (REG-25, dictionary §1). */
export function suggestedNatures(code: string): string[] {
  const prefix = normalizeCreditCode(code).slice(0, 2);
  return suggestions[prefix] ?? [];
}

const suggestions: Record<string, string[]> = {
  11: ["10"],
  13: ["10"],
  12: ["20", "21"],
  91: ["33", "31", "32", "34", "39"],
  92: ["50"],
  93: ["51"],
  51: ["40"],
  52: ["41"],
  53: ["42"],
  31: ["60"],
  32: ["60"],
  33: ["60"],
  34: ["60"],
  35: ["60"],
  81: ["61"],
  71: ["62"],
  72: ["62"],
  A1: ["63"],
  N1: ["64"],
  N2: ["64"],
  N3: ["64"],
};
