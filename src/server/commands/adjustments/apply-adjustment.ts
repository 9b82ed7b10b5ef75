import { ApplicationModel } from "../../../models/application.ts";
import { PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { moveApplication } from "../applications/move-application.ts";
import {
  type Absences,
  type DeterminedPerson,
  determinedFields,
  determinePersonYear,
} from "../people/determine-person-year.ts";
import { type AdjustmentApplication, yearAdjustments } from "./adjustment-data.ts";

/**
 * Behind 「折算生效」: the year keeps the absences and is determined anew; its certificates follow (PRO-03, PRO-05,
 * REQ-08).
 */
export async function applyAdjustment(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const application = await ApplicationModel.findById(call.businessId).lean<AdjustmentApplication>();
  if (application === null) throw new AppError("application.not_found");
  await determineWith(ctx, application, {
    applicationId: application._id,
    adjustments: yearAdjustments(application),
  });
  await moveApplication(ctx, application._id, { status: "approved", reason: call.comment });
}

/** Determines an application's year with all that it brings now; returns whose it is. */
export async function determineWith(
  ctx: CommandContext,
  { personId, year }: AdjustmentApplication,
  absences: Absences,
): Promise<DeterminedPerson> {
  const person = await PersonModel.findById(personId ?? "", determinedFields).lean<DeterminedPerson>();
  if (person === null || year === null) throw new Error(`adjustment ${absences.applicationId} has no person`);
  await determinePersonYear(ctx, person, { year, added: { public: 0, professional: 0 }, absences });
  return person;
}
