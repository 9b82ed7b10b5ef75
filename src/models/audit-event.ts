import { anything, defineModel, moment, number, optionalText, text } from "./schema.ts";

/** One recorded write. `sequence` and `hash` are set by the sealing job, which chains committed events. */
export interface AuditEvent {
  _id: string;
  type: string;
  at: Date;
  actorId: string | null;
  actorName: string;
  organizationId: string | null;
  organizationName: string | null;
  requestId: string;
  subjectId: string | null;
  data: Record<string, unknown>;
  sequence: number | null;
  hash: string | null;
  sealed: boolean;
  version: number;
}

export const AuditEventModel = defineModel<AuditEvent>(
  { name: "AuditEvent", collection: "audit-events" },
  {
    type: text,
    at: moment,
    actorId: optionalText,
    actorName: text,
    organizationId: optionalText,
    organizationName: optionalText,
    requestId: text,
    subjectId: optionalText,
    data: anything,
    sequence: { type: Number, default: null },
    hash: optionalText,
    sealed: { type: Boolean, default: false },
  },
  [
    { fields: { sealed: 1, _id: 1 }, partialFilterExpression: { sealed: false }, name: "unsealed" },
    {
      fields: { sequence: 1 },
      unique: true,
      partialFilterExpression: { sealed: true },
      name: "sealed",
    },
    { fields: { subjectId: 1, at: -1 } },
    { fields: { type: 1, at: -1 } },
    { fields: { organizationId: 1, at: -1 } },
    { fields: { at: -1 } },
  ],
);

/** The head of the chain: one document; moving it and chaining events are one transaction. */
export interface AuditSeal {
  _id: string;
  sequence: number;
  hash: string;
  sealedAt: Date;
  version: number;
}

export const AuditSealModel = defineModel<AuditSeal>(
  { name: "AuditSeal", collection: "audit-seals" },
  {
    sequence: number,
    hash: text,
    sealedAt: moment,
  },
);
