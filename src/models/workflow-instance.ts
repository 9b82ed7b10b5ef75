import { type Model, Schema } from "mongoose";
import { defineModel } from "./schema.ts";

/** Who may be asked to act: an organization's administrators who hold a module, or one person. */
export interface WorkflowCandidate {
  kind: "organization" | "person";
  id: string;
}

/** One step of a frozen route (FLW-09). `notice` says in Chinese why a level was skipped upward (FLW-10). */
export interface WorkflowRouteStep {
  organizationId: string;
  organizationName: string;
  stepKind: "employer" | "superior" | "authority" | "bureau";
  notice?: string;
}

/**
 * One entry of an instance's history: the path event, when it happened and who did it. `trace` is what a rule pack
 * answered, with its id and version.
 */
export interface WorkflowEventRecord {
  type: "started" | "decided" | "ruled" | "message" | "timer";
  at: Date;
  by?: string;
  routeLength?: number;
  key?: string;
  outcome?: string;
  elementId?: string;
  name?: string;
  trace?: unknown;
}

/** What lists show of an application without reading its business document. */
export interface WorkflowSubject {
  applicantName: string;
  title: string;
  year: number | null;
  form: string | null;
  hours: { public: number; professional: number } | null;
  /** The applicant's organization. */
  organizationName: string;
  /** The number that users know the application by (SB…, ZC…). */
  number: string | null;
  /** Who declared ("person", "employer", "base"): a base's submissions have a list of their own (APR-07). */
  origin: string | null;
  batchId: string | null;
}

export type WorkflowInstanceStatus = "running" | "ended" | "cancelled";

/** A process instance: the definition's hash and its events; where it stands follows by replay. */
export interface WorkflowInstanceRecord {
  _id: string;
  definitionHash: string;
  processKey: string;
  status: WorkflowInstanceStatus;
  /** Id of the end event that it reached. */
  endedAs: string | null;
  endedAt: Date | null;
  businessKey: { kind: string; id: string };
  organizationId: string;
  regionCode: string;
  startedBy: { accountId: string; name: string };
  startedAt: Date;
  route: WorkflowRouteStep[];
  /** Candidates by role in the process (applicant, superior, employer …), fixed at the start. */
  parties: Record<string, WorkflowCandidate>;
  /** What the definition's rule tasks are asked with. */
  facts: Record<string, unknown>;
  subject: WorkflowSubject;
  events: WorkflowEventRecord[];
  openTaskCount: number;
  /** Grows by one with each step; a writer that saw an older one loses. */
  version: number;
}

/** Shared by instances and tasks. */
export const workflowCandidateSchema = new Schema({ kind: String, id: String }, { _id: false });
const routeStep = new Schema(
  { organizationId: String, organizationName: String, stepKind: String, notice: String },
  { _id: false },
);
const event = new Schema(
  {
    type: { type: String, required: true },
    at: { type: Date, required: true },
    by: String,
    routeLength: Number,
    key: String,
    outcome: String,
    elementId: String,
    name: String,
    trace: Schema.Types.Mixed,
  },
  { _id: false },
);
/** Shared by instances and tasks. */
export const workflowSubjectFields = {
  applicantName: { type: String, default: "" },
  title: { type: String, default: "" },
  year: { type: Number, default: null },
  form: { type: String, default: null },
  hours: {
    type: new Schema({ public: Number, professional: Number }, { _id: false }),
    default: null,
  },
  organizationName: { type: String, default: "" },
  number: { type: String, default: null },
  origin: { type: String, default: null },
  batchId: { type: String, default: null },
};

export const WorkflowInstance: Model<WorkflowInstanceRecord> = defineModel<WorkflowInstanceRecord>(
  { name: "WorkflowInstance", collection: "workflow-instances" },
  {
    definitionHash: { type: String, required: true },
    processKey: { type: String, required: true },
    status: { type: String, enum: ["running", "ended", "cancelled"], required: true },
    endedAs: { type: String, default: null },
    endedAt: { type: Date, default: null },
    businessKey: { type: new Schema({ kind: String, id: String }, { _id: false }), required: true },
    organizationId: { type: String, required: true },
    regionCode: { type: String, required: true },
    startedBy: { type: new Schema({ accountId: String, name: String }, { _id: false }), required: true },
    startedAt: { type: Date, required: true },
    route: { type: [routeStep], default: [] },
    parties: { type: Schema.Types.Mixed, default: {} },
    facts: { type: Schema.Types.Mixed, default: {} },
    subject: { type: new Schema(workflowSubjectFields, { _id: false }), required: true },
    events: { type: [event], default: [] },
    openTaskCount: { type: Number, required: true },
  },
  [
    { fields: { "businessKey.kind": 1, "businessKey.id": 1 }, name: "business" },
    { fields: { organizationId: 1, processKey: 1, startedAt: -1 }, name: "organization_process" },
    { fields: { status: 1, processKey: 1, startedAt: -1 }, name: "status_process" },
    { fields: { definitionHash: 1, status: 1 }, name: "definition" },
  ],
);
