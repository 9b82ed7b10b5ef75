import { type Membership, MembershipModel } from "../../../models/membership.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { transferSuperAdministrator as contract } from "../../../shared/contracts/administrators.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeGranting } from "../../permissions/administrators.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { confirmPassword } from "../accounts/confirm-password.ts";
import { recordAudit } from "../record-audit.ts";
import { requireActiveAccount } from "./appointed-account.ts";
import { lockAdministrator } from "./load-administrator.ts";
import { makeSuperAdministrator } from "./make-super-administrator.ts";

/**
 * 「设为超级管理员」 (ADM-04, ADM-05, ADM-09): the chosen administrator becomes the one super-administrator, the actor
 * loses every right in the organization and cannot take it back; both are told. Needs the actor's own password, which
 * is checked first. Of two transfers at once one wins, the other gets `request.conflict` (409). Errors:
 * `password.confirmation_wrong` (400), `login.locked` (401), `permission.denied`, `administrator.not_found`,
 * `administrator.self`, `administrator.disabled`, `administrator.account_disabled` (409).
 */
export async function transferSuperAdministrator(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Membership> {
  const actor = requireActor(ctx);
  authorizeGranting(actor, "administrators:manage");
  await confirmPassword(ctx, actor, input.password);
  return runCommand(ctx.app, callerOf(ctx), (step) => transfer(step, actor, input.id));
}

async function transfer(ctx: CommandContext, actor: Actor, membershipId: string): Promise<Membership> {
  const { membership } = await lockAdministrator(ctx, membershipId);
  // The session was read before: since then the actor's own right may have gone to somebody else.
  const own = { _id: actor.roleKey, isSuperAdministrator: true, status: "active" as const };
  if ((await MembershipModel.exists(own)) === null) throw new AppError("request.conflict");
  if (membership.status !== "active") throw new AppError("administrator.disabled");
  if (membership.role !== actor.role) throw new AppError("administrator.not_found");
  const { organizationId, organizationName, accountId } = membership;
  await requireActiveAccount(accountId);
  const made = await makeSuperAdministrator(ctx, {
    organization: { _id: organizationId, name: organizationName, kind: membership.role },
    accountId,
    by: "transfer",
  });
  await recordAudit(ctx, "administrator.super_transferred", {
    subjectId: accountId,
    data: { membershipId, formerAccountId: actor.accountId },
  });
  return made;
}
