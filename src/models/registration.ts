import { anything, defineModel, moment, optionalMoment, optionalText, text } from "./schema.ts";

/** An application to register an organization or a person, until and after it is decided (REG, PRG). */
export interface Registration {
  _id: string;
  receiptNumber: string;
  kind: "employer" | "authority" | "base" | "person";
  applicantName: string;
  idNumberIndex: string;
  maskedIdNumber: string;
  idNumberCipher: string;
  phoneCipher: string | null;
  /** hash of the password chosen at registration; null when the applicant already has an account */
  passwordHash: string | null;
  accountId: string | null;
  /** name of the organization, or of the person */
  subjectName: string;
  creditCode: string | null;
  /** the reviewing organization */
  reviewerId: string;
  /** validated form data of its kind, without secrets */
  data: Record<string, unknown>;
  instanceId: string;
  status: "pending" | "approved" | "rejected" | "withdrawn";
  reason: string | null;
  submittedAt: Date;
  decidedAt: Date | null;
  version: number;
}

export const RegistrationModel = defineModel<Registration>(
  { name: "Registration", collection: "registrations" },
  {
    receiptNumber: text,
    kind: text,
    applicantName: text,
    idNumberIndex: text,
    maskedIdNumber: text,
    idNumberCipher: text,
    phoneCipher: optionalText,
    passwordHash: optionalText,
    accountId: optionalText,
    subjectName: text,
    creditCode: optionalText,
    reviewerId: text,
    data: anything,
    instanceId: text,
    status: text,
    reason: optionalText,
    submittedAt: moment,
    decidedAt: optionalMoment,
  },
  [
    { fields: { receiptNumber: 1 }, unique: true },
    { fields: { idNumberIndex: 1, submittedAt: -1 } },
    // A pending application holds its code and its ID; 驳回 or 撤回 frees both (REG-26).
    {
      fields: { creditCode: 1 },
      unique: true,
      partialFilterExpression: { creditCode: { $type: "string" }, status: "pending" },
      name: "pending_credit_code",
    },
    {
      fields: { idNumberIndex: 1, kind: 1 },
      unique: true,
      partialFilterExpression: { status: "pending" },
      name: "pending_applicant",
    },
    { fields: { reviewerId: 1, status: 1, submittedAt: -1 } },
  ],
);
