import { type PersonYear, PersonYearModel } from "../../../models/person-year.ts";
import type { TitleLevel } from "../../../rules/annual-requirement.ts";
import { titleGroup } from "../../../rules/decide-values.ts";
import type { PersonYearRow } from "../../../rules/determine-rows.ts";
import type { RulePacks } from "../../../rules/load-packs.ts";

/** What determines a year, and where it belongs. */
export type StoredYear = Pick<
  PersonYear,
  | "_id"
  | "year"
  | "titleLevel"
  | "regionCode"
  | "sector"
  | "adjustments"
  | "organizationName"
  | "public"
  | "professional"
>;

const fields = {
  year: 1,
  titleLevel: 1,
  regionCode: 1,
  sector: 1,
  adjustments: 1,
  organizationName: 1,
  public: 1,
  professional: 1,
} as const;

/** Rows that the database hands over at once: all that is in memory of a province. */
const batchSize = 2_000;

/**
 * Person-years by the batch, straight from the driver: a province of them fits no memory, needs no Mongoose documents,
 * and no promise for each row.
 */
export async function* streamPersonYears(filter: Record<string, unknown>): AsyncGenerator<StoredYear[]> {
  const cursor = PersonYearModel.collection.find<StoredYear>(filter as never, {
    projection: fields,
    batchSize,
  });
  try {
    while (await cursor.hasNext()) yield cursor.readBufferedDocuments();
  } finally {
    await cursor.close();
  }
}

/**
 * A function that puts stored years in the words of the rule packs; which level a title has the title pack says once for
 * each year and code. Codes that the driver decodes anew for every row become the same few
 * strings again: a million rows then share them, and comparing them costs nothing.
 */
export function rowReader(packs: RulePacks): (stored: StoredYear) => PersonYearRow {
  const levels = new Map<number, Map<string, TitleLevel>>();
  return ({ year, titleLevel, regionCode, sector, public: common, professional, adjustments }) => {
    const ofYear = levels.get(year) ?? new Map<string, TitleLevel>();
    if (ofYear.size === 0) levels.set(year, ofYear);
    let level = ofYear.get(titleLevel);
    if (level === undefined) {
      level = titleGroup(packs, { year, code: titleLevel });
      ofYear.set(titleLevel, level);
    }
    return {
      year,
      titleLevel: level,
      region: interned(regionCode),
      sector: sector === null || sector === undefined ? null : interned(sector),
      public: common,
      professional,
      adjustments,
    };
  };
}

/** Regions and sectors: some two hundred. */
const codes = new Map<string, string>();

function interned(code: string): string {
  const known = codes.get(code);
  if (known !== undefined) return known;
  if (codes.size < 10_000) codes.set(code, code);
  return code;
}
