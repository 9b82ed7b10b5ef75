import type { Organization } from "./organization.ts";
import {
  anything,
  defineModel,
  moment,
  number,
  optionalMoment,
  optionalText,
  text,
  texts,
} from "./schema.ts";

/** What a version keeps of an organization: everything that it is known by, nothing that only steers the platform. */
export const versionedFields = [
  "name",
  "creditCode",
  "nature",
  "level",
  "phone",
  "industry",
  "regionCode",
  "address",
  "superiorId",
  "bureauId",
  "contactName",
  "contactPhone",
  "creditStandard",
  "reviewLimitWorkingDays",
  "status",
] as const satisfies readonly (keyof Organization)[];

export type VersionedField = (typeof versionedFields)[number];
export type OrganizationData = Pick<Organization, VersionedField>;

/** An organization's data from one moment to the next (ORG-15): past years' certificates need what it was then. */
export interface OrganizationVersion {
  _id: string;
  organizationId: string;
  /** 1 for the data that it began with */
  number: number;
  data: OrganizationData;
  /** fields that differ from the version before; empty for the first */
  changed: VersionedField[];
  validFrom: Date;
  /** null for the one that is valid now */
  validTo: Date | null;
  changedByAccountId: string | null;
  changedByName: string;
  version: number;
}

export const OrganizationVersionModel = defineModel<OrganizationVersion>(
  { name: "OrganizationVersion", collection: "organization-versions" },
  {
    organizationId: text,
    number,
    data: anything,
    changed: texts,
    validFrom: moment,
    validTo: optionalMoment,
    changedByAccountId: optionalText,
    changedByName: text,
  },
  [{ fields: { organizationId: 1, number: -1 }, unique: true }],
);
