import { AccountModel } from "../../../models/account.ts";
import { type Application, ApplicationModel } from "../../../models/application.ts";
import { type Department, DepartmentModel } from "../../../models/department.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import { PersonYearModel } from "../../../models/person-year.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { moveApplication } from "../applications/move-application.ts";
import { recordAudit } from "../record-audit.ts";
import { patchOf } from "./profile-fields.ts";
import { redetermineTitleYears, redetermineYear } from "./redetermine-years.ts";
import type { ProfileChangeData } from "./submit-profile-change.ts";

/**
 * Behind 「信息修改生效」: the approved lines take effect, the title joins its history, and the years that they decide
 * are determined anew (PER-04, REQ-02, REQ-08, ACC-01). A department that was closed meanwhile leaves the person in
 * none. `request.conflict` (409) when the person is no longer active.
 */
export async function applyProfileChange(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const application = await ApplicationModel.findById(call.businessId).lean<Application<ProfileChangeData>>();
  const before = await PersonModel.findOne({
    _id: application?.personId ?? "",
    status: "active",
  }).lean<Person>();
  if (application === null || before === null) throw new AppError("request.conflict");
  const { values, changes } = application.data;
  const patch = patchOf(before, values, await departmentOf(before, values));
  const after = await PersonModel.findOneAndUpdate(
    { _id: before._id, version: before.version },
    { $set: patch, $inc: { version: 1 } },
    { returnDocument: "after" },
  ).lean<Person>();
  if (after === null) throw new AppError("request.conflict");
  if (after.name !== before.name) await rename(after);
  await redetermineYear(ctx, after);
  if (values.title !== undefined) await redetermineTitleYears(ctx, after, values.title.obtainedOn);
  await moveApplication(ctx, application._id, { status: "approved", reason: call.comment });
  await recordAudit(ctx, "person.changed", {
    subjectId: after._id,
    data: { applicationId: application._id, fields: changes.map(({ field }) => field) },
  });
}

async function departmentOf(
  { organizationId }: Person,
  { departmentId }: ProfileChangeData["values"],
): Promise<Department | null> {
  if (departmentId === undefined || departmentId === null) return null;
  return await DepartmentModel.findOne({ _id: departmentId, organizationId, available: true }).lean();
}

/** The account and the years follow; declarations and certificates keep the name of their day. */
async function rename({ _id, accountId, name }: Person): Promise<void> {
  await AccountModel.updateOne({ _id: accountId }, { $set: { name }, $inc: { version: 1 } });
  await PersonYearModel.updateMany({ personId: _id }, { $set: { personName: name }, $inc: { version: 1 } });
}
