import { createCollectionsAndIndexes } from "./20261123-1-create-collections-and-indexes.ts";

/** Rosters of classes, and declarations found by the plan's declaration or class that they came from. */
export async function indexPlansAndClasses(): Promise<void> {
  await createCollectionsAndIndexes();
}
