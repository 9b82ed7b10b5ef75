import mongoose from "mongoose";

/**
 * Creates each model's collection and brings its indexes to what the model says: missing ones are built, changed ones
 * rebuilt, others dropped. Nothing happens where all is as it should be.
 */
export async function createCollectionsAndIndexes(): Promise<void> {
  for (const model of Object.values(mongoose.models)) {
    await model.createCollection();
    await model.syncIndexes();
  }
}
