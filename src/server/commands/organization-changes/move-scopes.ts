import type { Model, QueryFilter, UpdateQuery } from "mongoose";

/** Which organizations stop and start to see what is below a moved one. */
export interface ScopeMove {
  removed: readonly string[];
  added: readonly string[];
}

/** What changes when an organization with `before` above it gets `after` above it. */
export function scopeMove(before: readonly string[], after: readonly string[]): ScopeMove {
  return {
    removed: before.filter((id) => !after.includes(id)),
    added: after.filter((id) => !before.includes(id)),
  };
}

/**
 * Takes the removed organizations out of `scopeIds` of the matching rows and puts the added ones in; returns how many
 * rows matched. Doing it twice changes nothing more.
 */
export async function moveScopes<Row extends { scopeIds: string[] }>(
  model: Model<Row>,
  filter: QueryFilter<Row>,
  { removed, added }: ScopeMove,
): Promise<number> {
  let matched = 0;
  // One array cannot be pulled from and added to in one update.
  const steps = [
    ...(removed.length === 0 ? [] : [{ $pull: { scopeIds: { $in: [...removed] } } }]),
    ...(added.length === 0 ? [] : [{ $addToSet: { scopeIds: { $each: [...added] } } }]),
  ];
  for (const step of steps) {
    const { matchedCount } = await model.updateMany(filter, step as UpdateQuery<Row>);
    matched = Math.max(matched, matchedCount);
  }
  return matched;
}
