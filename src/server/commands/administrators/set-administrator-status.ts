import { type Membership, MembershipModel } from "../../../models/membership.ts";
import type { setAdministratorStatus as contract } from "../../../shared/contracts/administrators.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";
import { lockAdministrator } from "./load-administrator.ts";
import { noteAdministrators } from "./note-administrators.ts";
import { tellAdministrator } from "./tell-administrator.ts";

/**
 * 禁用 or 启用 an administrator (ADM-07); it holds from the next request (ROL-05). Setting what is already so changes
 * nothing. Errors as `lockAdministrator`.
 */
export async function setAdministratorStatus(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Membership> {
  const { membership } = await lockAdministrator(ctx, input.id);
  const { status } = input;
  if (membership.status === status) return membership;
  await MembershipModel.updateOne({ _id: membership._id }, { $set: { status }, $inc: { version: 1 } });
  await noteAdministrators(membership.organizationId);
  await recordAudit(ctx, "administrator.status_changed", {
    subjectId: membership.accountId,
    data: { membershipId: membership._id, status },
  });
  await tellAdministrator(ctx, membership, status === "disabled" ? "disabled" : "enabled");
  return { ...membership, status };
}
