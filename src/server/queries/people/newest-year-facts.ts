import { ApplicationModel } from "../../../models/application.ts";
import { CreditEntryModel } from "../../../models/credit-entry.ts";
import type { RecordedYearFacts } from "../../../models/year-facts.ts";
import { approvedAdjustments } from "./year-absences.ts";

/**
 * What decided a year when its newest ledger entry was written, or its newest adjustment approved; null when neither
 * says so.
 */
export async function newestYearFacts(personId: string, year: number): Promise<RecordedYearFacts | null> {
  const recorded = { personId, year, "yearFacts.titleLevel": { $exists: true } };
  const newest = { "yearFacts.decidedAt": -1 } as const;
  const entry = await CreditEntryModel.findOne(recorded, { yearFacts: 1 }).sort(newest).lean();
  const application = await ApplicationModel.findOne(
    { ...recorded, ...approvedAdjustments },
    { yearFacts: 1 },
  )
    .sort(newest)
    .lean();
  const [credited, absent] = [entry?.yearFacts ?? null, application?.yearFacts ?? null];
  if (credited === null || absent === null) return credited ?? absent;
  return absent.decidedAt > credited.decidedAt ? absent : credited;
}
