import type { Actor } from "../command-context.ts";

/**
 * Administrators who are limited to departments (ADM-13) see and decide what is about people of those departments and
 * of the ones below them, and nobody else's. `actor.departmentIds` has them all; without it there is no limit.
 */

/** Whether the actor may have to do with somebody of a department, or of none. */
export function isWithinDepartments(
  { departmentIds }: Pick<Actor, "departmentIds">,
  of: { departmentId?: string | null },
): boolean {
  if (departmentIds === undefined) return true;
  return typeof of.departmentId === "string" && departmentIds.includes(of.departmentId);
}

/** The part of a filter that keeps a list to what the actor may see, of one department where one is asked for. */
export function departmentFilter(
  { departmentIds }: Pick<Actor, "departmentIds">,
  wanted?: string,
): { departmentId?: string | { $in: string[] } } {
  if (departmentIds === undefined) return wanted === undefined ? {} : { departmentId: wanted };
  if (wanted === undefined) return { departmentId: { $in: [...departmentIds] } };
  return { departmentId: departmentIds.includes(wanted) ? wanted : { $in: [] } };
}
