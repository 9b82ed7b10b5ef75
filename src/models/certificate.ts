import { anything, defineModel, moment, number, optionalText, text, texts } from "./schema.ts";

/** A certificate of one year or merged over several, or a transcript; rendered once, kept by hash (CRT-07, CRT-08). */
export interface Certificate {
  _id: string;
  /** a transcript is the whole record as it was on the day of issue, passed or not (PER-16, TRF-16) */
  kind: "single" | "merged" | "transcript";
  number: string;
  /** re-issue keeps the number and counts up */
  edition: number;
  verifyCode: string;
  personId: string;
  personName: string;
  maskedIdNumber: string;
  organizationName: string;
  scopeIds: string[];
  years: { year: number; public: number; professional: number; resultName: string }[];
  fromYear: number;
  toYear: number;
  issuer: string;
  /** everything printed, frozen at issue */
  view: Record<string, unknown>;
  fileId: string | null;
  status: "valid" | "revoked" | "updated";
  issuedByAccountId: string;
  issuedAt: Date;
  version: number;
}

export const CertificateModel = defineModel<Certificate>(
  { name: "Certificate", collection: "certificates" },
  {
    kind: text,
    number: text,
    edition: number,
    verifyCode: text,
    personId: text,
    personName: text,
    maskedIdNumber: text,
    organizationName: text,
    scopeIds: texts,
    years: anything,
    fromYear: number,
    toYear: number,
    issuer: text,
    view: anything,
    fileId: optionalText,
    status: text,
    issuedByAccountId: text,
    issuedAt: moment,
  },
  [
    { fields: { number: 1, edition: 1 }, unique: true },
    {
      fields: { personId: 1, kind: 1, fromYear: 1, toYear: 1 },
      unique: true,
      partialFilterExpression: { status: "valid" },
      name: "one_valid_certificate",
    },
    { fields: { personId: 1, issuedAt: -1 } },
  ],
);
