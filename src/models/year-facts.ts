/** What decides a year's requirement, in dictionary codes. */
export interface YearFacts {
  /** the level held on 1 January of the year (REQ-02) */
  titleLevel: string;
  /** of the unit on 31 December (REQ-03, TRF-13) */
  regionCode: string;
  /** an industry, or `accounting`: rules of a sector take the place of the general ones (REQ-06, REQ-10) */
  sector: string | null;
}

/** What decided a year when something was written that counts in it: a lost person-year is rebuilt by it. */
export interface RecordedYearFacts extends YearFacts {
  organizationId: string;
  decidedAt: Date;
}

/** An approved absence of a year (PRO-01); both days count, ISO dates. */
export interface YearAdjustment {
  /** the application that brought it: applied once, and found again when the row is lost */
  applicationId: string;
  kind: "abroad" | "sick" | "maternity" | "other";
  from: string;
  to: string;
}
