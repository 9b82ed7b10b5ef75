import { DepartmentModel } from "../../src/models/department.ts";
import type { Organization } from "../../src/models/organization.ts";
import type { App } from "../../src/server/command-context.ts";
import { newId } from "../../src/shared/ids.ts";

/** A department of a unit, at the top or below another one; its id. */
export async function newDepartment(
  app: App,
  unit: Organization,
  given: { name: string; parentId?: string },
): Promise<string> {
  const createdAt = app.clock.now();
  const _id = newId(createdAt);
  const row = { organizationId: unit._id, parentId: null, order: 1, available: true, ...given };
  await DepartmentModel.create([{ _id, ...row, status: "active", createdAt, version: 0 }]);
  return _id;
}
