import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { cannotAct } from "../../../workflows/assignment/route.ts";
import type { HolderLookup, HolderRule } from "../../../workflows/runtime/holders.ts";

/** What decides whether an organization can act. */
export type Holder = Pick<
  Organization,
  | "_id"
  | "name"
  | "kind"
  | "status"
  | "reviewClosed"
  | "hasAdministrator"
  | "ancestorIds"
  | "bureauId"
  | "reviewLimitWorkingDays"
>;

export const holderFields = {
  name: 1,
  kind: 1,
  status: 1,
  reviewClosed: 1,
  hasAdministrator: 1,
  ancestorIds: 1,
  bureauId: 1,
  reviewLimitWorkingDays: 1,
} as const;

/**
 * Whether an organization can do a task of a module that comes to it now, who acts for it if not, and the time limit
 * that whoever acts has published (FLW-10, FLW-11, SUB-03). One read by key in the usual case.
 */
export async function holderRule(organizationId: string, module: string): Promise<HolderRule> {
  return await ruleOf(await loadHolder(organizationId), module);
}

/** The same where the caller has read organizations in his transaction; of others it reads them. */
export function holderRuleAmong(holders: readonly Holder[]): HolderLookup {
  const known = new Map(holders.map((holder) => [holder._id, holder]));
  return async (organizationId, module) =>
    await ruleOf(known.get(organizationId) ?? (await loadHolder(organizationId)), module);
}

function loadHolder(organizationId: string): Promise<Holder | null> {
  return OrganizationModel.findById(organizationId, holderFields).lean<Holder>().exec();
}

async function ruleOf(holder: Holder | null, module: string): Promise<HolderRule> {
  if (holder === null) return { standIn: null, limitWorkingDays: null };
  const reason = cannotDo(holder, module);
  // The operators' own tasks are nobody else's.
  if (reason === null || holder.kind === "operator")
    return { standIn: null, limitWorkingDays: holder.reviewLimitWorkingDays ?? null };
  const acting = await nearestAble(holder, module);
  if (acting === null) return { standIn: null, limitWorkingDays: null };
  const notice = `「${holder.name}」${reason}，由「${acting.name}」代审`;
  return {
    standIn: { organizationId: acting._id, notice },
    limitWorkingDays: acting.reviewLimitWorkingDays ?? null,
  };
}

/** The right that a superior can close is the one to review hours (SUB-02). */
export const closableModules: ReadonlySet<string> = new Set([
  "declarations:review",
  "declarations:review-base",
]);

function cannotDo({ status, reviewClosed, hasAdministrator }: Holder, module: string): string | null {
  const closed = reviewClosed && closableModules.has(module);
  return cannotAct({ status, reviewClosed: closed, hasActiveAdmin: hasAdministrator });
}

/** The nearest organization above that can; after them the 同级人社, which need not be above. */
async function nearestAble({ ancestorIds, bureauId, _id }: Holder, module: string): Promise<Holder | null> {
  const order = [...ancestorIds, ...(bureauId === null || bureauId === _id ? [] : [bureauId])];
  const above = await OrganizationModel.find({ _id: { $in: order } }, holderFields).lean<Holder[]>();
  return (
    above
      .toSorted((a, b) => order.indexOf(a._id) - order.indexOf(b._id))
      .find((one) => one.kind !== "operator" && cannotDo(one, module) === null) ?? null
  );
}
