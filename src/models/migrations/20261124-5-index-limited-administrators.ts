import { createCollectionsAndIndexes } from "./20261123-1-create-collections-and-indexes.ts";

/** The index that says whether an administrator is limited to a department (ADM-13). */
export const indexLimitedAdministrators = createCollectionsAndIndexes;
