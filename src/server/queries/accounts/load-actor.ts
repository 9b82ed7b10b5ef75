import type { PipelineStage } from "mongoose";
import { type Account, AccountModel } from "../../../models/account.ts";
import { type Membership, MembershipModel } from "../../../models/membership.ts";
import { PersonModel } from "../../../models/person.ts";
import { type Session, SessionModel } from "../../../models/session.ts";
import type { Actor, App } from "../../command-context.ts";
import { withDepartmentsBelow } from "../departments/with-departments-below.ts";
import { type AccountRole, professionalKey, roleOfMembership, roleOfPerson } from "./roles-of.ts";

const touchEveryMs = 60_000;

/** A session with what it names, as the database joins them. */
interface JoinedSession extends Session {
  accounts: Account[];
  memberships: Membership[];
}

/**
 * Who a session's token stands for, or null when the session is unknown, revoked, idle too long, or its account or
 * role is gone. Called on each request, so all three documents come in one round trip, each by its key. Permissions
 * are read anew each time (ROL-05); the time of last use is written at most once a minute.
 */
export async function loadActor(app: App, sessionId: string): Promise<Actor | null> {
  const [session] = await SessionModel.aggregate<JoinedSession>([
    { $match: { _id: sessionId } },
    byKey(AccountModel.collection.name, "accountId", "accounts"),
    byKey(MembershipModel.collection.name, "roleKey", "memberships"),
  ]);
  const now = app.clock.now();
  if (session === undefined || session.revokedAt !== null || session.expiresAt <= now) return null;
  const [account] = session.accounts;
  if (account === undefined || account.status === "disabled") return null;
  const role = await currentRole(session);
  if (role === null) return null;
  if (now.getTime() - session.lastSeenAt.getTime() >= touchEveryMs) await touch(app, session, now);
  return await limited(makeActor(account, session, role), role);
}

/** With the departments that the role is limited to: read for those few only (ADM-13). */
async function limited(actor: Actor, { organizationId, departmentIds }: AccountRole): Promise<Actor> {
  if (departmentIds.length === 0) return actor;
  return { ...actor, departmentIds: await withDepartmentsBelow(organizationId, departmentIds) };
}

function byKey(from: string, localField: string, as: string): PipelineStage.Lookup {
  return { $lookup: { from, localField, foreignField: "_id", as } };
}

async function currentRole(session: JoinedSession): Promise<AccountRole | null> {
  if (session.roleKey === professionalKey) {
    const person = await PersonModel.findOne({ accountId: session.accountId }).lean();
    return person === null || person.status !== "active" ? null : roleOfPerson(person);
  }
  const [membership] = session.memberships;
  if (membership === undefined || membership.status !== "active") return null;
  return membership.accountId === session.accountId ? roleOfMembership(membership) : null;
}

async function touch(app: App, session: Session, now: Date): Promise<void> {
  const expiresAt = new Date(now.getTime() + app.env.SESSION_IDLE_MINUTES * 60_000);
  const open = { _id: session._id, revokedAt: null };
  await SessionModel.updateOne(open, { $set: { lastSeenAt: now, expiresAt } });
}

/** The actor that an account is in one role. */
export function makeActor(
  account: Account,
  session: Pick<Session, "_id" | "personId">,
  role: AccountRole,
): Actor {
  return {
    accountId: account._id,
    sessionId: session._id,
    name: account.name,
    maskedIdNumber: account.maskedIdNumber,
    role: role.role,
    roleKey: role.key,
    organizationId: role.organizationId,
    organizationName: role.organizationName,
    personId: role.personId ?? session.personId,
    isSuperAdministrator: role.isSuperAdministrator,
    modules: new Set(role.modules),
    mustChangePassword: account.mustChangePassword,
  };
}
