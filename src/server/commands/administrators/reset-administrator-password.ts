import { type Membership, MembershipModel } from "../../../models/membership.ts";
import { OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeGranting, authorizeOversight } from "../../permissions/administrators.ts";
import { type PasswordReset, resetToInitialPassword } from "../accounts/reset-to-initial-password.ts";
import { recordAudit } from "../record-audit.ts";

/**
 * 「重置密码」 of an administrator (PWD-05): by the super-administrator of the same unit; of a super-administrator who is
 * locked out by the superior, the 同级人社 or the operator (PWD-06). An initial password, one use, 72 hours;
 * recorded, and the owner is told (PWD-10). Errors: `administrator.not_found` (404), `permission.denied`,
 * `administrator.self`, `administrator.rights_elsewhere` (403).
 */
export async function resetAdministratorPassword(
  ctx: CommandContext,
  input: { id: string },
): Promise<PasswordReset> {
  const actor = requireActor(ctx);
  const membership = await MembershipModel.findById(input.id).lean();
  if (membership === null) throw new AppError("administrator.not_found");
  await authorize(actor, membership);
  if (membership.accountId === actor.accountId) throw new AppError("administrator.self");
  const reset = await resetToInitialPassword(ctx, membership.accountId, membership.organizationId);
  await recordAudit(ctx, "password.reset_by_administrator", {
    subjectId: membership.accountId,
    data: { membershipId: membership._id },
  });
  return reset;
}

async function authorize(actor: Actor, membership: Membership): Promise<void> {
  if (membership.organizationId === actor.organizationId) {
    authorizeGranting(actor, "administrators:manage");
    return;
  }
  const organization = await OrganizationModel.findById(membership.organizationId).lean();
  if (organization === null) throw new AppError("administrator.not_found");
  try {
    authorizeOversight(actor, organization);
  } catch (error) {
    if (error instanceof AppError && error.code === "organization.not_found")
      throw new AppError("administrator.not_found");
    throw error;
  }
  if (!membership.isSuperAdministrator) throw new AppError("permission.denied");
}
