import { type Department, DepartmentModel } from "../../../models/department.ts";
import { AppError } from "../../../shared/app-error.ts";

/**
 * A department of an organization that a person may be put into now: throws `department.unavailable` (400) when it,
 * or one above it, is disabled, or when it is another organization's (DEP-06).
 */
export async function availableDepartment(departmentId: string, organizationId: string): Promise<Department> {
  const department = await DepartmentModel.findOne({
    _id: departmentId,
    organizationId,
    available: true,
  }).lean();
  if (department === null) throw new AppError("department.unavailable");
  return department;
}
