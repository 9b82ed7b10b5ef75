import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { releaseCreditCode as contract } from "../../../shared/contracts/closures.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";
import { recordAudit } from "../record-audit.ts";

/**
 * The operator lets the code of a closed organization be registered again (DRG-07); its records keep the code. Errors:
 * `permission.denied` (403), `organization.not_found` (404), `organization.code_not_releasable` (409) for one that is
 * not closed, is merged (DRG-06), has no code, or was released already.
 */
export async function releaseCreditCode(
  ctx: CommandContext,
  { id, reason }: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  requireModule(requireActor(ctx), "closures:execute");
  const organization = await OrganizationModel.findById(id).lean<Organization>();
  if (organization === null) throw new AppError("organization.not_found");
  const hindrance = hindranceOf(organization);
  if (hindrance !== null) throw new AppError("organization.code_not_releasable", { reason: hindrance });
  const released = await OrganizationModel.updateOne(
    { _id: id, status: "closed", creditCodeReleasedAt: null },
    { $set: { creditCodeReleasedAt: ctx.clock.now() }, $inc: { version: 1 } },
  );
  if (released.matchedCount === 0) throw new AppError("request.conflict");
  await recordAudit(ctx, "organization.code_released", { subjectId: id, data: { reason } });
  return { ok: true };
}

function hindranceOf({ status, creditCode, creditCodeReleasedAt }: Organization): string | null {
  if (status === "merged") return "单位已合并，其代码不得再次注册";
  if (status === "active") return "单位尚未注销";
  if (creditCode === null) return "单位没有登记统一社会信用代码";
  return creditCodeReleasedAt === null || creditCodeReleasedAt === undefined ? null : "已经释放";
}
