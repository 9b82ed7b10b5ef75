import { type Model, Schema } from "mongoose";
import { defineModel } from "./schema.ts";

/** Who may be asked to act: an organization's administrators who hold a module, or one person. */
export interface WorkflowCandidate {
  kind: "organization" | "person";
  id: string;
}

/**
 * A holder that the starting command fixed for one role of the process. `notice` says in Chinese why it is not the
 * usual one (FLW-10): everybody sees it at the task.
 */
export interface WorkflowParty extends WorkflowCandidate {
  notice?: string;
}

/**
 * One step of a frozen route as an instance keeps it (FLW-09). `notice` says in Chinese why a level was skipped upward
 * (FLW-10). The organization's name is its own: a page shows today's, a decided task the one of its day.
 */
export interface WorkflowRoutePlace {
  organizationId: string;
  stepKind: "employer" | "superior" | "authority" | "bureau";
  notice?: string;
}

/** A step of a route that was just computed, with the name to show in a preview. */
export interface WorkflowRouteStep extends WorkflowRoutePlace {
  organizationName: string;
}

/**
 * One entry of an instance's history: the path event and when it happened. Who decided and why is on the task, who
 * started on the instance; `by` is the account behind a message. `pack` names the rule pack version that answered:
 * with the instance's facts it gives the same trace again.
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
  pack?: string;
}

/** What lists show of an application without reading its business document. Tasks hold it; the latest is right. */
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
  /** The person's department when it was submitted (AUD-08); absent for whoever is in none. */
  departmentId?: string;
  /** Declared in a window for a past year (补报, PST-02); absent for what was not. */
  makeUp?: true;
}

export type WorkflowInstanceStatus = "running" | "ended" | "cancelled";

/**
 * A process instance: the definition's hash and its events; where it stands follows by replay. A province keeps
 * millions of them open, so that what its tasks, its definition or an organization know is not repeated here: an open
 * one takes 1 KB at most on average (test/workflows/size.test.ts).
 */
export interface WorkflowInstanceRecord {
  _id: string;
  definitionHash: string;
  processKey: string;
  status: WorkflowInstanceStatus;
  /** Id of the end event that it reached; absent before. */
  endedAs?: string | null;
  endedAt?: Date | null;
  businessKey: { kind: string; id: string };
  organizationId: string;
  /**
   * The organization and those above it but the root, as they were at the start: who inspects it. Whoever inspects for
   * the whole province needs none.
   */
  scope: string[];
  /** The year that it is about, for lists of one's own applications; absent when it has none. */
  year?: number | null;
  startedBy: { accountId: string; name: string };
  startedAt: Date;
  route: WorkflowRoutePlace[];
  /** Candidates by role in the process (applicant, superior, employer …), fixed at the start. */
  parties: Record<string, WorkflowParty>;
  /** What the definition's rule tasks are asked with. */
  facts: Record<string, unknown>;
  events: WorkflowEventRecord[];
  /** Grows by one with each step; a writer that saw an older one loses. */
  version: number;
}

/** Shared by instances and tasks. */
export const workflowCandidateSchema = new Schema({ kind: String, id: String }, { _id: false });
const routePlace = new Schema({ organizationId: String, stepKind: String, notice: String }, { _id: false });
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
    pack: String,
  },
  { _id: false },
);
/** What tasks show of their application. */
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
  departmentId: String,
  makeUp: Boolean,
};

export const WorkflowInstance: Model<WorkflowInstanceRecord> = defineModel<WorkflowInstanceRecord>(
  { name: "WorkflowInstance", collection: "workflow-instances" },
  {
    definitionHash: { type: String, required: true },
    processKey: { type: String, required: true },
    status: { type: String, enum: ["running", "ended", "cancelled"], required: true },
    endedAs: String,
    endedAt: Date,
    businessKey: { type: new Schema({ kind: String, id: String }, { _id: false }), required: true },
    organizationId: { type: String, required: true },
    scope: { type: [String], default: [] },
    year: Number,
    startedBy: { type: new Schema({ accountId: String, name: String }, { _id: false }), required: true },
    startedAt: { type: Date, required: true },
    route: { type: [routePlace], default: [] },
    parties: { type: Schema.Types.Mixed, default: {} },
    facts: { type: Schema.Types.Mixed, default: {} },
    events: { type: [event], default: [] },
  },
  [
    { fields: { "businessKey.kind": 1, "businessKey.id": 1 }, name: "business" },
    // Running instances only: those that have ended, which are nearly all, are not in these three. What still runs in an
    // organization, before it changes or closes (ORG-03, DRG-02); what a job looks after; what a definition still has.
    {
      fields: { organizationId: 1, status: 1, processKey: 1 },
      name: "organization_running",
      partialFilterExpression: { status: "running" },
    },
    {
      fields: { status: 1, processKey: 1, startedAt: -1 },
      name: "status_process",
      partialFilterExpression: { status: "running" },
    },
    {
      fields: { definitionHash: 1, status: 1, _id: 1 },
      name: "definition_status",
      partialFilterExpression: { status: "running" },
    },
    // 我发起的.
    { fields: { "startedBy.accountId": 1, startedAt: -1 }, name: "starter" },
    // Inspectors' searches, newest first: of the province, and of one organization and what is below it. No step of an
    // instance changes any of them.
    { fields: { startedAt: -1 }, name: "started" },
    { fields: { processKey: 1, startedAt: -1 }, name: "process_started" },
    { fields: { scope: 1, startedAt: -1 }, name: "scope_started" },
    { fields: { scope: 1, processKey: 1, startedAt: -1 }, name: "scope_process_started" },
  ],
);
