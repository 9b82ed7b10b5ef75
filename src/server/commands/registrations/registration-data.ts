import { z } from "zod";
import type { Registration } from "../../../models/registration.ts";

/** What a registration keeps of its form until it is decided: checked before, read again on approval. */

export const organizationData = z.object({
  name: z.string(),
  nature: z.string(),
  level: z.string(),
  phone: z.string(),
  industry: z.string(),
  regionCode: z.string(),
  address: z.string().nullable(),
  superiorId: z.string(),
  bureauId: z.string(),
  grantingLevel: z.enum(["national", "province", "city"]).nullable().default(null),
  creditCode: z.string(),
  sharesCode: z.boolean().default(false),
  scan: z.object({ fileId: z.string(), name: z.string() }),
  email: z.string().nullable(),
  landline: z.string().nullable(),
});
export type OrganizationData = z.output<typeof organizationData>;

export const personData = z.object({
  email: z.string(),
  organizationId: z.string(),
  organizationName: z.string(),
  departmentId: z.string().nullable(),
  departmentName: z.string().nullable(),
  sex: z.string(),
  nation: z.string().nullable(),
  nativePlace: z.string().nullable(),
  school: z.string().nullable(),
  major: z.string().nullable(),
  isAccountant: z.boolean(),
  titleSeries: z.string().nullable(),
  titleLevel: z.string(),
  titleName: z.string().nullable(),
  titleObtainedOn: z.string().nullable(),
});
export type PersonData = z.output<typeof personData>;

/** The applicant, whose password is hashed or checked before the transaction. */
export interface Applicant {
  name: string;
  idNumber: string;
  phone: string | null;
  /** set for somebody without an account */
  passwordHash: string | null;
  /** set for somebody who has one */
  accountId: string | null;
}

export const registrationKindNames: Record<Registration["kind"], string> = {
  employer: "用人单位",
  authority: "主管部门",
  base: "继续教育基地",
  person: "专业技术人员",
};
