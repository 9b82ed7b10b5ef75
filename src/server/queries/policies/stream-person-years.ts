import { type PersonYear, PersonYearModel } from "../../../models/person-year.ts";
import type { PersonYearRow } from "../../../rules/determine-rows.ts";
import { requirementRequest } from "../people/year-facts.ts";

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
 * A stored year in the words of the rule packs. Codes that the driver decodes anew for every row become the same few
 * strings again: a million rows then share them, and comparing them costs nothing.
 */
export function rowOf(stored: StoredYear): PersonYearRow {
  const { year, public: common, professional, adjustments } = stored;
  const { titleLevel, region, sector } = requirementRequest(stored, year);
  return {
    year,
    titleLevel,
    region: interned(region),
    sector: sector === null || sector === undefined ? null : interned(sector),
    public: common,
    professional,
    adjustments,
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
