import type { LoginRole, Module } from "../shared/modules.ts";
import { defineModel, flag, moment, text, texts } from "./schema.ts";

/**
 * An account's administration right in an organization. `role` is the login tile; `modules` are what the roles
 * given to it grant (a super-administrator has all that the role allows, ROL-04).
 */
export interface Membership {
  _id: string;
  accountId: string;
  organizationId: string;
  organizationName: string;
  role: Exclude<LoginRole, "professional">;
  isSuperAdministrator: boolean;
  roleIds: string[];
  modules: Module[];
  /** only people of these departments, and of those below them; absent or empty: everybody (ADM-13) */
  departmentIds?: string[];
  status: "active" | "disabled";
  createdAt: Date;
  version: number;
}

export const MembershipModel = defineModel<Membership>(
  { name: "Membership", collection: "memberships" },
  {
    accountId: text,
    organizationId: text,
    organizationName: text,
    role: text,
    isSuperAdministrator: flag,
    roleIds: texts,
    modules: texts,
    departmentIds: { type: [String], default: undefined },
    status: text,
    createdAt: moment,
  },
  [
    { fields: { accountId: 1, organizationId: 1, role: 1 }, unique: true },
    { fields: { organizationId: 1, status: 1 } },
    // Before a department goes: whether somebody is limited to it.
    { fields: { departmentIds: 1 }, partialFilterExpression: { departmentIds: { $exists: true } } },
    // Exactly one super-administrator an organization (ADM-09).
    {
      fields: { organizationId: 1 },
      unique: true,
      partialFilterExpression: { isSuperAdministrator: true, status: "active" },
      name: "one_super_administrator",
    },
  ],
);
