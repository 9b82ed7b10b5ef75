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

const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/** A number in four characters of the code's alphabet. */
function inAlphabet(serial: number): string {
  let rest = serial % alphabet.length ** 4;
  let text = "";
  for (let place = 0; place < 4; place += 1) {
    text = alphabet.charAt(rest % alphabet.length) + text;
    rest = Math.floor(rest / alphabet.length);
  }
  return text;
}

/** A valid 统一社会信用代码: two prefix characters, six region digits, and a subject made of a serial. */
export function creditCode(prefix: string, regionCode: string, serial: number): string {
  // Subjects that begin FAKE are handed out to nobody, so that no real organization can own the code.
  const subject = `FAKE${inAlphabet(serial)}`;
  const stem = `${prefix}${regionCode}${subject}${organizationCheckDigit(subject)}`;
  return stem + creditCheckDigit(stem);
}
