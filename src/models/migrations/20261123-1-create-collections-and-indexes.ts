import mongoose from "mongoose";

/** Creates each model's collection and indexes. Both calls do nothing where they exist already. */
export async function createCollectionsAndIndexes(): Promise<void> {
  for (const model of Object.values(mongoose.models)) {
    await model.createCollection();
    await model.createIndexes();
  }
}
