import { type PersonYear, PersonYearModel } from "../../../models/person-year.ts";
import type { PersonYearRow } from "../../../rules/determine-rows.ts";
import { requirementRequest } from "../people/year-facts.ts";

/** What determines a year, and where it belongs. */
export type StoredYear = Pick<
  PersonYear,
  "_id" | "personId" | "year" | "titleLevel" | "regionCode" | "organizationName" | "public" | "professional"
>;

const fields = {
  personId: 1,
  year: 1,
  titleLevel: 1,
  regionCode: 1,
  organizationName: 1,
  public: 1,
  professional: 1,
} as const;

/** Rows that the database hands over at once: all that is in memory of a province. */
const batchSize = 2_000;

/** Person-years one by one, straight from the driver: a province of them fits no memory, and needs no documents. */
export function streamPersonYears(filter: Record<string, unknown>): AsyncIterable<StoredYear> {
  return PersonYearModel.collection.find<StoredYear>(filter as never, {
    projection: fields,
    batchSize,
  });
}

/** A stored year in the words of the rule packs. */
export function rowOf(stored: StoredYear): PersonYearRow {
  return {
    ...requirementRequest(stored, stored.year),
    public: stored.public,
    professional: stored.professional,
  };
}
