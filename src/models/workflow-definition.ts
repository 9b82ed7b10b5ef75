import { type Model, Schema } from "mongoose";
import { defineModel } from "./schema.ts";

/** A published or drafted process definition. Once published its XML never changes; a newer version supersedes it. */
export interface WorkflowDefinitionRecord {
  _id: string;
  key: string;
  name: string;
  /** 1 for the first of its key. (`version` counts writes, as in every model.) */
  versionNumber: number;
  /** SHA-256 of `xml`: what instances pin. */
  hash: string;
  xml: string;
  /** A process has at most one draft; its `versionNumber` is 0. */
  status: "draft" | "published" | "superseded";
  /** True when the file came with the platform, false when policy staff made it. */
  shipped: boolean;
  createdAt: Date;
  createdBy: { accountId: string; name: string } | null;
  /** Last time that it became the current one, and who made it so; null for what a release brought. */
  publishedAt: Date | null;
  publishedBy: { accountId: string; name: string } | null;
  note: string;
  version: number;
}

const actor = new Schema({ accountId: String, name: String }, { _id: false });

export const WorkflowDefinition: Model<WorkflowDefinitionRecord> = defineModel<WorkflowDefinitionRecord>(
  { name: "WorkflowDefinition", collection: "workflow-definitions" },
  {
    key: { type: String, required: true },
    name: { type: String, required: true },
    versionNumber: { type: Number, required: true },
    hash: { type: String, required: true },
    xml: { type: String, required: true },
    status: { type: String, enum: ["draft", "published", "superseded"], required: true },
    shipped: { type: Boolean, required: true },
    createdAt: { type: Date, required: true },
    createdBy: { type: actor, default: null },
    publishedAt: { type: Date, default: null },
    publishedBy: { type: actor, default: null },
    note: { type: String, default: "" },
  },
  [
    { fields: { key: 1, versionNumber: 1 }, unique: true, name: "key_version" },
    { fields: { key: 1, status: 1 }, name: "key_status" },
    // One version of a process is in force: of two publications at once one loses.
    {
      fields: { key: 1 },
      unique: true,
      partialFilterExpression: { status: "published" },
      name: "one_published_version",
    },
    { fields: { hash: 1 }, name: "hash" },
  ],
);
