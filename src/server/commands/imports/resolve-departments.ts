import { DepartmentModel } from "../../../models/department.ts";
import type { CommandContext } from "../../command-context.ts";
import type { ImportChunk } from "./import-people-rows.ts";

/**
 * Department names of a chunk → ids; null for one that is disabled and cannot be chosen (DEP-06). Names that the unit
 * does not have are left out, or created when the import says so (IMP-06).
 */
export async function resolveDepartments(
  ctx: CommandContext,
  chunk: ImportChunk,
): Promise<Map<string, string | null>> {
  const names = [...new Set(chunk.people.map((row) => row.departmentName).filter((name) => name !== null))];
  if (names.length === 0) return new Map();
  const organizationId = chunk.organization._id;
  const known = await DepartmentModel.find({ organizationId, name: { $in: names } })
    .sort({ available: 1, createdAt: -1 })
    .lean();
  // Last wins: where a name is used in several branches, the oldest of those that can be chosen.
  const ids = new Map<string, string | null>(
    known.map(({ name, _id, available }) => [name, available ? _id : null]),
  );
  const missing = names.filter((name) => !ids.has(name));
  if (!chunk.run.createDepartments || missing.length === 0) return ids;
  const created = missing.map((name, order) => ({
    _id: ctx.newId(),
    organizationId,
    name,
    parentId: null,
    order,
    status: "active" as const,
    available: true,
    createdAt: ctx.clock.now(),
    version: 0,
  }));
  if (!chunk.run.dryRun) await DepartmentModel.insertMany(created, { lean: true });
  for (const department of created) ids.set(department.name, department._id);
  return ids;
}
