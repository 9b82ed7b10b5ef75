import { type Department, DepartmentModel } from "../../../models/department.ts";
import { PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import { mostDepartments, type listDepartments as contract } from "../../../shared/contracts/departments.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { visibleOrganization } from "../organizations/get-organization.ts";

export interface DepartmentRow {
  department: Department;
  /** people in the department itself, not in those below it */
  personCount: number;
}

/**
 * The departments of one's own organization, or of one below (DEP-01): all of them, a tree by `parentId`, siblings in
 * their order. `organization.not_found` (404) for others and for professionals.
 */
export async function listDepartments(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<DepartmentRow[]> {
  const actor = requireActor(ctx);
  if (actor.role === "professional") throw new AppError("organization.not_found");
  const { _id: organizationId } = await visibleOrganization(actor, input.id);
  const departments = await DepartmentModel.find({ organizationId })
    .sort({ order: 1, name: 1 })
    .limit(mostDepartments)
    .lean();
  const counts = await countPeople(departments.map(({ _id }) => _id));
  return departments.map((department) => ({ department, personCount: counts.get(department._id) ?? 0 }));
}

async function countPeople(ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const groups = await PersonModel.aggregate<{ _id: string; count: number }>([
    { $match: { departmentId: { $in: [...ids], $type: "string" } } },
    { $group: { _id: "$departmentId", count: { $sum: 1 } } },
  ]);
  return new Map(groups.map(({ _id, count }) => [_id, count]));
}
