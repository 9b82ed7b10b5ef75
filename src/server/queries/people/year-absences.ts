import { type Application, ApplicationModel } from "../../../models/application.ts";
import type { YearAdjustment } from "../../../models/year-facts.ts";

/** The part of an approved adjustment that decides a year. */
type Approved = Pick<
  Application<{ case: YearAdjustment["kind"]; periods: readonly { from: string; to: string }[] }>,
  "_id" | "personId" | "year" | "data"
>;

/** The absences of one person and year, in the order in which they were approved. */
export interface YearAbsences {
  personId: string;
  year: number;
  absences: YearAdjustment[];
}

/** The applications that the partial index of approved absences holds. */
export const approvedAdjustments = { kind: "adjustment", status: "approved" } as const;
const projection = { personId: 1, year: 1, "data.case": 1, "data.periods": 1 } as const;

/** The absences that an application brings, as a person's year keeps them (PRO-01). */
export function yearAdjustments({ _id, data }: Pick<Approved, "_id" | "data">): YearAdjustment[] {
  return data.periods.map(({ from, to }) => ({ applicationId: _id, kind: data.case, from, to }));
}

/** What approved applications say of one person and year, read anew. */
export async function approvedAbsences(personId: string, year: number): Promise<YearAdjustment[]> {
  const applications = await ApplicationModel.find({ ...approvedAdjustments, personId, year }, projection)
    .sort({ decidedAt: 1 })
    .lean<Approved[]>();
  return applications.flatMap(yearAdjustments);
}

/** Every person and year that an approved adjustment concerns, by person and year, in one pass of bounded memory. */
export async function* streamAbsences(batchSize: number): AsyncGenerator<YearAbsences> {
  const sort = { personId: 1, year: 1, decidedAt: 1 } as const;
  let open: YearAbsences | null = null;
  for await (const one of ApplicationModel.collection.find<Approved>(approvedAdjustments, {
    projection,
    sort,
    batchSize,
  })) {
    const { personId, year } = one;
    if (personId === null || year === null) continue;
    if (open !== null && (open.personId !== personId || open.year !== year)) {
      yield open;
      open = null;
    }
    open ??= { personId, year, absences: [] };
    open.absences.push(...yearAdjustments(one));
  }
  if (open !== null) yield open;
}
