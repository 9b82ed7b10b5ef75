import type { Model } from "mongoose";
import { defineModel } from "./schema.ts";

/**
 * A timer event of a diagram that an instance has reached. Any node claims due rows by lease; a row that is fired
 * twice changes nothing the second time. (Reminders of tasks are on the task itself.)
 */
export interface WorkflowTimerRecord {
  _id: string;
  instanceId: string;
  processKey: string;
  /** Element id of the timer event. */
  key: string;
  /** How many times the instance has reached it, from 1. */
  round: number;
  dueAt: Date;
  status: "waiting" | "fired" | "cancelled";
  /** The node that is firing it, and until when nobody else may. */
  leaseOwner: string | null;
  leaseUntil: Date | null;
  attempts: number;
  firedAt: Date | null;
  version: number;
}

export const WorkflowTimer: Model<WorkflowTimerRecord> = defineModel<WorkflowTimerRecord>(
  { name: "WorkflowTimer", collection: "workflow-timers" },
  {
    instanceId: { type: String, required: true },
    processKey: { type: String, required: true },
    key: { type: String, required: true },
    round: { type: Number, required: true },
    dueAt: { type: Date, required: true },
    status: { type: String, enum: ["waiting", "fired", "cancelled"], required: true },
    leaseOwner: { type: String, default: null },
    leaseUntil: { type: Date, default: null },
    attempts: { type: Number, default: 0 },
    firedAt: { type: Date, default: null },
  },
  [
    { fields: { status: 1, dueAt: 1 }, name: "due", partialFilterExpression: { status: "waiting" } },
    { fields: { instanceId: 1, status: 1 }, name: "instance" },
  ],
);
