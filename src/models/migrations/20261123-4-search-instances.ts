import { WorkflowInstance } from "../workflow-instance.ts";
import { createCollectionsAndIndexes } from "./20261123-1-create-collections-and-indexes.ts";

/** Indexes of the inspectors' search; two that nothing asks for any more go. */
export async function searchInstances(): Promise<void> {
  await createCollectionsAndIndexes();
  const indexes = await WorkflowInstance.collection.indexes();
  for (const name of ["organization_process", "definition"]) {
    if (indexes.some((index) => index.name === name)) await WorkflowInstance.collection.dropIndex(name);
  }
}
