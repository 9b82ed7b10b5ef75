import { type CreditEntry, CreditEntryModel } from "../../../models/credit-entry.ts";
import { type PersonYear, PersonYearModel } from "../../../models/person-year.ts";

/** What the ledger holds for one person and year, in hours with one decimal. */
export interface LedgerSum {
  personId: string;
  year: number;
  public: number;
  professional: number;
}

/** A person and year with what the ledger and what the stored row say; one of the two may be missing. */
export interface LedgerYear {
  personId: string;
  year: number;
  sum: LedgerSum | null;
  stored: PersonYear | null;
}

type Line = Pick<CreditEntry, "personId" | "year" | "subject" | "hours">;

const batchSize = 2_000;
const order = { personId: 1, year: 1 } as const;

/** Every person-year that the ledger or the stored rows know, in one pass over both: memory does not grow with them. */
export async function* streamLedger(): AsyncGenerator<LedgerYear> {
  const sums = sumsOf(entries());
  const rows = PersonYearModel.collection
    .find<PersonYear>({}, { projection: { trace: 0 }, sort: order, batchSize })
    [Symbol.asyncIterator]();
  let sum = await next(sums);
  let stored = await next(rows);
  while (sum !== null || stored !== null) {
    const side = compare(sum, stored);
    const { personId, year } = (side <= 0 ? sum : stored) ?? { personId: "", year: 0 };
    yield { personId, year, sum: side <= 0 ? sum : null, stored: side >= 0 ? stored : null };
    if (side <= 0) sum = await next(sums);
    if (side >= 0) stored = await next(rows);
  }
}

/** What decided a year when its newest entry was written; null when no entry says so. */
export async function newestYearFacts(personId: string, year: number): Promise<CreditEntry["yearFacts"]> {
  const entry = await CreditEntryModel.findOne(
    { personId, year, "yearFacts.titleLevel": { $exists: true } },
    { yearFacts: 1 },
  )
    .sort({ "yearFacts.decidedAt": -1 })
    .lean();
  return entry?.yearFacts ?? null;
}

/** The sums of one person and year, read anew. */
export async function ledgerSum(personId: string, year: number): Promise<LedgerSum | null> {
  const lines = await CreditEntryModel.find({ personId, year }, { subject: 1, hours: 1 }).lean();
  if (lines.length === 0) return null;
  return lines.reduce((sum, line) => plus(sum, line), { personId, year, public: 0, professional: 0 });
}

function entries(): AsyncIterable<Line> {
  const projection = { personId: 1, year: 1, subject: 1, hours: 1 };
  return CreditEntryModel.collection.find<Line>(
    {},
    { projection, sort: { ...order, creditedAt: 1 }, batchSize },
  );
}

async function* sumsOf(lines: AsyncIterable<Line>): AsyncGenerator<LedgerSum> {
  let sum: LedgerSum | null = null;
  for await (const line of lines) {
    if (sum !== null && (sum.personId !== line.personId || sum.year !== line.year)) {
      yield sum;
      sum = null;
    }
    sum = plus(sum ?? { personId: line.personId, year: line.year, public: 0, professional: 0 }, line);
  }
  if (sum !== null) yield sum;
}

/** In tenths of an hour, so that a million additions leave no trace of binary fractions. */
function plus(sum: LedgerSum, { subject, hours }: Pick<Line, "subject" | "hours">): LedgerSum {
  return { ...sum, [subject]: (Math.round(sum[subject] * 10) + Math.round(hours * 10)) / 10 };
}

async function next<Row>(rows: AsyncIterator<Row>): Promise<Row | null> {
  const step = await rows.next();
  return step.done === true ? null : step.value;
}

/** Negative: the left one comes first, or is the only one left. */
function compare(left: LedgerSum | null, right: PersonYear | null): number {
  if (left === null) return 1;
  if (right === null) return -1;
  if (left.personId !== right.personId) return left.personId < right.personId ? -1 : 1;
  return left.year - right.year;
}
