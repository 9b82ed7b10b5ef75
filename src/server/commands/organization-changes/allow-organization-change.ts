import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { allowOrganizationChange as contract } from "../../../shared/contracts/organization-changes.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";
import { tellAdministrators } from "../applications/tell-administrators.ts";
import { recordAudit } from "../record-audit.ts";

/**
 * A bureau's leave for a unit that is never without unfinished items (ORG-10): its next application of the kind passes
 * in spite of them, once. Only bureaus, for organizations below them or whose 同级人社 they are; for others it is
 * `organization.not_found` (404), for other roles `permission.denied` (403).
 */
export async function allowOrganizationChange(
  ctx: CommandContext,
  { id, kind, reason }: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  const actor = requireActor(ctx);
  requireModule(actor, "changes:organizations");
  if (actor.role !== "bureau") throw new AppError("permission.denied");
  const organization = await OrganizationModel.findOne({ _id: id, status: "active" }).lean<Organization>();
  if (organization === null || !isBelow(organization, actor.organizationId))
    throw new AppError("organization.not_found");
  const changeLeave = {
    kind,
    reason,
    givenByAccountId: actor.accountId,
    givenByOrganizationName: actor.organizationName,
    givenAt: ctx.clock.now(),
  };
  const given = await OrganizationModel.updateOne(
    { _id: id, status: "active" },
    { $set: { changeLeave }, $inc: { version: 1 } },
  );
  if (given.matchedCount === 0) throw new AppError("request.conflict");
  await recordAudit(ctx, "organization.change_allowed", { subjectId: id, data: { kind, reason } });
  const name = kind === "organization-change" ? "修改单位信息" : "更换上级部门";
  await tellAdministrators(
    ctx,
    { organizationId: id, module: "organization:edit", item: null },
    {
      kind: "organization.change_allowed",
      title: `准许${name}`,
      text: `「${actor.organizationName}」准许本单位在有未办结事项时提交一次${name}，原因：${reason}`,
      subjectId: id,
    },
  );
  return { ok: true };
}

function isBelow({ _id, ancestorIds, bureauId }: Organization, bureau: string): boolean {
  return _id !== bureau && (ancestorIds.includes(bureau) || bureauId === bureau);
}
