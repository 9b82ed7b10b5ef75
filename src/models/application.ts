import { anything, defineModel, moment, optionalMoment, optionalText, text, texts } from "./schema.ts";
import type { RecordedYearFacts } from "./year-facts.ts";

/** Processes whose business document is an application; each kind is the key of its process definition. */
export type ApplicationKind =
  | "profile-change"
  | "organization-change"
  | "superior-change"
  | "organization-closure"
  | "transfer"
  | "person-deregistration"
  | "adjustment"
  | "training-plan"
  | "plan-declaration"
  | "base-class";

/**
 * `scheduled` waits until nothing blocks it any more, then becomes `pending` by itself (ORG-10), or `cancelled` when it
 * no longer fits; its instance does not exist before. `rejected` ends most kinds; kinds that are returned for correction
 * (adjustment, training-plan, plan-declaration, base-class) come back from it to `pending`, or are
 * given up (`cancelled`). `revoked`: took effect, was taken back.
 */
export type ApplicationStatus =
  | "scheduled"
  | "pending"
  | "approved"
  | "rejected"
  | "withdrawn"
  | "cancelled"
  | "revoked";

export interface Attachment {
  /** which evidence it is; what kinds there are is the application kind's word */
  key: string;
  fileId: string;
  name: string;
}

/** Something that an organization or a person applied for, other than a registration or a declaration. */
export interface Application<Data extends object = Record<string, unknown>> {
  _id: string;
  number: string;
  kind: ApplicationKind;
  /** the applicant's organization when it was submitted */
  organizationId: string;
  organizationName: string;
  /** the person that it is about; null when it is about an organization */
  personId: string | null;
  personName: string | null;
  maskedIdNumber: string | null;
  /** that person's department when it was submitted (AUD-08); absent for whoever was in none */
  departmentId?: string;
  applicantAccountId: string;
  applicantName: string;
  /** "person": by the professional himself; "organization": by an administrator of `organizationId` */
  appliedBy: "person" | "organization";
  /** the other organization that takes part (new employer, new superior, merger's target) */
  counterpartId: string | null;
  counterpartName: string | null;
  /** organizations that see it: the applicant's, those above it, and everybody who reviews it */
  scopeIds: string[];
  year: number | null;
  title: string;
  data: Data;
  attachments: Attachment[];
  /** of an approved adjustment: what decided the year, whatever the person is now */
  yearFacts: RecordedYearFacts | null;
  /** of several applications with one key only one may be open (TRF-09, ORG-06); null once it has ended */
  openKey: string | null;
  status: ApplicationStatus;
  reason: string | null;
  instanceId: string;
  submittedAt: Date;
  decidedAt: Date | null;
  version: number;
}

/** The unique index over `openKey`: what a second open application meets. */
export const oneOpenApplication = "one_open_application";

export const ApplicationModel = defineModel<Application>(
  { name: "Application", collection: "applications" },
  {
    number: text,
    kind: text,
    organizationId: text,
    organizationName: text,
    personId: optionalText,
    personName: optionalText,
    maskedIdNumber: optionalText,
    departmentId: String,
    applicantAccountId: text,
    applicantName: text,
    appliedBy: text,
    counterpartId: optionalText,
    counterpartName: optionalText,
    scopeIds: texts,
    year: { type: Number, default: null },
    title: text,
    data: { ...anything, default: {} },
    attachments: { ...anything, default: [] },
    yearFacts: { ...anything, default: null },
    openKey: optionalText,
    status: text,
    reason: optionalText,
    instanceId: text,
    submittedAt: moment,
    decidedAt: optionalMoment,
  },
  [
    { fields: { number: 1 }, unique: true },
    {
      fields: { openKey: 1 },
      unique: true,
      partialFilterExpression: { openKey: { $type: "string" } },
      name: oneOpenApplication,
    },
    { fields: { organizationId: 1, kind: 1, submittedAt: -1 } },
    { fields: { counterpartId: 1, kind: 1, submittedAt: -1 } },
    { fields: { personId: 1, kind: 1, submittedAt: -1 } },
    { fields: { scopeIds: 1, kind: 1, submittedAt: -1 } },
    // All kinds together, of some days (AUD-08); a name within a whole scope; one department of a unit.
    { fields: { organizationId: 1, submittedAt: -1 } },
    { fields: { counterpartId: 1, submittedAt: -1 } },
    { fields: { scopeIds: 1, submittedAt: -1 } },
    { fields: { scopeIds: 1, personName: 1, submittedAt: -1 } },
    {
      fields: { departmentId: 1, submittedAt: -1 },
      partialFilterExpression: { departmentId: { $exists: true } },
      name: "department",
    },
    { fields: { instanceId: 1 } },
    { fields: { status: 1, _id: 1 }, partialFilterExpression: { status: "scheduled" } },
    {
      fields: { "data.classKeys": 1 },
      partialFilterExpression: { kind: "base-class" },
      name: "classes_by_identity",
    },
    {
      fields: { personId: 1, year: 1, decidedAt: 1 },
      partialFilterExpression: { kind: "adjustment", status: "approved" },
      name: "approved_absences",
    },
  ],
);
