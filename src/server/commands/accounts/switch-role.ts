import { SessionModel } from "../../../models/session.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { switchRole as contract } from "../../../shared/contracts/accounts.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../../command-context.ts";
import { getSession, type SessionState } from "../../queries/accounts/get-session.ts";
import { recordAudit } from "../record-audit.ts";

/** Goes on in another of the account's own roles without a password (LOG-13). Any other role is a 403. */
export async function switchRole(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<SessionState> {
  const state = await getSession(ctx);
  const role = state.roles.find((one) => one.key === input.roleKey);
  if (role === undefined) throw new AppError("permission.denied");
  await SessionModel.updateOne({ _id: state.session._id }, { $set: { roleKey: role.key } });
  await recordAudit(ctx, "session.role_switched", {
    subjectId: state.account._id,
    data: { roleKey: role.key },
  });
  return { ...state, role };
}
