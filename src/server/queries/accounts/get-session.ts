import { type Account, AccountModel } from "../../../models/account.ts";
import { type Session, SessionModel } from "../../../models/session.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { type AccountRole, rolesOf } from "./roles-of.ts";

/** A session with its account, the role it acts in, and the roles it may switch to (LOG-13). */
export interface SessionState {
  account: Account;
  session: Session;
  role: AccountRole;
  roles: AccountRole[];
}

/** The caller's own session. Throws `session.expired` when it ended while the request was under way. */
export async function getSession(ctx: CommandContext): Promise<SessionState> {
  const actor = requireActor(ctx);
  const session = await SessionModel.findById(actor.sessionId).lean();
  const account = await AccountModel.findById(actor.accountId).lean();
  const roles = await rolesOf(actor.accountId);
  const role = roles.find((one) => one.key === session?.roleKey);
  if (session === null || account === null || role === undefined) throw new AppError("session.expired");
  return { account, session, role, roles };
}
