import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { remindSubordinate as contract } from "../../../shared/contracts/subordinates.ts";
import { dateTimeText } from "../../../shared/dates.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeSuperior } from "../../permissions/subordinates.ts";
import { type OpenItems, openItems } from "../../queries/subordinates/open-items.ts";
import { tellAdministrators } from "../applications/tell-administrators.ts";
import { recordAudit } from "../record-audit.ts";

const remindEveryMs = 24 * 60 * 60 * 1000;

/**
 * Reminds a subordinate's administrators of what waits there, once in 24 hours (SUB-05). Errors:
 * `organization.not_found` (404), `permission.denied`, `organization.nothing_pending` and
 * `organization.reminded_recently` (409), which says when again.
 */
export async function remindSubordinate(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<OpenItems> {
  const organization = await OrganizationModel.findById(input.id).lean<Organization>();
  authorizeSuperior(requireActor(ctx), organization);
  const items = await openItems(input.id);
  if (items.oldest === null) throw new AppError("organization.nothing_pending");
  await takeTurn(ctx, input.id);
  await recordAudit(ctx, "organization.reminded", { subjectId: input.id, data: { pending: items.count } });
  await tellAdministrators(
    ctx,
    { organizationId: input.id, module: "declarations:review", item: null },
    {
      kind: "organization.reminded",
      title: "上级提醒您尽快办理待办事项",
      text: textOf(ctx, items, input.message),
      subjectId: input.id,
    },
  );
  return items;
}

/** Of two reminders at once one is sent. */
async function takeTurn(ctx: CommandContext, organizationId: string): Promise<void> {
  const now = ctx.clock.now();
  const before = new Date(now.getTime() - remindEveryMs);
  const due = { _id: organizationId, $or: [{ remindedAt: null }, { remindedAt: { $lte: before } }] };
  const taken = await OrganizationModel.updateOne(due, { $set: { remindedAt: now } });
  if (taken.matchedCount === 1) return;
  const found = await OrganizationModel.findById(organizationId, { remindedAt: 1 }).lean();
  const until = new Date((found?.remindedAt ?? now).getTime() + remindEveryMs);
  throw new AppError("organization.reminded_recently", { until: dateTimeText(until) });
}

function textOf(ctx: CommandContext, { count, isExact, oldest }: OpenItems, message = ""): string {
  const since = oldest === null ? "" : `，最早一项到达于${dateTimeText(oldest.createdAt)}`;
  const own = message === "" ? "" : `附言：${message}`;
  const { organizationName } = requireActor(ctx);
  return `「${organizationName}」提醒：本单位有${count}${isExact ? "" : "+"}项待办${since}，请尽快办理。${own}`;
}
