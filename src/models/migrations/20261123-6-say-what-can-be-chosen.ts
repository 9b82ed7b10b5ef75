import { DepartmentModel } from "../department.ts";

/** Departments say whether they can be chosen (DEP-06). */
export async function sayWhatCanBeChosen(): Promise<void> {
  const unsaid = { available: { $exists: false } };
  // Nothing could be disabled before, and there was one level only.
  await DepartmentModel.updateMany({ ...unsaid, status: "active" }, { $set: { available: true } });
  await DepartmentModel.updateMany(unsaid, { $set: { available: false } });
}
