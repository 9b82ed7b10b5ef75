import { DepartmentModel } from "../../../models/department.ts";
import type { BlockingItem } from "../../../shared/contracts/applications.ts";
import { deepestDepartment, mostDepartments } from "../../../shared/contracts/departments.ts";

const link = "/workspace/departments";

/**
 * What of an organization's departments stands against a merger (DEP-07, DRG-06): they come to stand one level lower,
 * under a department named after it, beside those of the target, where that is known already.
 */
export async function departmentBlocks(
  organizationId: string,
  targetId: string | null,
): Promise<BlockingItem[]> {
  const departments = await DepartmentModel.find({ organizationId }, { parentId: 1 }).lean<Placed[]>();
  const deepest = levelsOf(departments).filter((level) => level >= deepestDepartment).length;
  const there = targetId === null ? 0 : await DepartmentModel.countDocuments({ organizationId: targetId });
  const together = departments.length + there + 1;
  return [
    ...item(deepest, {
      kind: "departments-too-deep",
      name: `第${deepestDepartment}级的部门：并入后将超过${deepestDepartment}级，请先上移或删除`,
    }),
    ...item(Math.max(0, together - mostDepartments), {
      kind: "departments-too-many",
      name: `超出部门总数上限（${mostDepartments}个）的部门：两单位合计${together}个，请先合并或删除`,
    }),
  ];
}

interface Placed {
  _id: string;
  parentId: string | null;
}

/** The level of each department, from 1. */
function levelsOf(departments: readonly Placed[]): number[] {
  const parents = new Map(departments.map(({ _id, parentId }) => [_id, parentId]));
  return departments.map(({ _id }) => {
    let level = 0;
    for (let id: string | null = _id; id !== null && level <= deepestDepartment; level += 1)
      id = parents.get(id) ?? null;
    return level;
  });
}

function item(count: number, { kind, name }: { kind: string; name: string }): BlockingItem[] {
  return count === 0 ? [] : [{ kind, name, count, countIsExact: true, link }];
}
