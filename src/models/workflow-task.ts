import { type Model, Schema } from "mongoose";
import { defineModel } from "./schema.ts";
import {
  type WorkflowCandidate,
  type WorkflowSubject,
  workflowCandidateSchema,
  workflowSubjectFields,
} from "./workflow-instance.ts";

export type WorkflowTaskStatus = "open" | "decided" | "cancelled";

/** Who decided, as the history shows it for ever, whatever happens to the account. */
export interface WorkflowDecider {
  accountId: string;
  name: string;
  organizationName: string;
}

/** A user task of an instance: one row of somebody's to-do list, and afterwards of the history. */
export interface WorkflowTaskRecord extends WorkflowSubject {
  _id: string;
  instanceId: string;
  /** Element id and loop index (`review:1`); unique among the instance's open tasks. */
  key: string;
  elementId: string;
  name: string;
  loopIndex: number;
  /** How many times this key was opened, from 1. */
  round: number;
  outcomes: string[];
  status: WorkflowTaskStatus;
  candidate: WorkflowCandidate;
  /** Permission module that the holder's account needs; null for an applicant's own task. */
  module: string | null;
  /** Why the task came to this holder instead of the usual one (FLW-10), in Chinese. */
  notice: string | null;
  processKey: string;
  businessKind: string;
  businessId: string;
  createdAt: Date;
  dueAt: Date | null;
  /** When the next reminder of this task is due: at 50, 80 and 100 % of its time (FLW-11); null when none is left. */
  remindAt: Date | null;
  remindersSent: number;
  /** When somebody last pressed 催办: once in 24 hours (PRG-09). */
  urgedAt: Date | null;
  decidedBy: WorkflowDecider | null;
  decidedAt: Date | null;
  outcome: string | null;
  comment: string | null;
  /** accounts that took it out of their review records (AUD-03); not stored where there is none */
  hiddenFor?: string[];
  version: number;
}

export const WorkflowTask: Model<WorkflowTaskRecord> = defineModel<WorkflowTaskRecord>(
  { name: "WorkflowTask", collection: "workflow-tasks" },
  {
    instanceId: { type: String, required: true },
    key: { type: String, required: true },
    elementId: { type: String, required: true },
    name: { type: String, required: true },
    loopIndex: { type: Number, required: true },
    round: { type: Number, required: true },
    outcomes: { type: [String], default: [] },
    status: { type: String, enum: ["open", "decided", "cancelled"], required: true },
    candidate: { type: workflowCandidateSchema, required: true },
    module: { type: String, default: null },
    notice: { type: String, default: null },
    processKey: { type: String, required: true },
    businessKind: { type: String, required: true },
    businessId: { type: String, required: true },
    createdAt: { type: Date, required: true },
    dueAt: { type: Date, default: null },
    remindAt: { type: Date, default: null },
    remindersSent: { type: Number, default: 0 },
    urgedAt: { type: Date, default: null },
    decidedBy: {
      type: new Schema({ accountId: String, name: String, organizationName: String }, { _id: false }),
      default: null,
    },
    decidedAt: { type: Date, default: null },
    outcome: { type: String, default: null },
    comment: { type: String, default: null },
    hiddenFor: { type: [String], default: undefined },
    ...workflowSubjectFields,
  },
  [
    // To-do lists: a page of one holder's open tasks, newest first, of one process or of one year (APR-06, APR-09).
    // Decided tasks, which are nearly all, are not in them.
    {
      fields: { "candidate.id": 1, status: 1, processKey: 1, createdAt: -1 },
      name: "holder_process",
      partialFilterExpression: { status: "open" },
    },
    {
      fields: { "candidate.id": 1, status: 1, processKey: 1, year: 1, createdAt: -1 },
      name: "holder_process_year",
      partialFilterExpression: { status: "open" },
    },
    // The whole to-do list, all processes together.
    {
      fields: { "candidate.id": 1, status: 1, createdAt: -1 },
      name: "holder_open",
      partialFilterExpression: { status: "open" },
    },
    // 已办: what a holder decided, latest first (AUD-02).
    {
      fields: { "candidate.id": 1, decidedAt: -1 },
      name: "holder_decided",
      partialFilterExpression: { status: "decided" },
    },
    // Both lists of one department (AUD-08): most people of most units are in none.
    {
      fields: { "candidate.id": 1, departmentId: 1, createdAt: -1 },
      name: "holder_department",
      partialFilterExpression: { status: "open", departmentId: { $exists: true } },
    },
    {
      fields: { "candidate.id": 1, departmentId: 1, decidedAt: -1 },
      name: "holder_decided_department",
      partialFilterExpression: { status: "decided", departmentId: { $exists: true } },
    },
    // Only open tasks that still have a reminder ahead are in it: deciding a task takes it out.
    {
      fields: { remindAt: 1 },
      name: "remind",
      partialFilterExpression: { status: "open", remindAt: { $type: "date" } },
    },
    { fields: { instanceId: 1, key: 1 }, name: "instance_key" },
    // What waits at one step of a process, whoever holds it: inspectors' searches by position.
    {
      fields: { processKey: 1, elementId: 1, createdAt: -1 },
      name: "position",
      partialFilterExpression: { status: "open" },
    },
  ],
);
