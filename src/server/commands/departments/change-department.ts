import { type Department, DepartmentModel } from "../../../models/department.ts";
import { PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { changeDepartment as contract } from "../../../shared/contracts/departments.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";
import { type DepartmentTree, lockDepartmentTree } from "./department-tree.ts";
import { writeAvailability } from "./write-availability.ts";

/**
 * Renames, moves and sorts a department (DEP-03, DEP-07); what is not given stays. Its people carry the new name at
 * once. Errors: `department.not_found`, `department.exists`, `department.in_cycle`, `department.too_deep`.
 */
export async function changeDepartment(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Department> {
  const { tree } = await lockDepartmentTree(ctx);
  const before = tree.get(input.id);
  const parentId = input.parentId === undefined ? before.parentId : input.parentId;
  const { name = before.name, order = before.order } = input;
  requirePlace(tree, before, { parentId, name });
  const after: Department = { ...before, name, parentId, order };
  await DepartmentModel.updateOne(
    { _id: before._id },
    { $set: { name, parentId, order }, $inc: { version: 1 } },
  );
  if (name !== before.name)
    await PersonModel.updateMany({ departmentId: before._id }, { $set: { departmentName: name } });
  const available = await writeAvailability(tree, after);
  await recordAudit(ctx, "department.changed", {
    subjectId: before._id,
    data: { parentId, order, renamed: name !== before.name },
  });
  return { ...after, available };
}

function requirePlace(
  tree: DepartmentTree,
  { _id, parentId: former }: Department,
  { parentId, name }: Pick<Department, "parentId" | "name">,
): void {
  tree.requireFreeName(name, parentId, _id);
  if (parentId === former) return;
  if (tree.upward(parentId).some((above) => above._id === _id)) throw new AppError("department.in_cycle");
  tree.requireDepth(parentId, tree.height(_id));
}
