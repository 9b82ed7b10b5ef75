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
  move: ScopeMove,
): Promise<number> {
  let matched = 0;
  for (const step of scopeUpdates("scopeIds", move)) {
    const { matchedCount } = await model.updateMany(filter, step as UpdateQuery<Row>);
    matched = Math.max(matched, matchedCount);
  }
  return matched;
}

/** The updates of a field that holds such a scope, to be made in their order: one array takes one of them at a time. */
export function scopeUpdates(field: "scopeIds" | "scope", { removed, added }: ScopeMove): object[] {
  return [
    ...(removed.length === 0 ? [] : [{ $pull: { [field]: { $in: [...removed] } } }]),
    ...(added.length === 0 ? [] : [{ $addToSet: { [field]: { $each: [...added] } } }]),
  ];
}
