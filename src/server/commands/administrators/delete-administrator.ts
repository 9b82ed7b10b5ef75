import { MembershipModel } from "../../../models/membership.ts";
import type { CommandContext } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";
import { lockAdministrator } from "./load-administrator.ts";
import { noteAdministrators } from "./note-administrators.ts";
import { tellAdministrator } from "./tell-administrator.ts";

/** 「删除」: takes a person's administration right; the person and the account stay (ADM-08). Errors as `lockAdministrator`. */
export async function deleteAdministrator(ctx: CommandContext, input: { id: string }): Promise<{ ok: true }> {
  const { membership } = await lockAdministrator(ctx, input.id);
  const { _id, accountId, organizationId } = membership;
  await MembershipModel.deleteOne({ _id });
  await noteAdministrators(organizationId);
  await recordAudit(ctx, "administrator.removed", {
    subjectId: accountId,
    data: { membershipId: _id, by: "deletion" },
  });
  await tellAdministrator(ctx, membership, "removed");
  return { ok: true };
}
