import { type Department, DepartmentModel } from "../../../models/department.ts";
import { OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";
import { mostDepartments } from "../../../shared/contracts/departments.ts";
import type { CommandContext } from "../../command-context.ts";
import { limitRate } from "../../commands/limit-rate.ts";

/**
 * The departments that can be chosen in a form, without a session: whoever registers names the one he works in
 * (DEP-08). Disabled ones and those below them are left out (DEP-06). `organization.not_found` (404) for an
 * organization that is not live.
 */
export async function listDepartmentOptions(
  ctx: CommandContext,
  input: { id: string },
): Promise<Department[]> {
  await limitRate(ctx, { action: "organization-search", key: ctx.address, limit: 300, windowSeconds: 60 });
  const live = await OrganizationModel.exists({ _id: input.id, status: "active" });
  if (live === null) throw new AppError("organization.not_found");
  return await DepartmentModel.find({ organizationId: input.id, available: true })
    .sort({ order: 1, name: 1 })
    .limit(mostDepartments)
    .lean();
}
