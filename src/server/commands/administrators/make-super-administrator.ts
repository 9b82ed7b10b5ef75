import { type Membership, MembershipModel } from "../../../models/membership.ts";
import type { CommandContext } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";
import { noteAdministrators } from "./note-administrators.ts";
import { tellAdministrator } from "./tell-administrator.ts";

export interface SuperAppointment {
  organization: { _id: string; name: string; kind: Membership["role"] };
  accountId: string;
  by: "transfer" | "take-over";
}

/**
 * Makes an account the one super-administrator of an organization that the caller has locked (ADM-09): whoever was it
 * loses every right there (ADM-05), an administrator is raised, anybody else gets the right anew. Both are told.
 * The unique index is the second guard.
 */
export async function makeSuperAdministrator(
  ctx: CommandContext,
  { organization, accountId, by }: SuperAppointment,
): Promise<Membership> {
  await removeFormer(ctx, organization._id, by);
  const right = { accountId, organizationId: organization._id, role: organization.kind };
  const raised = {
    isSuperAdministrator: true,
    status: "active" as const,
    roleIds: [],
    modules: [],
    departmentIds: [],
  };
  const existing = await MembershipModel.findOneAndUpdate(
    right,
    { $set: raised, $inc: { version: 1 } },
    { returnDocument: "after" },
  ).lean<Membership>();
  const membership: Membership = existing ?? {
    ...right,
    ...raised,
    _id: ctx.newId(),
    organizationName: organization.name,
    createdAt: ctx.clock.now(),
    version: 0,
  };
  if (existing === null) await MembershipModel.create([membership]);
  await noteAdministrators(organization._id);
  await tellAdministrator(ctx, membership, "super");
  return membership;
}

async function removeFormer(
  ctx: CommandContext,
  organizationId: string,
  by: SuperAppointment["by"],
): Promise<void> {
  const formers = await MembershipModel.find({ organizationId, isSuperAdministrator: true }).lean();
  for (const former of formers) {
    const { _id: membershipId, accountId } = former;
    await MembershipModel.deleteMany({ organizationId, accountId });
    await recordAudit(ctx, "administrator.removed", { subjectId: accountId, data: { membershipId, by } });
    await tellAdministrator(ctx, former, "replaced");
  }
}
