import { createCollectionsAndIndexes } from "./20261123-1-create-collections-and-indexes.ts";

/** The index by which the ledger's check walks all approved absences in order. */
export const indexApprovedAbsences = createCollectionsAndIndexes;
