import { AccountModel } from "../../models/account.ts";
import { MembershipModel } from "../../models/membership.ts";
import { PersonModel } from "../../models/person.ts";
import type { LoginRole } from "../../shared/modules.ts";
import type { Actor, App, CommandContext } from "../command-context.ts";
import { makeActor } from "../queries/accounts/load-actor.ts";
import { type AccountRole, roleOfMembership, roleOfPerson } from "../queries/accounts/roles-of.ts";
import { runCommand, systemCaller } from "../run-command.ts";

/**
 * Seeds and tests act as people do, through commands: these find who acts, and run a command as that actor in one
 * transaction.
 */

/** Runs `command` as `actor`, or as the system. */
export function actAs<Result>(
  app: App,
  actor: Actor | null,
  command: (ctx: CommandContext) => Promise<Result>,
): Promise<Result> {
  return runCommand(app, { ...systemCaller("seed"), actor }, command);
}

/** The super-administrator of an organization. Throws when it has none. */
export async function administratorOf(organizationId: string): Promise<Actor> {
  const membership = await MembershipModel.findOne({
    organizationId,
    isSuperAdministrator: true,
    status: "active",
  }).lean();
  if (membership === null) throw new Error(`organization ${organizationId} has no administrator`);
  return actorOf(membership.accountId, roleOfMembership(membership));
}

/** An account in one of its roles of administration. Throws when it has no such role. */
export async function accountAs(app: App, idNumber: string, role: LoginRole): Promise<Actor> {
  const account = await AccountModel.findOne({ idNumberIndex: app.secrets.blindIndex(idNumber) }).lean();
  if (account === null) throw new Error("no account with this ID number");
  if (role === "professional") {
    const person = await PersonModel.findOne({ accountId: account._id }).lean();
    if (person === null) throw new Error("the account is no professional");
    return actorOf(account._id, roleOfPerson(person));
  }
  const membership = await MembershipModel.findOne({ accountId: account._id, role, status: "active" }).lean();
  if (membership === null) throw new Error(`the account has no role ${role}`);
  return actorOf(account._id, roleOfMembership(membership));
}

/** A professional by his person record. */
export async function professional(personId: string): Promise<Actor> {
  const person = await PersonModel.findById(personId).lean();
  if (person === null) throw new Error(`person ${personId} does not exist`);
  return actorOf(person.accountId, roleOfPerson(person));
}

async function actorOf(accountId: string, role: AccountRole): Promise<Actor> {
  const account = await AccountModel.findById(accountId).lean();
  if (account === null) throw new Error(`account ${accountId} does not exist`);
  const person = await PersonModel.findOne({ accountId }, { _id: 1 }).lean();
  return makeActor(account, { _id: "seed", personId: person?._id ?? null }, role);
}
