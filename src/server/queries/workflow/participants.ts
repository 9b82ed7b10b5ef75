import { ClassParticipantModel } from "../../../models/class-participant.ts";
import { DeclarationModel } from "../../../models/declaration.ts";
import type { WorkflowTaskRecord } from "../../../models/workflow-task.ts";

type Item = Pick<WorkflowTaskRecord, "processKey" | "businessId">;

/** Identities looked up at once: a page of tasks times a holder's administrators may be more. */
const idsAtOnce = 2000;

/** Whether somebody takes part in an item. */
export type TakesPart = (item: Item, personId: string) => boolean;

/**
 * Who of some people has hours of his own in items that are about many: a plan's declaration, as it is under review now,
 * and the roster of a class (AUD-10). The instance names one person at most, so that the participants say whose hours
 * they are. The one rule for who is refused at the decision and who counts as a holder.
 */
export async function participantsAmong(
  personIds: readonly string[],
  items: readonly Item[],
): Promise<TakesPart> {
  const of = (key: string) =>
    items.filter(({ processKey }) => processKey === key).map(({ businessId }) => businessId);
  const known = new Set([
    ...(await declaredIn(of("plan-declaration"), personIds)),
    ...(await onRosterOf(of("base-class"), personIds)),
  ]);
  return ({ businessId }, personId) => known.has(`${businessId}-${personId}`);
}

async function declaredIn(
  applicationIds: readonly string[],
  personIds: readonly string[],
): Promise<string[]> {
  if (applicationIds.length === 0 || personIds.length === 0) return [];
  const declared = await DeclarationModel.find(
    { applicationId: { $in: [...applicationIds] }, status: "pending", personId: { $in: [...personIds] } },
    { applicationId: 1, personId: 1 },
  ).lean();
  return declared.map(({ applicationId, personId }) => `${applicationId}-${personId}`);
}

async function onRosterOf(
  applicationIds: readonly string[],
  personIds: readonly string[],
): Promise<string[]> {
  const ids = applicationIds.flatMap((id) => personIds.map((personId) => `${id}-${personId}`));
  const found: string[] = [];
  for (let from = 0; from < ids.length; from += idsAtOnce) {
    const some = { _id: { $in: ids.slice(from, from + idsAtOnce) } };
    const rows = await ClassParticipantModel.find(some, { _id: 1 }).lean();
    found.push(...rows.map(({ _id }) => _id));
  }
  return found;
}
