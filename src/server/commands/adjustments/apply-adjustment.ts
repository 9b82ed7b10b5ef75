import { ApplicationModel } from "../../../models/application.ts";
import { PersonModel } from "../../../models/person.ts";
import type { PersonYear } from "../../../models/person-year.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { yearAdjustments } from "../../queries/people/year-absences.ts";
import { moveApplication } from "../applications/move-application.ts";
import {
  type Absences,
  type DeterminedPerson,
  determinedFields,
  determinePersonYear,
  ledgerFacts,
} from "../people/determine-person-year.ts";
import type { AdjustmentApplication } from "./adjustment-data.ts";

/**
 * Behind 「折算生效」: the year keeps the absences and is determined anew; its certificates follow (PRO-03, PRO-05,
 * REQ-08). The application keeps what decided the year, so that a lost row comes back as it was.
 */
export async function applyAdjustment(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const application = await ApplicationModel.findById(call.businessId).lean<AdjustmentApplication>();
  if (application === null) throw new AppError("application.not_found");
  const { year } = await determineWith(ctx, application, {
    applicationId: application._id,
    adjustments: yearAdjustments(application),
  });
  const change = { yearFacts: ledgerFacts(year) };
  await moveApplication(ctx, application._id, { status: "approved", reason: call.comment, change });
}

/** Determines an application's year with all that it brings now; returns it, and whose it is. */
export async function determineWith(
  ctx: CommandContext,
  { personId, year }: AdjustmentApplication,
  absences: Absences,
): Promise<{ person: DeterminedPerson; year: PersonYear }> {
  const person = await PersonModel.findById(personId ?? "", determinedFields).lean<DeterminedPerson>();
  if (person === null || year === null) throw new Error(`adjustment ${absences.applicationId} has no person`);
  const added = { public: 0, professional: 0 };
  return { person, year: await determinePersonYear(ctx, person, { year, added, absences }) };
}
