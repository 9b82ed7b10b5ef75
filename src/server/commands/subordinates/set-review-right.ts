import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { setReviewRight as contract } from "../../../shared/contracts/subordinates.ts";
import { handOverTasks } from "../../../workflows/runtime/operate.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeSuperior } from "../../permissions/subordinates.ts";
import { actingParty } from "../../queries/organizations/acting-party.ts";
import { tellAdministrators } from "../applications/tell-administrators.ts";
import { lockOrganization } from "../organizations/lock-organization.ts";
import { recordAudit } from "../record-audit.ts";

type Input = InputOf<typeof contract>;

/** What became of a child's right to review, and how many items changed hands. */
export interface ReviewRight {
  organization: Organization;
  movedTasks: number;
}

const module = "declarations:review";

/**
 * 「关闭审核权限」 and reopening (SUB-02, SUB-03). Closing: every review of hours that is open at the child goes at once
 * to the closing superior (to whoever acts for it, FLW-10), marked 代审 with the reason; the child's administrators are
 * told why; whatever comes later passes the child over. Reopening: what comes from now on is the child's again, what the
 * superior has taken over stays with it. Errors: `organization.not_found` (404), `permission.denied`,
 * `organization.review_right_unchanged` (409).
 */
export async function setReviewRight(ctx: CommandContext, input: Input): Promise<ReviewRight> {
  const actor = requireActor(ctx);
  const found = await OrganizationModel.findById(input.id).lean<Organization>();
  authorizeSuperior(actor, found);
  const before = await lockOrganization(input.id);
  const { closed, reason } = input;
  if (before.reviewClosed === closed)
    throw new AppError("organization.review_right_unchanged", { state: closed ? "关闭" : "开放" });
  const change = { reviewClosed: closed, reviewClosedReason: closed ? reason : null };
  await OrganizationModel.updateOne({ _id: input.id }, { $set: change });
  const movedTasks = closed ? await handOver(before, actor.organizationId, reason) : 0;
  await recordAudit(ctx, "organization.review_right_changed", {
    subjectId: input.id,
    data: { closed, reason, movedTasks },
  });
  await tellChild(ctx, input, movedTasks);
  return { organization: { ...before, ...change }, movedTasks };
}

async function handOver(child: Organization, superiorId: string, reason: string): Promise<number> {
  const superior = await OrganizationModel.findById(superiorId).lean<Organization>();
  if (superior === null) throw new AppError("organization.not_found");
  const { organization: acting } = await actingParty(superior, { module });
  const notice = `「${child.name}」审核权限已被上级关闭（${reason}），由「${acting.name}」代审`;
  return await handOverTasks({ from: child._id, to: acting._id, module }, notice);
}

async function tellChild(
  ctx: CommandContext,
  { id, closed, reason }: Input,
  movedTasks: number,
): Promise<void> {
  const { organizationName } = requireActor(ctx);
  await tellAdministrators(
    ctx,
    { organizationId: id, module, item: null },
    {
      kind: closed ? "review-right.closed" : "review-right.opened",
      title: closed ? "学时审核权限已被上级关闭" : "学时审核权限已恢复",
      text: closed
        ? `「${organizationName}」关闭了本单位的学时审核权限，原因：${reason}。${movedTasks}项待办已转由上级代审。`
        : `「${organizationName}」恢复了本单位的学时审核权限，说明：${reason}。`,
      subjectId: id,
    },
  );
}
