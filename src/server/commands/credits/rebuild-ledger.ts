import { OrganizationModel } from "../../../models/organization.ts";
import { PersonModel } from "../../../models/person.ts";
import { type PersonYear, PersonYearModel } from "../../../models/person-year.ts";
import type { YearAdjustment, YearFacts } from "../../../models/year-facts.ts";
import { isPassed } from "../../../rules/determine-year.ts";
import { witnessed } from "../../../rules/engine-witness.ts";
import { annualResultNames } from "../../../shared/contracts/people.ts";
import { yearOf } from "../../../shared/dates.ts";
import type { App, CommandContext } from "../../command-context.ts";
import { ledgerSum, type LedgerYear, streamLedger } from "../../queries/people/stream-ledger.ts";
import { newestYearFacts } from "../../queries/people/newest-year-facts.ts";
import { approvedAbsences } from "../../queries/people/year-absences.ts";
import { makeContext, runCommand, systemCaller } from "../../run-command.ts";
import { refreshCertificates } from "../certificates/refresh-certificates.ts";
import { revokeCertificates } from "../certificates/revoke-certificates.ts";
import {
  determined,
  determinedFields,
  type DeterminedPerson,
  personYearId,
  writtenPart,
} from "../people/determine-person-year.ts";
import { recordAudit } from "../record-audit.ts";

/** A stored year that does not follow from the ledger and the rules. */
export interface LedgerDifference {
  personYearId: string;
  difference: string;
  repaired: boolean;
}

/** The policy version that changed what the rules imply, where that is why years are determined anew. */
export interface PolicyRef {
  packId: string;
  packVersion: string;
}

/** Whether what differs is written, and on whose account. */
interface Repair {
  repair: boolean;
  policy?: PolicyRef;
}

export interface LedgerReport {
  years: number;
  differences: number;
  repaired: number;
}

/**
 * Computes every person-year anew from the ledger, by the rules in force, and compares sums, requirement, gap and
 * result with the stored row; with `repair` a row that differs is written anew. One pass in bounded memory; safe beside
 * a running server: what differs is read again, alone, before it is reported or changed.
 */
export async function rebuildLedger(
  app: App,
  options: Repair & { report(difference: LedgerDifference): void },
): Promise<LedgerReport> {
  const ctx = makeContext(app, systemCaller("ledger"));
  const counts = { years: 0, differences: 0, repaired: 0 };
  for await (const year of streamLedger()) {
    counts.years += 1;
    if (!(await witnessed(() => differsAtFirstSight(ctx, year)))) continue;
    const found = await runCommand(app, systemCaller("ledger"), (step) => settleYear(step, year, options));
    if (found === null) continue;
    counts.differences += 1;
    if (found.repaired) counts.repaired += 1;
    options.report(found);
  }
  return counts;
}

function differsAtFirstSight(ctx: CommandContext, year: LedgerYear): boolean {
  if (year.stored === null) return true;
  const { stored } = year;
  return differenceOf(stored, implied(ctx, { person: personOf(stored), facts: stored }, year)) !== null;
}

/**
 * Reads one year anew and holds it against the ledger; with `repair`, inside a transaction, the stored row is made to
 * follow. Null when it does.
 */
export async function settleYear(
  ctx: CommandContext,
  { personId, year }: Pick<LedgerYear, "personId" | "year">,
  { repair, policy }: Repair,
): Promise<LedgerDifference | null> {
  const _id = personYearId(personId, year);
  const stored = await PersonYearModel.findById(_id).lean<PersonYear>();
  const sum = await ledgerSum(personId, year);
  const absences = await approvedAbsences(personId, year);
  if (stored === null && sum === null && absences.length === 0) return null;
  const found =
    stored === null ? await lostYear(ctx, personId, year) : { person: personOf(stored), facts: stored };
  if (found === null) return { personYearId: _id, difference: "没有对应的人员", repaired: false };
  const right = implied(ctx, found, { personId, year, sum, absences, stored });
  const difference = stored === null ? "缺少年度记录" : differenceOf(stored, right);
  if (difference === null) return null;
  if (repair) await write(ctx, { stored, right, difference, policy });
  return { personYearId: _id, difference, repaired: repair };
}

