import { type Department, DepartmentModel } from "../../../models/department.ts";
import type { setDepartmentStatus as contract } from "../../../shared/contracts/departments.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";
import { lockDepartmentTree } from "./department-tree.ts";
import { writeAvailability } from "./write-availability.ts";

/**
 * 禁用 or 启用 a department (DEP-04, DEP-06). A disabled one, and everything below it, cannot be chosen any more; the
 * people in it stay and are flagged. Setting what is already so changes nothing. Error: `department.not_found`.
 */
export async function setDepartmentStatus(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Department> {
  const { tree } = await lockDepartmentTree(ctx);
  const before = tree.get(input.id);
  if (before.status === input.status) return before;
  const after = { ...before, status: input.status };
  await DepartmentModel.updateOne(
    { _id: before._id },
    { $set: { status: input.status }, $inc: { version: 1 } },
  );
  const available = await writeAvailability(tree, after);
  await recordAudit(ctx, "department.status_changed", {
    subjectId: before._id,
    data: { status: input.status },
  });
  return { ...after, available };
}
