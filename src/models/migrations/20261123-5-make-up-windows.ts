import { createCollectionsAndIndexes } from "./20261123-1-create-collections-and-indexes.ts";

/** Windows for past years (PST-02). */
export async function addMakeUpWindows(): Promise<void> {
  await createCollectionsAndIndexes();
}
