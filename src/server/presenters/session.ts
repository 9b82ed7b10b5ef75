import type { SessionView } from "../../shared/contracts/accounts.ts";
import type { SessionState } from "../queries/accounts/get-session.ts";

/** The session as its owner sees it. */
export function presentSession({ account, session, role, roles }: SessionState): SessionView {
  return {
    accountId: account._id,
    name: account.name,
    maskedIdNumber: account.maskedIdNumber,
    role: role.role,
    roleKey: role.key,
    organizationId: role.organizationId,
    organizationName: role.organizationName,
    personId: role.personId ?? session.personId,
    modules: [...role.modules],
    mustChangePassword: account.mustChangePassword,
    roles: roles.map((one) => ({
      key: one.key,
      role: one.role,
      organizationId: one.organizationId,
      organizationName: one.organizationName,
      isSuperAdministrator: one.isSuperAdministrator,
    })),
    lastLoginAt: session.previousLoginAt?.toISOString() ?? null,
    lastLoginAddress: session.previousLoginAddress ?? null,
    expiresAt: session.expiresAt.toISOString(),
  } satisfies SessionView;
}
