import { AccountModel } from "../../../models/account.ts";
import { MembershipModel } from "../../../models/membership.ts";
import { SessionModel } from "../../../models/session.ts";
import type { CommandContext } from "../../command-context.ts";
import { noteAdministrators } from "../administrators/note-administrators.ts";
import { tellAdministrators } from "../applications/tell-administrators.ts";
import { lockOrganization } from "../organizations/lock-organization.ts";
import { recordAudit } from "../record-audit.ts";

/**
 * Disables an account in all its roles, or opens it again: nobody signs in by it, its sessions end. Organizations that
 * lose their last administrator by it are passed over by routes (FLW-10), and who is above one that loses its
 * super-administrator is told to appoint another (ADM-12). Setting what is already so changes nothing.
 */
export async function setAccountStatus(
  ctx: CommandContext,
  accountId: string,
  status: "active" | "disabled",
): Promise<void> {
  const changed = await AccountModel.updateOne(
    { _id: accountId, status: { $ne: status } },
    { $set: { status }, $inc: { version: 1 } },
  );
  if (changed.matchedCount === 0) return;
  if (status === "disabled") {
    const open = { accountId, revokedAt: null };
    await SessionModel.updateMany(open, { $set: { revokedAt: ctx.clock.now() } });
  }
  await recordAudit(ctx, "account.status_changed", { subjectId: accountId, data: { status } });
  const rights = await MembershipModel.find({ accountId, status: "active" }).lean();
  for (const { organizationId, isSuperAdministrator } of rights) {
    const organization = await lockOrganization(organizationId);
    await noteAdministrators(organizationId);
    const above = organization.superiorId ?? organization.bureauId;
    if (!isSuperAdministrator || status === "active" || above === null) continue;
    await tellAdministrators(
      ctx,
      { organizationId: above, module: "subordinates:manage", item: null },
      {
        kind: "administrator.lost",
        title: "下级单位没有超级管理员",
        text: `「${organization.name}」超级管理员的账号已停用，请凭该单位公函为其指定新的超级管理员。`,
        subjectId: organizationId,
      },
    );
  }
}
