import { createCollectionsAndIndexes } from "./20261123-1-create-collections-and-indexes.ts";

/** The index by which the loop of urgent jobs finds its kinds past any number of others. */
export const indexUrgentJobs = createCollectionsAndIndexes;
