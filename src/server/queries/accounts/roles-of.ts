import { type Membership, MembershipModel } from "../../../models/membership.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import { type LoginRole, type Module, modulesOfRole } from "../../../shared/modules.ts";

export const professionalKey = "professional";

/** One role that an account may act in: an administration right, or being a professional (GEN-08). */
export interface AccountRole {
  /** membership id, or "professional" */
  key: string;
  role: LoginRole;
  organizationId: string;
  organizationName: string;
  isSuperAdministrator: boolean;
  modules: readonly Module[];
  /** departments that an administrator is limited to (ADM-13); none: no limit */
  departmentIds: readonly string[];
  /** the professional's record; null for a role of administration */
  personId: string | null;
}

/** Every active role of an account, administration first; the professional's own last. Two indexed reads. */
export async function rolesOf(accountId: string): Promise<AccountRole[]> {
  const memberships = await MembershipModel.find({ accountId, status: "active" })
    .sort({ createdAt: 1, _id: 1 })
    .limit(100)
    .lean();
  const person = await PersonModel.findOne({ accountId, status: "active" }).lean();
  return [...memberships.map(roleOfMembership), ...(person === null ? [] : [roleOfPerson(person)])];
}

/** A super-administrator has every module of the role; others what was granted, within what the role allows (ROL-04). */
export function roleOfMembership(membership: Membership): AccountRole {
  const allowed = modulesOfRole[membership.role];
  return {
    key: membership._id,
    role: membership.role,
    organizationId: membership.organizationId,
    organizationName: membership.organizationName,
    isSuperAdministrator: membership.isSuperAdministrator,
    modules: membership.isSuperAdministrator
      ? allowed
      : allowed.filter((module) => membership.modules.includes(module)),
    departmentIds: membership.isSuperAdministrator ? [] : (membership.departmentIds ?? []),
    personId: null,
  };
}

export function roleOfPerson(person: Person): AccountRole {
  return {
    key: professionalKey,
    role: "professional",
    organizationId: person.organizationId,
    organizationName: person.organizationName,
    isSuperAdministrator: false,
    modules: [],
    departmentIds: [],
    personId: person._id,
  };
}
