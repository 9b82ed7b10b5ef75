import type { CellKind } from "./sheet-columns.ts";
import { unguardFormula } from "./formula-guard.ts";

/**
 * What people type, made comparable: no surrounding or invisible spaces; numbers, letters and signs of codes
 * half-width and capital X; dates as `2018-07-01`, months as `2018-07`. What is not understood stays as
 * typed, for the check of the row to name it.
 */
export function cleanCell(text: string, kind: CellKind): string {
  const plain = unguardFormula(text.replaceAll(/[\u200b-\u200f\u2060\ufeff]/g, "").trim()).trim();
  switch (kind) {
    case "text":
      return plain.replaceAll(/\s+/g, " ");
    case "code":
      return plain.normalize("NFKC").replaceAll(/\s+/g, "").replace(/^'/, "").replace(/x$/, "X");
    case "date":
      return isoDay(plain) ?? plain;
    case "month":
      return isoDay(plain)?.slice(0, 7) ?? isoMonth(plain) ?? plain;
  }
}

const daySpellings = [
  /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d{1,2}:\d{2}.*)?$/,
  /^(\d{4})(\d{2})(\d{2})$/,
];
const monthSpellings = [/^(\d{4})[-/.年](\d{1,2})月?$/, /^(\d{4})(\d{2})$/];

function isoDay(text: string): string | undefined {
  const found = firstMatch(text, daySpellings);
  if (found === undefined) return undefined;
  const [, year = "", month = "", day = ""] = found;
  const iso = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const date = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso) ? iso : undefined;
}

function isoMonth(text: string): string | undefined {
  const found = firstMatch(text, monthSpellings);
  if (found === undefined) return undefined;
  const [, year = "", month = ""] = found;
  return Number(month) >= 1 && Number(month) <= 12 ? `${year}-${month.padStart(2, "0")}` : undefined;
}

function firstMatch(text: string, spellings: readonly RegExp[]): RegExpExecArray | undefined {
  const plain = text.normalize("NFKC").replaceAll(/(?<=[年月/.-])\s+/g, "");
  for (const spelling of spellings) {
    const match = spelling.exec(plain);
    if (match !== null) return match;
  }
  return undefined;
}
