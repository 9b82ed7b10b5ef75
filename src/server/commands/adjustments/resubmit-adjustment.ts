import { type Person, PersonModel } from "../../../models/person.ts";
import { WorkflowInstance } from "../../../models/workflow-instance.ts";
import { AppError } from "../../../shared/app-error.ts";
import {
  adjustmentCaseNames,
  type resubmitAdjustment as contract,
} from "../../../shared/contracts/adjustments.ts";
import { applicationStatusNames } from "../../../shared/contracts/applications.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../../command-context.ts";
import { loadOwnApplication } from "../applications/load-own-application.ts";
import { resubmitApplication } from "../applications/resubmit-application.ts";
import { holdPeople } from "../people/hold-people.ts";
import { type AdjustmentApplication, type AdjustmentData, requireAuthority } from "./adjustment-data.ts";
import { assessAdjustment } from "./assess-adjustment.ts";
import { titleOf } from "./submit-adjustment.ts";

/**
 * A returned adjustment, corrected: checked like a new one and reviewed from the first step again (APR-11). Person and
 * year stay. Errors: those of `loadOwnApplication`, `assessAdjustment`, `requireAuthority` and `holdPeople`;
 * `application.not_correctable` (409) unless it was returned.
 */
export async function resubmitAdjustment(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<AdjustmentApplication> {
  const application = await loadOwnApplication<AdjustmentData>(ctx, input.id, "adjustment");
  if (application.status !== "rejected")
    throw new AppError("application.not_correctable", { status: applicationStatusNames[application.status] });
  const active = { _id: application.personId ?? "", status: "active" as const };
  const person = await PersonModel.findOne(active).lean<Person>();
  if (person === null) throw new AppError("person.not_found");
  const { case: kind, periods, reason, attachments } = input;
  const content = { case: kind, periods, reason };
  const year = application.year ?? 0;
  const { before, after } = await assessAdjustment(ctx, person, { year, content });
  const instance = await WorkflowInstance.findById(application.instanceId, { route: 1 }).lean();
  requireAuthority(ctx.app.packs, kind, instance?.route ?? []);
  await holdPeople([person]);
  const caseName = adjustmentCaseNames[kind];
  return await resubmitApplication(ctx, application, {
    title: titleOf(person.name, year, caseName),
    data: { ...content, caseName, required: { before, after } },
    attachments,
  });
}
