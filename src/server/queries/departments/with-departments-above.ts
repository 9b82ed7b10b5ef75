import { DepartmentModel } from "../../../models/department.ts";
import { deepestDepartment } from "../../../shared/contracts/departments.ts";

/** A department and those above it, lowest first, as the tree is now; none of one that is gone. */
export async function withDepartmentsAbove(departmentId: string): Promise<string[]> {
  const found: string[] = [];
  for (let id: string | null = departmentId; id !== null && found.length < deepestDepartment; ) {
    const one: { parentId: string | null } | null = await DepartmentModel.findById(id, {
      parentId: 1,
    }).lean<{ parentId: string | null }>();
    if (one === null) break;
    found.push(id);
    id = one.parentId;
  }
  return found;
}
