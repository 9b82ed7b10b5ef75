import { createCollectionsAndIndexes } from "./20261123-1-create-collections-and-indexes.ts";

/** The indexes of review lists by day, name and department (AUD-08). */
export const indexReviewLists = createCollectionsAndIndexes;
