import { CertificateModel } from "../../../models/certificate.ts";
import type { Person } from "../../../models/person.ts";
import { type PersonYear, PersonYearModel } from "../../../models/person-year.ts";
import { type DetermineAnswer, determineYear } from "../../../rules/determine-year.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { listYears as contract } from "../../../shared/contracts/people.ts";
import { isoDate, yearOf } from "../../../shared/dates.ts";
import type { CommandContext } from "../../command-context.ts";
import { isReadable, loadReadablePerson } from "./load-readable-person.ts";
import { requirementRequest, yearFactsOf } from "./year-facts.ts";

/** One year of a person: the ledger's sums and what today's rules say of them. */
export interface YearRow {
  year: number;
  hours: { public: number; professional: number };
  answer: DetermineAnswer;
  certificateId: string | null;
}

export interface PersonYears {
  person: Person;
  years: YearRow[];
}

/** The platform's history begins here (REQ-05). */
const firstYearEver = 2013;

/**
 * 年度完成情况 (PER-09): every year from the first obligated or credited one to the current, newest first, each
 * determined as of today, so that a gap of the running year is 进行中 and the same gap is 未通过 afterwards (REQ-07).
 * A former unit sees the years that it had the person in (TRF-10). `person.not_found` (404) out of scope.
 */
export async function listYears(ctx: CommandContext, input: InputOf<typeof contract>): Promise<PersonYears> {
  const { person, spans } = await loadReadablePerson(ctx, input.id);
  const years = await yearsOf(ctx, person, input);
  return { person, years: years.filter(({ year }) => isReadable(spans, year)) };
}

/** The same of one who may be read: every year within the range, newest first. */
export async function yearsOf(
  ctx: CommandContext,
  person: Person,
  range: { from?: number | undefined; to?: number | undefined },
): Promise<YearRow[]> {
  const stored = await PersonYearModel.find({ personId: person._id }, { trace: 0 }).lean<PersonYear[]>();
  const byYear = new Map(stored.map((row) => [row.year, row]));
  const certificates = await certificatesOf(person._id);
  const current = yearOf(ctx.clock.now());
  const begin = Math.max(firstYearEver, Math.min(person.firstYear, current, ...byYear.keys()));
  const from = Math.max(begin, range.from ?? begin);
  const to = Math.min(current, range.to ?? current);
  const years = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => to - index);
  return years.map((year) => ({
    ...yearRow(ctx, person, { year, stored: byYear.get(year) ?? null }),
    certificateId: certificates.get(year) ?? null,
  }));
}

function yearRow(
  ctx: CommandContext,
  person: Person,
  { year, stored }: { year: number; stored: PersonYear | null },
): Omit<YearRow, "certificateId"> {
  const hours = { public: stored?.public ?? 0, professional: stored?.professional ?? 0 };
  const { packs } = ctx.app;
  const answer = determineYear(packs, {
    ...requirementRequest(packs, stored ?? yearFactsOf(person, year), year),
    asOf: isoDate(ctx.clock.now()),
    credits: hours,
    adjustments: stored?.adjustments ?? [],
  });
  return { year, hours, answer };
}

async function certificatesOf(personId: string): Promise<Map<number, string>> {
  const valid = await CertificateModel.find(
    { personId, kind: "single", status: "valid" },
    { fromYear: 1 },
  ).lean();
  return new Map(valid.map(({ _id, fromYear }) => [fromYear, _id]));
}
