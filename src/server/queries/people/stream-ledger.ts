import { type CreditEntry, CreditEntryModel } from "../../../models/credit-entry.ts";
import { type PersonYear, PersonYearModel } from "../../../models/person-year.ts";
import type { YearAdjustment } from "../../../models/year-facts.ts";
import { streamAbsences } from "./year-absences.ts";

/** What the ledger holds for one person and year, in hours with one decimal. */
export interface LedgerSum {
  personId: string;
  year: number;
  public: number;
  professional: number;
}

/** A person and year with what ledger, approved absences and stored row say; not all of them need to know it. */
export interface LedgerYear {
  personId: string;
  year: number;
  sum: LedgerSum | null;
  absences: YearAdjustment[];
  stored: PersonYear | null;
}

type Line = Pick<CreditEntry, "personId" | "year" | "subject" | "hours">;

const batchSize = 2_000;
const order = { personId: 1, year: 1 } as const;

/**
 * Every person-year that the ledger, an approved absence or a stored row knows, in one pass over the three: memory does
 * not grow with them.
 */
export async function* streamLedger(): AsyncGenerator<LedgerYear> {
  const sums = await opened(sumsOf(entries()));
  const absences = await opened(streamAbsences(batchSize));
  const rows = await opened(storedRows());
  for (;;) {
    const first = [sums.head, absences.head, rows.head].filter((head) => head !== null).toSorted(inOrder)[0];
    if (first === undefined) return;
    const { personId, year } = first;
    const sum = await sums.take(first);
    const absent = await absences.take(first);
    const stored = await rows.take(first);
    yield { personId, year, sum, absences: absent?.absences ?? [], stored };
  }
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

function storedRows(): AsyncIterable<PersonYear> {
  return PersonYearModel.collection.find<PersonYear>(
    {},
    { projection: { trace: 0 }, sort: order, batchSize },
  );
}

type Place = Pick<LedgerYear, "personId" | "year">;

/** A sorted stream with its next row in sight. */
interface Stream<Row> {
  head: Row | null;
  /** the next row, if it is of that person and year */
  take(place: Place): Promise<Row | null>;
}

async function opened<Row extends Place>(rows: AsyncIterable<Row>): Promise<Stream<Row>> {
  const iterator = rows[Symbol.asyncIterator]();
  const next = async () => {
    const step = await iterator.next();
    return step.done === true ? null : (step.value as Row);
  };
  const stream: Stream<Row> = {
    head: await next(),
    async take(place) {
      const { head } = stream;
      if (head === null || inOrder(head, place) !== 0) return null;
      stream.head = await next();
      return head;
    },
  };
  return stream;
}

function inOrder(left: Place, right: Place): number {
  if (left.personId !== right.personId) return left.personId < right.personId ? -1 : 1;
  return left.year - right.year;
}
