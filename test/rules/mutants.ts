import { dayNumber, isCalendarDate, isoFromDayNumber } from "../../src/rules/calendar-days.ts";
import type { Pack } from "../../src/rules/pack-schema.ts";

/** A pack with one number, comparison or date changed by one. */
export interface Mutant {
  readonly place: string;
  readonly was: string;
  readonly is: string;
  readonly text: string;
}

const opposite: Readonly<Record<string, string>> = {
  equal: "notEqual",
  notEqual: "equal",
  in: "notIn",
  notIn: "in",
  lessThan: "lessThanInclusive",
  lessThanInclusive: "lessThan",
  greaterThan: "greaterThanInclusive",
  greaterThanInclusive: "greaterThan",
  before: "onOrBefore",
  onOrBefore: "before",
  after: "onOrAfter",
  onOrAfter: "after",
};

/** Parts without rules: words for people, and the cases that are to catch the mutants. */
const skipped = new Set(["cases", "citations", "version", "$schema", "title", "description"]);

/** Every mutant of a pack. */
export function mutantsOf(pack: Pack): Mutant[] {
  const mutants: Mutant[] = [];
  const copy: unknown = structuredClone(pack);
  visit(copy, [], (place, was, replace) => {
    for (const is of replacements(place, was)) {
      replace(is);
      mutants.push({ place: place.join("/"), was: String(was), is: String(is), text: JSON.stringify(copy) });
    }
    replace(was);
  });
  return mutants;
}

type Visit = (place: readonly string[], value: unknown, replace: (value: unknown) => void) => void;

function visit(node: unknown, place: readonly string[], found: Visit): void {
  if (typeof node !== "object" || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (place.length === 0 && skipped.has(key)) continue;
    const here = [...place, key];
    if (typeof value === "object") visit(value, here, found);
    else found(here, value, (replacement) => Reflect.set(node, key, replacement));
  }
}

/** Codes that are compared with facts: of forms and titles in conditions, of regions in sets. */
const compared = new Set(["conditions", "sets"]);

function replacements(place: readonly string[], value: unknown): unknown[] {
  if (typeof value === "number") return [value + 1, value - 1];
  if (typeof value !== "string") return [];
  if (place.at(-1) === "operator") return [opposite[value]];
  if (isCalendarDate(value)) return [1, -1].map((days) => isoFromDayNumber(dayNumber(value) + days));
  if (/^\d{2}-\d{2}$/.test(value))
    return [1, -1].map((days) => isoFromDayNumber(dayNumber(`2030-${value}`) + days).slice(5));
  if (/^\d{1,6}$/.test(value) && place.some((key) => compared.has(key)))
    return [1, -1].map((step) => String(Number(value) + step).padStart(value.length, "0"));
  return [];
}
