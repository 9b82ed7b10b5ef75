import { createCollectionsAndIndexes } from "./20261123-1-create-collections-and-indexes.ts";

/** The index by which a job finds applications that wait for their start (ORG-10). */
export const indexScheduledChanges = createCollectionsAndIndexes;
