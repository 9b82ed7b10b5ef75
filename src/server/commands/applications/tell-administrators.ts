import { type Membership, MembershipModel } from "../../../models/membership.ts";
import type { Module } from "../../../shared/modules.ts";
import type { CommandContext } from "../../command-context.ts";
import { withDepartmentsAbove } from "../../queries/departments/with-departments-above.ts";
import { type Message, notify } from "../notify.ts";

/** More administrators than this are told through their to-do list only. */
const mostTold = 20;
/** Of whom they are picked: an organization has no more administrators with one module. */
const mostAsked = 500;

/** Whom a message is for, and what it is about. */
interface Audience {
  organizationId: string;
  module: Module;
  /**
   * The item, with its person's department if he is in one; null for what concerns the whole organization. Whoever is
   * limited to departments is told of items that he can see only (ADM-13).
   */
  item: { departmentId?: string } | null;
}

/** Leaves a message for an organization's active administrators who have a module (NOT-01). */
export async function tellAdministrators(
  ctx: CommandContext,
  { organizationId, module, item }: Audience,
  message: Message,
): Promise<void> {
  const having = await MembershipModel.find(
    { organizationId, status: "active", $or: [{ isSuperAdministrator: true }, { modules: module }] },
    { accountId: 1, departmentIds: 1 },
  )
    .limit(mostAsked)
    .lean<Having[]>();
  const told = item === null ? having : await thoseWhoSee(having, item);
  for (const { accountId } of told.slice(0, mostTold)) await notify(ctx, accountId, message);
}

type Having = Pick<Membership, "accountId" | "departmentIds">;

async function thoseWhoSee(
  having: readonly Having[],
  { departmentId }: { departmentId?: string },
): Promise<readonly Having[]> {
  const isLimited = ({ departmentIds = [] }: Having) => departmentIds.length > 0;
  if (!having.some(isLimited)) return having;
  const around = departmentId === undefined ? [] : await withDepartmentsAbove(departmentId);
  return having.filter(
    (one) => !isLimited(one) || (one.departmentIds ?? []).some((id) => around.includes(id)),
  );
}
