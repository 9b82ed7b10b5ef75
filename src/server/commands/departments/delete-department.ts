import { DepartmentModel } from "../../../models/department.ts";
import { MembershipModel } from "../../../models/membership.ts";
import { PersonModel } from "../../../models/person.ts";
import { RegistrationModel } from "../../../models/registration.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";
import { type DepartmentTree, lockDepartmentTree } from "./department-tree.ts";

/**
 * Deletes a department that nothing uses: no departments below it, nobody in it, no applicant who chose it, no
 * administrator limited to it (DEP-07, ADM-13).
 * Errors: `department.not_found`, `department.in_use` (409) with what uses it.
 */
export async function deleteDepartment(ctx: CommandContext, input: { id: string }): Promise<{ ok: true }> {
  const { actor, tree } = await lockDepartmentTree(ctx);
  const { _id } = tree.get(input.id);
  const reason = await usedBy(tree, _id, actor.organizationId);
  if (reason !== null) throw new AppError("department.in_use", { reason });
  await DepartmentModel.deleteOne({ _id });
  await recordAudit(ctx, "department.deleted", {
    subjectId: _id,
    data: { organizationId: actor.organizationId },
  });
  return { ok: true };
}

async function usedBy(
  tree: DepartmentTree,
  departmentId: string,
  organizationId: string,
): Promise<string | null> {
  if (tree.childrenOf(departmentId).length > 0) return "有下级部门";
  if ((await PersonModel.exists({ departmentId })) !== null) return "有所属人员";
  const pending = { reviewerId: organizationId, status: "pending" as const };
  const applicant = await RegistrationModel.exists({ ...pending, "data.departmentId": departmentId });
  if (applicant !== null) return "有待审核的注册人员";
  const limited = await MembershipModel.exists({ departmentIds: departmentId });
  return limited === null ? null : "有管理员以其为管理范围";
}
