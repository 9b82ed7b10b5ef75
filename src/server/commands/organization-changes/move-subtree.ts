import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { PersonModel } from "../../../models/person.ts";
import type { CommandContext } from "../../command-context.ts";
import { enqueue } from "../enqueue.ts";
import { recordOrganizationVersion } from "../organizations/record-organization-version.ts";
import { moveScopes, scopeMove } from "./move-scopes.ts";

/** Where an organization goes. */
export interface NewPlace {
  superior: Pick<Organization, "_id" | "ancestorIds">;
  bureauId: string | null;
}

/** How much moved along. */
export interface Moved {
  organizations: number;
  people: number;
}

/**
 * Puts an organization, with all below it, under another superior, in the caller's transaction: superior and 同级人社,
 * the path above every organization of the sub-tree, and who sees its people (ORG-12, ORG-13). Every organization of
 * the sub-tree is written, so that whoever joins one of them at the same moment comes before or after, not between.
 * Person-years, certificates and declarations follow by a job within seconds: they are many, and nothing is decided
 * by their scope. That the new place makes no cycle is the caller's word.
 */
export async function moveSubtree(
  ctx: CommandContext,
  organization: Organization,
  { superior, bureauId }: NewPlace,
): Promise<Moved> {
  const { _id, ancestorIds: before } = organization;
  const after = [superior._id, ...superior.ancestorIds];
  const isPool = bureauId === organization.bureauId ? {} : noPool;
  await writePlace(ctx, _id, { superiorId: superior._id, bureauId, ancestorIds: after, ...isPool });
  const below = await OrganizationModel.find({ ancestorIds: _id }, { ancestorIds: 1, bureauId: 1 }).lean<
    Organization[]
  >();
  for (const { path, ids } of byPath(below, _id))
    await OrganizationModel.updateMany(
      { _id: { $in: ids } },
      { $set: { ancestorIds: [...path, ...after] }, $inc: { version: 1 } },
    );
  if (bureauId !== organization.bureauId)
    await followBureau(ctx, below, { from: organization.bureauId, bureauId });
  const move = scopeMove(before, after);
  const people = await moveScopes(PersonModel, { scopeIds: _id }, move);
  await enqueue(ctx, "organization.follow-move", {
    data: { organizationId: _id, removed: [...move.removed] },
  });
  return { organizations: 1 + below.length, people };
}

/** Whoever is a region's 人才中心 is it by the word of that region's bureau only (TRF-16). */
const noPool = { poolRegionCode: null };

async function writePlace(
  ctx: CommandContext,
  organizationId: string,
  place: Pick<Organization, "bureauId"> &
    Partial<Pick<Organization, "superiorId" | "ancestorIds" | "poolRegionCode">>,
): Promise<void> {
  const written = await OrganizationModel.findByIdAndUpdate(
    organizationId,
    { $set: place, $inc: { version: 1 } },
    { returnDocument: "after" },
  ).lean<Organization>();
  if (written !== null) await recordOrganizationVersion(ctx, written);
}

/** Organizations below one another share their path up to the moved one: one update for each such path. */
function byPath(below: readonly Organization[], movedId: string): { path: string[]; ids: string[] }[] {
  const groups = new Map<string, { path: string[]; ids: string[] }>();
  for (const { _id, ancestorIds } of below) {
    const path = ancestorIds.slice(0, ancestorIds.indexOf(movedId) + 1);
    const group = groups.get(path.join()) ?? { path, ids: [] };
    group.ids.push(_id);
    groups.set(path.join(), group);
  }
  return [...groups.values()];
}

/** Those below that had the same 同级人社 go along with it; others chose another one and keep it. */
async function followBureau(
  ctx: CommandContext,
  below: readonly Organization[],
  { from, bureauId }: { from: string | null; bureauId: string | null },
): Promise<void> {
  for (const organization of below)
    if (organization.bureauId === from) await writePlace(ctx, organization._id, { bureauId, ...noPool });
}
