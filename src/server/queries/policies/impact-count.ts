import { type AnnualResult, isPassed } from "../../../rules/determine-year.ts";
import type { StoredYear } from "./stream-person-years.ts";

export interface ChangedYear {
  stored: StoredYear;
  before: AnnualResult;
  after: AnnualResult;
}

export interface Tally {
  gained: number;
  lost: number;
}

const examplesAtMost = 50;

/** Counts changed results while years stream by: memory does not grow with their number. */
export class ImpactCount {
  readonly decidesYears: boolean;
  evaluated = 0;
  changed = 0;
  readonly total: Tally = { gained: 0, lost: 0 };
  readonly byRegion = new Map<string, Tally>();
  readonly byLevel = new Map<string, Tally>();
  readonly bySector = new Map<string, Tally>();
  readonly examples: ChangedYear[] = [];

  constructor(decidesYears: boolean) {
    this.decidesYears = decidesYears;
  }

  /** Counts one year by what it was and what it would be. */
  compare(stored: StoredYear, before: AnnualResult, after: AnnualResult): void {
    this.evaluated += 1;
    if (before === after) return;
    this.changed += 1;
    const gained = isPassed(after);
    if (gained !== isPassed(before)) {
      add(this.total, gained);
      add(tallyOf(this.byRegion, stored.regionCode), gained);
      add(tallyOf(this.byLevel, stored.titleLevel), gained);
      add(tallyOf(this.bySector, stored.sector ?? ""), gained);
    }
    if (this.examples.length < examplesAtMost) this.examples.push({ stored, before, after });
  }
}

function add(tally: Tally, gained: boolean): void {
  if (gained) tally.gained += 1;
  else tally.lost += 1;
}

function tallyOf(tallies: Map<string, Tally>, code: string): Tally {
  const known = tallies.get(code);
  if (known !== undefined) return known;
  const made = { gained: 0, lost: 0 };
  tallies.set(code, made);
  return made;
}
