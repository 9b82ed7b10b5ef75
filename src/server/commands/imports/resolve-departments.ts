import { DepartmentModel } from "../../../models/department.ts";
import type { CommandContext } from "../../command-context.ts";
import type { ImportChunk } from "./import-people-rows.ts";

/**
 * Department names of a chunk → ids. Names that the unit does not have are left out, or created when the import
 * says so (IMP-06).
 */
export async function resolveDepartments(
  ctx: CommandContext,
  chunk: ImportChunk,
): Promise<Map<string, string>> {
  const names = [...new Set(chunk.people.map((row) => row.departmentName).filter((name) => name !== null))];
  if (names.length === 0) return new Map();
  const organizationId = chunk.organization._id;
  const known = await DepartmentModel.find({ organizationId, name: { $in: names }, status: "active" }).lean();
  const ids = new Map(known.map((department) => [department.name, department._id]));
  const missing = names.filter((name) => !ids.has(name));
  if (!chunk.run.createDepartments || missing.length === 0) return ids;
  const created = missing.map((name, order) => ({
    _id: ctx.newId(),
    organizationId,
    name,
    parentId: null,
    order,
    status: "active" as const,
    createdAt: ctx.clock.now(),
    version: 0,
  }));
  if (!chunk.run.dryRun) await DepartmentModel.insertMany(created, { lean: true });
  for (const department of created) ids.set(department.name, department._id);
  return ids;
}