/** Who the year belongs to, as its row says: history keeps the unit and the facts of that year (TRF-13). */
function personOf(stored: PersonYear): DeterminedPerson {
  const { personId, personName, organizationId, organizationName, scopeIds } = stored;
  const { regionCode, titleLevel } = stored;
  const own = { _id: personId, accountId: "", name: personName, organizationId, organizationName, scopeIds };
  return { ...own, regionCode, titleLevel, titles: [], industry: "", isAccountant: false };
}

/** Who a year belongs to, and what decides it (null: what the person is now). */
interface YearOwner {
  person: DeterminedPerson;
  facts: YearFacts | null;
}

/** The owner of a year whose row is lost. */
async function lostYear(ctx: CommandContext, personId: string, year: number): Promise<YearOwner | null> {
  const person = await PersonModel.findById(personId, determinedFields).lean<DeterminedPerson>();
  return person === null ? null : ownerThen(ctx, person, year);
}

/**
 * The unit and the facts that a year's newest ledger entry names, unless the year still runs and the person has moved
 * since, for then it follows the person (TRF-13).
 */
async function ownerThen(ctx: CommandContext, person: DeterminedPerson, year: number): Promise<YearOwner> {
  const facts = await newestYearFacts(person._id, year);
  if (facts === null || facts.organizationId === person.organizationId) return { person, facts };
  if (year >= yearOf(ctx.clock.now())) return { person, facts: null };
  const unit = await OrganizationModel.findById(facts.organizationId, { name: 1, ancestorIds: 1 }).lean();
  if (unit === null) return { person, facts };
  const { _id, name, ancestorIds } = unit;
  const then = { organizationId: _id, organizationName: name, scopeIds: [_id, ...ancestorIds] };
  return { person: { ...person, ...then }, facts };
}

/** The row that the ledger's sums, the approved absences (PRO-01) and the rules imply. */
function implied(ctx: CommandContext, { person, facts }: YearOwner, of: LedgerYear): PersonYear {
  const { year, stored, sum, absences: adjustments } = of;
  const added = { public: sum?.public ?? 0, professional: sum?.professional ?? 0 };
  const before = stored === null ? null : { ...stored, public: 0, professional: 0 };
  const decided = facts === null ? {} : { facts: factsOnly(facts) };
  return determined(ctx, person, { year, before, added, adjustments, ...decided });
}

function factsOnly({ titleLevel, regionCode, sector }: YearFacts): YearFacts {
  return { titleLevel, regionCode, sector: sector ?? null };
}

const resultNames: Readonly<Record<string, string>> = annualResultNames;

/** Names what differs, in Chinese; null when nothing does. */
function differenceOf(stored: PersonYear, right: PersonYear): string | null {
  const shown = (row: PersonYear) => [
    ["公需学时", row.public],
    ["专业学时", row.professional],
    ["年度结果", resultNames[row.result] ?? row.result],
    ["学时要求", `${row.required.public}+${row.required.professional}/${row.required.total}`],
    ["所差学时", `${row.missing.public}+${row.missing.professional}`],
    ["折算减免", absencesShown(row.adjustments)],
  ];
  const expected = shown(right);
  const parts = shown(stored).flatMap(([name, value], index) => {
    const other = expected[index]?.[1];
    return value === other ? [] : [`${name} ${value} → ${other}`];
  });
  return parts.length === 0 ? null : parts.join("，");
}

/** The periods in order of time: in which order they were approved makes no difference. */
function absencesShown(adjustments: readonly YearAdjustment[] | undefined): string {
  const periods = (adjustments ?? []).map(({ from, to }) => `${from}至${to}`);
  return periods.length === 0 ? "无" : periods.toSorted().join("、");
}

interface Settled {
  stored: PersonYear | null;
  right: PersonYear;
  difference: string;
  policy: PolicyRef | undefined;
}

async function write(ctx: CommandContext, { stored, right, difference, policy }: Settled): Promise<void> {
  await PersonYearModel.updateOne(
    { _id: right._id },
    { $set: writtenPart(right), $inc: { version: 1 } },
    { upsert: true },
  );
  if (stored !== null && isPassed(stored.result)) {
    const follow = isPassed(right.result) ? refreshCertificates : revokeCertificates;
    await follow(ctx, right.personId, right.year);
  }
  const data = { year: right.year, difference };
  if (policy === undefined) await recordAudit(ctx, "ledger.repaired", { subjectId: right._id, data });
  else await recordAudit(ctx, "year.followed_policy", { subjectId: right._id, data: { ...data, ...policy } });
}
