import { type Membership, MembershipModel } from "../../../models/membership.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeGranting } from "../../permissions/administrators.ts";
import { lockOrganization } from "../organizations/lock-organization.ts";

/**
 * An administrator of the actor's own organization whose right the actor, as its super-administrator, is about to
 * change; others who change rights there wait. Errors: `permission.denied` (403), `administrator.not_found` (404),
 * `administrator.self` (403): so the super-administrator's own right, which has to be there always, is out of reach.
 */
export async function lockAdministrator(
  ctx: CommandContext,
  membershipId: string,
): Promise<{ actor: Actor; membership: Membership }> {
  const actor = requireActor(ctx);
  authorizeGranting(actor, "administrators:manage");
  const { organizationId } = actor;
  await lockOrganization(organizationId);
  const membership = await MembershipModel.findOne({ _id: membershipId, organizationId }).lean();
  if (membership === null) throw new AppError("administrator.not_found");
  if (membership.accountId === actor.accountId) throw new AppError("administrator.self");
  return { actor, membership };
}
