import mongoose from "mongoose";

/**
 * Creates each model's collection and brings its indexes to what the model says: missing ones are built, changed ones
 * rebuilt, others dropped. Nothing happens where all is as it should be.
 */
export async function createCollectionsAndIndexes(): Promise<void> {
  // Collections know nothing of each other: side by side they share the disk's waits.
  await Promise.all(
    Object.values(mongoose.models).map(async (model) => {
      await model.createCollection();
      await model.syncIndexes();
    }),
  );
}
