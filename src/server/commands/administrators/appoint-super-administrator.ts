import { type Membership, MembershipModel } from "../../../models/membership.ts";
import type { Organization } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { appointSuperAdministrator as contract } from "../../../shared/contracts/administrators.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeOversight } from "../../permissions/administrators.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { hashPassword } from "../../secrets.ts";
import { useFiles } from "../declarations/use-files.ts";
import { lockOrganization } from "../organizations/lock-organization.ts";
import { recordAudit } from "../record-audit.ts";
import { appointedAccount } from "./appointed-account.ts";
import { makeSuperAdministrator } from "./make-super-administrator.ts";

type Input = InputOf<typeof contract>;

/**
 * A unit whose super-administrator has left, died or cannot be reached gets a new one from its superior or 同级人社,
 * against the unit's letter (ADM-12). The former one, if any, loses every right there; both are told; letter and reason
 * are in the audit event. Errors: `organization.not_found` (404), `permission.denied`, `administrator.self` (403),
 * `administrator.exists` (409) when he is it already, those of `appointedAccount`, `file.not_found`.
 */
export async function appointSuperAdministrator(ctx: CommandContext, input: Input): Promise<Membership> {
  const given = input.administrator.kind === "new" ? input.administrator.password : undefined;
  const passwordHash = given === undefined ? null : await hashPassword(given);
  return runCommand(ctx.app, callerOf(ctx), (step) => takeOver(step, input, passwordHash));
}

async function takeOver(ctx: CommandContext, input: Input, passwordHash: string | null): Promise<Membership> {
  const actor = requireActor(ctx);
  const organization = await lockOrganization(input.id);
  authorizeOversight(actor, organization);
  if (organization.status !== "active") throw new AppError("organization.not_found");
  const { _id: organizationId, kind, name } = organization;
  const accountId = await appointedAccount(ctx, input.administrator, { organizationId, passwordHash });
  if (accountId === actor.accountId) throw new AppError("administrator.self");
  const formerAccountId = await formerOf(organizationId, accountId);
  const membership = await makeSuperAdministrator(ctx, {
    organization: { _id: organizationId, name, kind },
    accountId,
    by: "take-over",
  });
  await keepLetter(ctx, organization, input.letter.fileId);
  await recordAudit(ctx, "administrator.super_appointed", {
    subjectId: accountId,
    data: {
      organizationId,
      membershipId: membership._id,
      formerAccountId,
      letterFileId: input.letter.fileId,
      reason: input.reason,
    },
  });
  return membership;
}

async function formerOf(organizationId: string, accountId: string): Promise<string | null> {
  const former = await MembershipModel.findOne({
    organizationId,
    isSuperAdministrator: true,
    status: "active",
  }).lean();
  if (former?.accountId === accountId) throw new AppError("administrator.exists");
  return former?.accountId ?? null;
}

/** The unit and those who oversee it can read the letter afterwards. */
async function keepLetter(
  ctx: CommandContext,
  { _id, superiorId, bureauId }: Organization,
  fileId: string,
): Promise<void> {
  const scopeIds = [_id, requireActor(ctx).organizationId, superiorId, bureauId].filter((id) => id !== null);
  await useFiles(ctx, [fileId], { usedBy: _id, scopeIds });
}
