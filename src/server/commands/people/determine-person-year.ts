import type { Hours } from "../../../models/declaration.ts";
import type { Person } from "../../../models/person.ts";
import { type PersonYear, PersonYearModel } from "../../../models/person-year.ts";
import { determineYear } from "../../../rules/determine-year.ts";
import { isoDate, yearOf } from "../../../shared/dates.ts";
import type { CommandContext } from "../../command-context.ts";
import { requirementRequest, type YearFacts, yearFactsOf } from "../../queries/people/year-facts.ts";
import { refreshCertificates } from "../certificates/refresh-certificates.ts";
import { revokeCertificates } from "../certificates/revoke-certificates.ts";

/** Fields of a person that a person-year carries. */
export type DeterminedPerson = Pick<
  Person,
  | "_id"
  | "accountId"
  | "name"
  | "organizationId"
  | "organizationName"
  | "scopeIds"
  | "regionCode"
  | "titleLevel"
  | "titles"
>;

export const determinedFields = {
  accountId: 1,
  name: 1,
  organizationId: 1,
  organizationName: 1,
  scopeIds: 1,
  regionCode: 1,
  titleLevel: 1,
  titles: 1,
} as const;

/**
 * Adds hours to a person's year and determines its result anew (REQ-08). `added` may be negative (a reversal).
 * Certificates that show the year become 已更新 when its sums change, 已撤销 when it is no longer met.
 */
export async function determinePersonYear(
  ctx: CommandContext,
  person: DeterminedPerson,
  { year, added }: { year: number; added: Hours },
): Promise<PersonYear> {
  const before = await PersonYearModel.findById(personYearId(person._id, year), {
    trace: 0,
  }).lean<PersonYear>();
  const after = determined(ctx, person, { year, before, added });
  await PersonYearModel.updateOne(
    { _id: after._id },
    { $set: writtenPart(after), $inc: { version: 1 } },
    { upsert: true },
  );
  // Only a passed year can be on a certificate (CRT-02).
  if (before !== null && isPassed(before.result)) {
    const follow = isPassed(after.result) ? refreshCertificates : revokeCertificates;
    await follow(ctx, person._id, year);
  }
  return after;
}

/** `<personId>-<year>`. */
export function personYearId(personId: string, year: number): string {
  return `${personId}-${year}`;
}

export function isPassed(result: string): boolean {
  return result === "passed" || result === "passed-by-adjustment";
}

/**
 * A person's year with hours added, as the ledger and the rules imply it. Pure but for the clock. `facts` are those of
 * a year that history decided; without them a past year keeps what it was determined by, and the current year follows
 * the person (REQ-02, TRF-13).
 */
export function determined(
  ctx: CommandContext,
  person: DeterminedPerson,
  change: { year: number; before: PersonYear | null; added: Hours; facts?: Partial<YearFacts> },
): PersonYear {
  const { year, before, added } = change;
  const now = ctx.clock.now();
  const kept = before !== null && year < yearOf(now) ? before : yearFactsOf(person, year);
  const facts = { titleLevel: kept.titleLevel, regionCode: kept.regionCode, ...change.facts };
  const sums = {
    public: oneDecimal((before?.public ?? 0) + added.public),
    professional: oneDecimal((before?.professional ?? 0) + added.professional),
  };
  const answer = determineYear(ctx.app.packs, {
    ...requirementRequest(facts, year),
    asOf: isoDate(now),
    credits: sums,
  });
  return {
    _id: personYearId(person._id, year),
    personId: person._id,
    year,
    personName: person.name,
    organizationId: person.organizationId,
    organizationName: person.organizationName,
    scopeIds: person.scopeIds,
    ...facts,
    ...sums,
    required: { ...answer.required },
    missing: { public: answer.missing.public, professional: answer.missing.professional },
    // Whether a gap still is 进行中 depends on the day somebody looks, so it is not stored (REQ-07).
    result: answer.result === "in-progress" ? "failed" : answer.result,
    trace: answer.trace,
    citations: answer.citations.map(({ title }) => title),
    pack: `${answer.pack.id}@${answer.pack.version}`,
    determinedAt: now,
    version: 0,
  };
}

/** What an update writes: everything but the key and the version, which counts up. */
export function writtenPart(year: PersonYear): Omit<PersonYear, "_id" | "version"> {
  const { _id: _key, version: _counted, ...rest } = year;
  return rest;
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}
