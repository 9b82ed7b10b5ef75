import mongoose, { type Model, Schema, type SchemaDefinition } from "mongoose";

/**
 * Every collection is made here, so that all share the same habits: string `_id`, optimistic concurrency (two
 * writers of one document: one wins), strict fields, no automatic timestamps, no index building at start (migrations
 * do that).
 */
export function defineModel<Document>(
  { name, collection }: { name: string; collection: string },
  definition: SchemaDefinition,
  indexes: readonly IndexSpec[] = [],
): Model<Document> {
  const existing = mongoose.models[name];
  if (existing !== undefined) return existing as Model<Document>;
  const schema = new Schema(
    { _id: { type: String, required: true }, ...definition },
    {
      collection,
      optimisticConcurrency: true,
      strict: "throw",
      minimize: false,
      autoIndex: false,
      autoCreate: false,
      versionKey: "version",
    },
  );
  for (const { fields, ...options } of indexes) schema.index(fields, options);
  return mongoose.model(name, schema) as unknown as Model<Document>;
}

export interface IndexSpec {
  fields: Record<string, 1 | -1>;
  unique?: boolean;
  sparse?: boolean;
  partialFilterExpression?: Record<string, unknown>;
  expireAfterSeconds?: number;
  name?: string;
}

export const text = { type: String, required: true } as const;
export const optionalText = { type: String, default: null } as const;
export const number = { type: Number, required: true } as const;
export const flag = { type: Boolean, required: true } as const;
export const moment = { type: Date, required: true } as const;
export const optionalMoment = { type: Date, default: null } as const;
export const texts = { type: [String], required: true } as const;
export const anything = { type: Schema.Types.Mixed, default: null } as const;
