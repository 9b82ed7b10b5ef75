import {
  anything,
  defineModel,
  flag,
  moment,
  number,
  optionalMoment,
  optionalText,
  text,
  texts,
} from "./schema.ts";

export interface Hours {
  public: number;
  professional: number;
}

export type DeclarationStatus = "pending" | "approved" | "rejected" | "withdrawn" | "cancelled" | "revoked";

/** What a person has against a declaration that another made for him (DEC-15). */
export interface Objection {
  reason: string;
  at: Date;
}

export interface HoursChange {
  by: string;
  organizationName: string;
  at: Date;
  from: Hours;
  to: Hours;
  reason: string;
}

/** One person's declaration of study hours for one activity (DEC-12: one item a person under one batch number). */
export interface Declaration {
  _id: string;
  number: string;
  batchNumber: string;
  origin: "person" | "employer" | "base";
  declaredByOrganizationId: string | null;
  declaredByAccountId: string;
  personId: string;
  personName: string;
  maskedIdNumber: string;
  isAccountant: boolean;
  organizationId: string;
  organizationName: string;
  /** the person's department when it was submitted (AUD-08); absent for whoever was in none */
  departmentId?: string;
  /** the person's organization, those above it, and those on the route, when it was submitted */
  scopeIds: string[];
  year: number;
  form: string;
  formName: string;
  subject: "public" | "professional";
  title: string;
  startDate: string;
  endDate: string;
  facts: Record<string, string | number | boolean>;
  computedHours: Hours;
  hours: Hours;
  hoursChanges: HoursChange[];
  trace: unknown;
  citations: string[];
  pack: { id: string; version: string };
  evidence: { key: string; fileId: string; name: string }[];
  remark: string;
  /** same person and key: the same activity twice (DEC-13); null where a form has none */
  duplicateKey: string | null;
  /** all keys: a work claimed once by DOI and once by ISSN and title shares one of them */
  duplicateKeys: string[];
  /** the keys without the person, where people share a work by rank (DEC-13); absent for any other activity */
  workKeys?: string[];
  status: DeclarationStatus;
  reason: string | null;
  /** the person's own; absent when he has none */
  objection?: Objection | null;
  instanceId: string;
  /** the plan's declaration that it is one item of, or the class that it came from; absent for any other */
  applicationId?: string | null;
  /** the window that opened its past year: it is marked 补报 (PST-02); absent for any other */
  makeUpWindowId?: string | null;
  submittedAt: Date;
  decidedAt: Date | null;
  version: number;
}

/** What lists and state changes read: everything but the trace, which is long and shown on one page only. */
export type DeclarationLine = Omit<Declaration, "trace">;

export const DeclarationModel = defineModel<Declaration>(
  { name: "Declaration", collection: "declarations" },
  {
    number: text,
    batchNumber: text,
    origin: text,
    declaredByOrganizationId: optionalText,
    declaredByAccountId: text,
    personId: text,
    personName: text,
    maskedIdNumber: text,
    isAccountant: flag,
    organizationId: text,
    organizationName: text,
    departmentId: String,
    scopeIds: texts,
    year: number,
    form: text,
    formName: text,
    subject: text,
    title: text,
    startDate: text,
    endDate: text,
    facts: anything,
    computedHours: anything,
    hours: anything,
    hoursChanges: { ...anything, default: [] },
    trace: anything,
    citations: texts,
    pack: anything,
    evidence: { ...anything, default: [] },
    remark: { type: String, default: "" },
    duplicateKey: optionalText,
    duplicateKeys: texts,
    workKeys: { type: [String], default: undefined },
    status: text,
    reason: optionalText,
    objection: anything,
    instanceId: text,
    applicationId: optionalText,
    makeUpWindowId: optionalText,
    submittedAt: moment,
    decidedAt: optionalMoment,
  },
  [
    { fields: { number: 1 }, unique: true },
    { fields: { personId: 1, year: 1, submittedAt: -1 } },
    { fields: { personId: 1, submittedAt: -1 } },
    { fields: { declaredByOrganizationId: 1, status: 1, submittedAt: -1 } },
    { fields: { declaredByOrganizationId: 1, submittedAt: -1 } },
    // One department of a unit's records (AUD-08): most people of most units are in none.
    {
      fields: { declaredByOrganizationId: 1, departmentId: 1, submittedAt: -1 },
      partialFilterExpression: { departmentId: { $exists: true } },
      name: "declared_of_department",
    },
    { fields: { instanceId: 1 } },
    // Who else claims the same work (APR-10): only the forms with ranks have it.
    {
      fields: { workKeys: 1, submittedAt: -1 },
      partialFilterExpression: { workKeys: { $exists: true } },
      name: "of_work",
    },
    // Only the few that came from an application.
    {
      fields: { applicationId: 1, status: 1, personName: 1 },
      partialFilterExpression: { applicationId: { $type: "string" } },
      name: "of_application",
    },
    {
      fields: { personId: 1, duplicateKey: 1 },
      unique: true,
      partialFilterExpression: {
        duplicateKey: { $type: "string" },
        status: { $in: ["pending", "approved", "rejected"] },
      },
      name: "one_live_declaration_of_an_activity",
    },
  ],
);
