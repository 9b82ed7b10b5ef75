import { type Department, DepartmentModel } from "../../../models/department.ts";
import { DepartmentTree } from "./department-tree.ts";

/**
 * Writes whether a department, as it is after a change, and everything below it can be chosen (DEP-06): disabling one
 * takes its descendants with it, enabling it gives back those that are not disabled themselves. Returns the answer for
 * the department itself.
 */
export async function writeAvailability(before: DepartmentTree, changed: Department): Promise<boolean> {
  const others = [...before.byId.values()].filter(({ _id }) => _id !== changed._id);
  const tree = new DepartmentTree([...others, changed]);
  const own = tree.isAvailable(changed, changed.parentId);
  const affected = [changed, ...tree.below(changed._id)];
  const differing = affected.filter((one) => tree.isAvailable(one, one.parentId) !== one.available);
  for (const available of [true, false]) {
    const ids = differing.filter((one) => one.available !== available).map(({ _id }) => _id);
    if (ids.length > 0) await DepartmentModel.updateMany({ _id: { $in: ids } }, { $set: { available } });
  }
  return own;
}
