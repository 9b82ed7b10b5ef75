import { anything, defineModel, flag, moment, optionalMoment, optionalText, text, texts } from "./schema.ts";

export type OrganizationKind = "employer" | "authority" | "bureau" | "base" | "operator";

export type GrantingLevel = "national" | "province" | "city";

/** Given once, for one application of its kind; the next one uses it up. */
export interface ChangeLeave {
  kind: "organization-change" | "superior-change";
  reason: string;
  givenByAccountId: string;
  givenByOrganizationName: string;
  givenAt: Date;
}

/** One organization of the tree. Only approved ones are here; applications are registrations (REG-26). */
export interface Organization {
  _id: string;
  kind: OrganizationKind;
  name: string;
  nature: string;
  level: string;
  phone: string;
  industry: string;
  regionCode: string;
  address: string | null;
  creditCode: string | null;
  /** a branch without a code of its own: its superior's, by leave of its 同级人社 (REG-23); null for all others */
  sharedCreditCode: string | null;
  scanFileId: string | null;
  /** parent pointer; null for the root (省厅) and the operator */
  superiorId: string | null;
  /** 同级人社 (REG-08); a bureau's own id for a bureau */
  bureauId: string | null;
  /** every organization above, nearest first: visibility and routes read it, never a recursive query */
  ancestorIds: string[];
  status: "active" | "closed" | "merged";
  /** 关闭审核权限 (SUB-02) */
  reviewClosed: boolean;
  /** why, as the superior told it; null while the right is open */
  reviewClosedReason: string | null;
  /** whether an active administrator exists: routes skip organizations without one (FLW-10) */
  hasAdministrator: boolean;
  /** who answers questions on the spot (GEN-12); null: whoever answers `phone` */
  contactName: string | null;
  contactPhone: string | null;
  /** 学时认定标准 that the organization publishes for its people (GEN-11) */
  creditStandard: string | null;
  /** its published 审核时限 in working days: shortens the time of its steps, never lengthens it (FLW-11) */
  reviewLimitWorkingDays: number | null;
  /** when its superior last sent a reminder (SUB-05) */
  remindedAt: Date | null;
  /** who grants a base: 国家级, 省级, 市级 (BAS-02); null for all others */
  grantingLevel: GrantingLevel | null;
  /** the region whose 人才中心 it is: people between two employers are released to it (TRF-16); null for all others */
  poolRegionCode: string | null;
  /** the open 注销/合并 application; while it is set nobody and nothing joins the organization (DRG-04) */
  closureId: string | null;
  /** where a merged organization's people and history went (DRG-06) */
  mergedIntoId: string | null;
  /** when the operator let a closed organization's code be registered again (DRG-07) */
  creditCodeReleasedAt: Date | null;
  /** a bureau's leave to apply for a change in spite of unfinished items (ORG-10) */
  changeLeave: ChangeLeave | null;
  createdAt: Date;
  closedAt: Date | null;
  version: number;
}

export const OrganizationModel = defineModel<Organization>(
  { name: "Organization", collection: "organizations" },
  {
    kind: text,
    name: text,
    nature: text,
    level: text,
    phone: text,
    industry: text,
    regionCode: text,
    address: optionalText,
    creditCode: optionalText,
    sharedCreditCode: optionalText,
    scanFileId: optionalText,
    superiorId: optionalText,
    bureauId: optionalText,
    ancestorIds: texts,
    status: text,
    reviewClosed: flag,
    reviewClosedReason: optionalText,
    hasAdministrator: flag,
    contactName: optionalText,
    contactPhone: optionalText,
    creditStandard: optionalText,
    reviewLimitWorkingDays: { type: Number, default: null },
    remindedAt: optionalMoment,
    grantingLevel: optionalText,
    poolRegionCode: optionalText,
    closureId: optionalText,
    mergedIntoId: optionalText,
    creditCodeReleasedAt: optionalMoment,
    changeLeave: anything,
    createdAt: moment,
    closedAt: optionalMoment,
  },
  [
    // One live organization per credit code (REG-23).
    {
      fields: { creditCode: 1 },
      unique: true,
      partialFilterExpression: { creditCode: { $type: "string" }, status: "active" },
      name: "live_credit_code",
    },
    // Codes of organizations that are gone are not free yet (DRG-06, DRG-07).
    { fields: { creditCode: 1, status: 1 } },
    // One bureau per region (AMB-40).
    {
      fields: { regionCode: 1 },
      unique: true,
      partialFilterExpression: { kind: "bureau", status: "active" },
      name: "live_bureau_of_region",
    },
    // One 人才中心 per region (TRF-16): only those few are in it.
    {
      fields: { poolRegionCode: 1 },
      unique: true,
      partialFilterExpression: { poolRegionCode: { $type: "string" }, status: "active" },
      name: "live_pool_of_region",
    },
    { fields: { status: 1, kind: 1, regionCode: 1, name: 1 } },
    { fields: { superiorId: 1, status: 1, name: 1 } },
    { fields: { ancestorIds: 1, name: 1 } },
  ],
);
