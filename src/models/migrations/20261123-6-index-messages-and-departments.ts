import { DepartmentModel } from "../department.ts";
import { createCollectionsAndIndexes } from "./20261123-1-create-collections-and-indexes.ts";

/** Indexes of messages and of who is in a department; departments say whether they can be chosen (DEP-06). */
export async function indexMessagesAndDepartments(): Promise<void> {
  await createCollectionsAndIndexes();
  const unsaid = { available: { $exists: false } };
  // Nothing could be disabled before, and there was one level only.
  await DepartmentModel.updateMany({ ...unsaid, status: "active" }, { $set: { available: true } });
  await DepartmentModel.updateMany(unsaid, { $set: { available: false } });
}
