import { DepartmentModel } from "../../../models/department.ts";
import { AppError } from "../../../shared/app-error.ts";

/**
 * Departments that an administrator of an organization is to be limited to (ADM-13), each once; `department.not_found`
 * (404) when one is not its own. The caller has locked the organization, so that none is deleted meanwhile.
 */
export async function requireDepartments(
  organizationId: string,
  departmentIds: readonly string[],
): Promise<string[]> {
  const wanted = [...new Set(departmentIds)];
  const found = await DepartmentModel.countDocuments({ _id: { $in: wanted }, organizationId });
  if (found !== wanted.length) throw new AppError("department.not_found");
  return wanted;
}
