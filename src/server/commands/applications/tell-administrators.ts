import { MembershipModel } from "../../../models/membership.ts";
import type { Module } from "../../../shared/modules.ts";
import type { CommandContext } from "../../command-context.ts";
import { type Message, notify } from "../notify.ts";

/** More administrators than this are told through their to-do list only. */
const mostTold = 20;

/** Leaves a message for an organization's active administrators who have a module (NOT-01). */
export async function tellAdministrators(
  ctx: CommandContext,
  { organizationId, module }: { organizationId: string; module: Module },
  message: Message,
): Promise<void> {
  const memberships = await MembershipModel.find(
    { organizationId, status: "active", $or: [{ isSuperAdministrator: true }, { modules: module }] },
    { accountId: 1 },
  )
    .limit(mostTold)
    .lean();
  for (const { accountId } of memberships) await notify(ctx, accountId, message);
}
