import { creditCheckDigit, organizationCheckDigit } from "../../shared/credit-code.ts";
import { checkDigitOf } from "../../shared/identity-number.ts";

/**
 * Numbers of the right shape that belong to nobody on purpose: demonstrations and tests never hold personal data
 * (NFR-02).
 */

/** A valid 身份证号: six region digits, ISO birth date, a serial below 1000 (odd for a man). */
export function identityNumber(regionCode: string, birthDate: string, serial: number): string {
  const stem = `${regionCode}${birthDate.replaceAll("-", "")}${String(serial % 1000).padStart(3, "0")}`;
  return stem + checkDigitOf(stem);
}

/** A valid 统一社会信用代码: two prefix characters, six region digits, and a subject made of a serial. */
export function creditCode(prefix: string, regionCode: string, serial: number): string {
  // "MA" begins subject numbers handed out since 2015; the rest counts.
  const subject = `MA${String(serial % 1_000_000).padStart(6, "0")}`;
  const stem = `${prefix}${regionCode}${subject}${organizationCheckDigit(subject)}`;
  return stem + creditCheckDigit(stem);
}
