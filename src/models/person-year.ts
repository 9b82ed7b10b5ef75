import type { YearAdjustment, YearFacts } from "./year-facts.ts";
import { anything, defineModel, moment, number, optionalText, text, texts } from "./schema.ts";

/** What the ledger implies for one person and year, with the derived result (REQ-08); rebuildable at any time. */
export interface PersonYear extends YearFacts {
  /** `<personId>-<year>` */
  _id: string;
  personId: string;
  year: number;
  personName: string;
  organizationId: string;
  organizationName: string;
  scopeIds: string[];
  /** approved absences: the requirement is by the days on post (PRO-01) */
  adjustments: YearAdjustment[];
  public: number;
  professional: number;
  required: { total: number; public: number; professional: number };
  missing: { public: number; professional: number };
  /** "passed" | "failed" | "passed-by-adjustment"; while the year runs "failed" is shown as 进行中 */
  result: string;
  trace: unknown;
  citations: string[];
  pack: string | null;
  determinedAt: Date;
  version: number;
}

export const PersonYearModel = defineModel<PersonYear>(
  { name: "PersonYear", collection: "person-years" },
  {
    personId: text,
    year: number,
    personName: text,
    organizationId: text,
    organizationName: text,
    scopeIds: texts,
    regionCode: text,
    titleLevel: text,
    sector: optionalText,
    adjustments: { ...anything, default: [] },
    public: number,
    professional: number,
    required: anything,
    missing: anything,
    result: text,
    trace: anything,
    citations: texts,
    pack: optionalText,
    determinedAt: moment,
  },
  [
    { fields: { personId: 1, year: 1 }, unique: true },
    { fields: { scopeIds: 1, year: 1, result: 1, personName: 1 } },
  ],
);
