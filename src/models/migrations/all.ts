import { createCollectionsAndIndexes } from "./20261123-1-create-collections-and-indexes.ts";

/** Every migration in order: dated name → an `up` that may run twice (style rule 20). */
export const migrations: readonly { name: string; up(): Promise<void> }[] = [
  { name: "20261123-1-create-collections-and-indexes", up: createCollectionsAndIndexes },
];
