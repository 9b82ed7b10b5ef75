import { DepartmentModel } from "../../../models/department.ts";
import { mostDepartments } from "../../../shared/contracts/departments.ts";

/** Some departments of an organization and all below them, as the tree is now; those that are gone are left out. */
export async function withDepartmentsBelow(
  organizationId: string,
  departmentIds: readonly string[],
): Promise<string[]> {
  const departments = await DepartmentModel.find({ organizationId }, { parentId: 1 })
    .limit(mostDepartments)
    .lean<{ _id: string; parentId: string | null }[]>();
  const below = new Map<string, string[]>();
  for (const { _id, parentId } of departments)
    if (parentId !== null) below.set(parentId, [...(below.get(parentId) ?? []), _id]);
  const known = new Set(departments.map(({ _id }) => _id));
  const found = new Set(departmentIds.filter((id) => known.has(id)));
  // A set that grows while it is walked gives its new members too.
  for (const id of found) for (const child of below.get(id) ?? []) found.add(child);
  return [...found];
}
