import { createCollectionsAndIndexes } from "./20261123-1-create-collections-and-indexes.ts";

/** Indexes of the inspectors' search, and to-do indexes of open tasks only; those that nothing asks for any more go. */
export async function searchInstances(): Promise<void> {
  await createCollectionsAndIndexes();
}
