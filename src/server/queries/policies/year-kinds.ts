import type { PackKind } from "../../../rules/pack-schema.ts";

const yearKinds: readonly PackKind[] = ["annual-requirement", "adjustment", "determination", "title"];

/** Whether a pack decides years on record; the others answer for declarations to come. */
export function decidesYears(kind: PackKind): boolean {
  return yearKinds.includes(kind);
}
