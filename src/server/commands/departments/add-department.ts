import { type Department, DepartmentModel } from "../../../models/department.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type addDepartment as contract, mostDepartments } from "../../../shared/contracts/departments.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";
import { lockDepartmentTree } from "./department-tree.ts";

/**
 * 新增部门, at the top or below another (DEP-02, DEP-05). Below a disabled one it cannot be chosen either. Errors:
 * `department.not_found` for a parent that is not one's own, `department.exists`, `department.too_deep`,
 * `department.too_many`.
 */
export async function addDepartment(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Department> {
  const { actor, tree } = await lockDepartmentTree(ctx);
  const { name } = input;
  const parentId = input.parentId ?? null;
  tree.requireFreeName(name, parentId, null);
  tree.requireDepth(parentId, 1);
  if (tree.byId.size >= mostDepartments)
    throw new AppError("department.too_many", { limit: mostDepartments });
  const siblings = tree.childrenOf(parentId);
  const department: Department = {
    _id: ctx.newId(),
    organizationId: actor.organizationId,
    name,
    parentId,
    order: input.order ?? Math.max(0, ...siblings.map(({ order }) => order + 1)),
    status: "active",
    available: tree.isAvailable({ status: "active" }, parentId),
    createdAt: ctx.clock.now(),
    version: 0,
  };
  await DepartmentModel.create([department]);
  const { organizationId } = department;
  await recordAudit(ctx, "department.added", {
    subjectId: department._id,
    data: { organizationId, parentId },
  });
  return department;
}
