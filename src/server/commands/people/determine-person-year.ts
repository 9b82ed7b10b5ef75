import type { CreditEntry } from "../../../models/credit-entry.ts";
import type { Hours } from "../../../models/declaration.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import { type PersonYear, PersonYearModel } from "../../../models/person-year.ts";
import { updateLean } from "../../../models/lean-writes.ts";
import type { YearAdjustment, YearFacts } from "../../../models/year-facts.ts";
import { determineOnly, isPassed } from "../../../rules/determine-year.ts";
import { isoDate, yearOf } from "../../../shared/dates.ts";
import type { CommandContext } from "../../command-context.ts";
import { requirementRequest, yearFactsOf } from "../../queries/people/year-facts.ts";
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
  | "industry"
  | "isAccountant"
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
  industry: 1,
  isAccountant: 1,
  titleLevel: 1,
  titles: 1,
} as const;

/** All absences of a year that an application has brought; none takes back what it brought before. */
export interface Absences {
  applicationId: string;
  adjustments: readonly YearAdjustment[];
}

/** What happens to a year: hours of the ledger (negative for a reversal), approved absences, corrected facts, or none. */
export interface YearChange {
  year: number;
  added: Hours;
  absences?: Absences;
  /** of a past year, when a corrected title shows that it was determined by wrong ones */
  facts?: Partial<YearFacts>;
  /** the year as it stands, where the caller has read it in this transaction */
  before?: PersonYear | null;
}

/**
 * Adds hours or absences to a person's year and determines its result anew (REQ-08, PRO-01). With neither it follows
 * the person's unit and title in the running year (TRF-13). An application's absences are there once. Certificates that
 * show the year become 已更新 when its sums change, 已撤销 when it is no longer met.
 */
export async function determinePersonYear(
  ctx: CommandContext,
  person: DeterminedPerson,
  change: YearChange,
): Promise<PersonYear> {
  const { year, added, absences, facts } = change;
  const before = change.before === undefined ? await loadYear(person._id, year) : change.before;
  const after = determined(ctx, person, {
    year,
    before,
    added,
    ...(facts === undefined ? {} : { facts }),
    ...(absences === undefined ? {} : { adjustments: withAbsences(before, absences) }),
  });
  const update = { $set: writtenPart(after), $inc: { version: 1 } };
  await updateLean(PersonYearModel, { filter: { _id: after._id }, update }, { upsert: true });
  // Only a passed year can be on a certificate (CRT-02).
  if (before !== null && isPassed(before.result)) {
    const follow = isPassed(after.result) ? refreshCertificates : revokeCertificates;
    await follow(ctx, person._id, year);
  }
  return after;
}

function loadYear(personId: string, year: number): Promise<PersonYear | null> {
  return PersonYearModel.findById(personYearId(personId, year), { trace: 0 }).lean<PersonYear>().exec();
}

/** A person and his year as it stands, in one round trip: what a credit begins with. Null without the person. */
export async function loadPersonAndYear(
  personId: string,
  year: number,
): Promise<{ person: DeterminedPerson; before: PersonYear | null } | null> {
  const ofYear = [{ $match: { _id: personYearId(personId, year) } }, { $project: { trace: 0 } }];
  const [found] = await PersonModel.aggregate<DeterminedPerson & { years: PersonYear[] }>([
    { $match: { _id: personId } },
    { $project: determinedFields },
    { $lookup: { from: PersonYearModel.collection.name, pipeline: ofYear, as: "years" } },
  ]);
  if (found === undefined) return null;
  const { years, ...person } = found;
  return { person, before: years[0] ?? null };
}

/** `<personId>-<year>`. */
export function personYearId(personId: string, year: number): string {
  return `${personId}-${year}`;
}

function withAbsences(before: PersonYear | null, absences: Absences): YearAdjustment[] {
  const known = before?.adjustments ?? [];
  const others = known.filter(({ applicationId }) => applicationId !== absences.applicationId);
  return [...others, ...absences.adjustments];
}

/** How a year comes to be from what it was. */
interface Determination {
  year: number;
  before: PersonYear | null;
  added: Hours;
  /** of a year that history decided, or that is rebuilt */
  facts?: Partial<YearFacts>;
  adjustments?: YearAdjustment[];
}

/**
 * A person's year with hours added, as the ledger and the rules imply it. Pure but for the clock. A past year keeps
 * what it was determined by and the unit that it belonged to (TRF-10); the running one follows the person (REQ-02,
 * TRF-13).
 */
export function determined(ctx: CommandContext, person: DeterminedPerson, change: Determination): PersonYear {
  const { year, before } = change;
  const now = ctx.clock.now();
  const decided = decidedBy(person, change, now);
  const sums = sumsOf(change);
  const adjustments = change.adjustments ?? before?.adjustments ?? [];
  const answer = determineOnly(ctx.app.packs, {
    ...requirementRequest(ctx.app.packs, decided, year),
    asOf: isoDate(now),
    credits: sums,
    adjustments,
  });
  return {
    _id: personYearId(person._id, year),
    personId: person._id,
    year,
    personName: person.name,
    ...decided,
    adjustments,
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

type Decided = YearFacts & Pick<PersonYear, "organizationId" | "organizationName" | "scopeIds">;

/** The unit and the facts of the year: a past one's own, of the running one the person's. */
function decidedBy(person: DeterminedPerson, { year, before, facts }: Determination, now: Date): Decided {
  const isPast = year < yearOf(now);
  const kept = before !== null && isPast ? before : { ...person, ...yearFactsOf(person, year) };
  const { organizationId, organizationName, scopeIds, titleLevel, regionCode, sector } = kept;
  const unit = { organizationId, organizationName, scopeIds };
  return { ...unit, titleLevel, regionCode, sector: sector ?? null, ...facts };
}

function sumsOf({ before, added }: Determination): Hours {
  return {
    public: oneDecimal((before?.public ?? 0) + added.public),
    professional: oneDecimal((before?.professional ?? 0) + added.professional),
  };
}

/** What a ledger entry keeps of the year that it belongs to. */
export function ledgerFacts(year: PersonYear): NonNullable<CreditEntry["yearFacts"]> {
  const { titleLevel, regionCode, sector, organizationId, determinedAt } = year;
  return { titleLevel, regionCode, sector, organizationId, decidedAt: determinedAt };
}

/** What an update writes: everything but the key and the version, which counts up. */
export function writtenPart(year: PersonYear): Omit<PersonYear, "_id" | "version"> {
  const { _id: _key, version: _counted, ...rest } = year;
  return rest;
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}
