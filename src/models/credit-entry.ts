import type { RecordedYearFacts } from "./year-facts.ts";
import { anything, defineModel, moment, number, optionalText, text } from "./schema.ts";

/** One line of the append-only ledger of hours. Corrections are reversing entries; nothing is ever edited (NFR-03). */
export interface CreditEntry {
  _id: string;
  personId: string;
  year: number;
  subject: "public" | "professional";
  /** negative for a reversal */
  hours: number;
  title: string;
  form: string | null;
  source: "declaration" | "history" | "reversal";
  sourceName: string;
  declarationId: string | null;
  reversedEntryId: string | null;
  period: { from: string; to: string } | null;
  provider: string | null;
  pack: { id: string; version: string } | null;
  /** what decided the year when this was written: a lost person-year is rebuilt by it, whatever the person is now */
  yearFacts: RecordedYearFacts | null;
  creditedAt: Date;
  version: number;
}

export const CreditEntryModel = defineModel<CreditEntry>(
  { name: "CreditEntry", collection: "credit-entries" },
  {
    personId: text,
    year: number,
    subject: text,
    hours: number,
    title: text,
    form: optionalText,
    source: text,
    sourceName: text,
    declarationId: optionalText,
    reversedEntryId: optionalText,
    period: anything,
    provider: optionalText,
    pack: anything,
    yearFacts: anything,
    creditedAt: moment,
  },
  [
    { fields: { personId: 1, year: 1, creditedAt: 1 } },
    // An approval credits once, however often it is retried (FLW-13).
    {
      fields: { declarationId: 1, subject: 1, source: 1 },
      unique: true,
      partialFilterExpression: { declarationId: { $type: "string" } },
      name: "credited_once",
    },
  ],
);
