import { MembershipModel } from "../membership.ts";
import { RoleModel } from "../role.ts";

/**
 * To export is a right of its own now (ROL-06). Whoever could until now still can: their super-administrator takes it
 * from the roles that are to see only.
 */
export async function keepRightToExport(): Promise<void> {
  const some = { "modules.0": { $exists: true } };
  const kept = { $addToSet: { modules: "records:export" as const } };
  await RoleModel.updateMany(some, kept);
  await MembershipModel.updateMany({ ...some, isSuperAdministrator: false }, kept);
}
