import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ApiClient } from "../../shared/api-client.ts";
import { isoDate } from "../../shared/dates.ts";
import { checkDigitOf } from "../../shared/identity-number.ts";
import { creditCheckDigit, organizationCheckDigit } from "../../shared/credit-code.ts";

export const demoPassword = "Xueshi@2026";

/** The running demonstration: where it writes, what it has checked, and how long each step took. */
export class Journey {
  readonly url: string;
  readonly today: string;
  readonly year: number;
  readonly differences: string[] = [];
  checks = 0;
  readonly #out: string;
  readonly #print: (text: string) => void;
  #serial = 0;

  constructor(options: { url: string; out: string; print: (text: string) => void }) {
    this.url = options.url;
    this.#out = options.out;
    this.#print = options.print;
    this.today = isoDate(new Date());
    this.year = Number(this.today.slice(0, 4));
  }

  /** Plays one step; prints it in both languages with its time. */
  async step<Result>(title: { zh: string; en: string }, play: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    const before = this.differences.length;
    const result = await play();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const mark = this.differences.length === before ? "✓" : "✗";
    this.#print(`${mark} ${title.zh}\n  ${title.en}  (${seconds} s)\n`);
    return result;
  }

  note(text: string): void {
    this.#print(`    ${text}\n`);
  }

  /** Compares an outcome with what it must be; a difference is kept and fails the run at its end. */
  expect(what: string, actual: unknown, expected: unknown): void {
    this.checks += 1;
    if (JSON.stringify(actual) === JSON.stringify(expected)) return;
    const difference = `${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`;
    this.differences.push(difference);
    this.#print(`  ✗ ${difference}\n`);
  }

  /** A text must contain another. */
  expectText(what: string, actual: string | undefined | null, part: string): void {
    this.checks += 1;
    if (actual?.includes(part) === true) return;
    const difference = `${what}: 「${actual ?? ""}」 lacks 「${part}」`;
    this.differences.push(difference);
    this.#print(`  ✗ ${difference}\n`);
  }

  client(): ApiClient {
    return new ApiClient(this.url);
  }

  /** Writes a file for the reader under the output folder. */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#out, { recursive: true });
    await writeFile(join(this.#out, name), bytes);
    this.note(`→ ${name} (${Math.round(bytes.byteLength / 1024)} KB)`);
  }

  /** A valid ID number that belongs to nobody: a new one at each call. */
  idNumber(region = "410105"): string {
    this.#serial += 1;
    const day = 1 + (this.#serial % 28);
    const month = 1 + (Math.floor(this.#serial / 28) % 12);
    const birthYear = 1970 + (Math.floor(this.#serial / 336) % 30);
    const birth = `${birthYear}${String(month).padStart(2, "0")}${String(day).padStart(2, "0")}`;
    const stem = `${region}${birth}${String(100 + (this.#serial % 900)).padStart(3, "0")}`;
    return stem + checkDigitOf(stem);
  }

  /** A valid 统一社会信用代码 whose subject begins FAKE, which no organization can own. */
  creditCode(prefix: string, region: string): string {
    this.#serial += 1;
    const subject = `FAKE${String(this.#serial % 10_000).padStart(4, "0")}`;
    const stem = `${prefix}${region}${subject}${organizationCheckDigit(subject)}`;
    return stem + creditCheckDigit(stem);
  }

  phone(): string {
    this.#serial += 1;
    return `139${String(this.#serial).padStart(8, "0")}`;
  }

  /** Up to `days` days of the current year that end today: in the first days of January there are fewer. */
  lastDays(days: number): { startDate: string; endDate: string; days: number } {
    const end = Date.parse(`${this.today}T00:00:00Z`);
    const newYear = Date.parse(`${this.year}-01-01T00:00:00Z`);
    const start = Math.max(newYear, end - (days - 1) * 86_400_000);
    return {
      startDate: new Date(start).toISOString().slice(0, 10),
      endDate: this.today,
      days: Math.round((end - start) / 86_400_000) + 1,
    };
  }
}
