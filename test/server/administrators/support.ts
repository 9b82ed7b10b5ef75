import { AccountModel } from "../../../src/models/account.ts";
import { MembershipModel } from "../../../src/models/membership.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { addAdministrator, createRole } from "../../../src/shared/contracts/administrators.ts";
import type { Module } from "../../../src/shared/modules.ts";
import { password, passwordHash } from "../../support/login.ts";
import type { TestServer } from "../../support/server.ts";
import { clientOf, freshIdNumber, newUnit, nextSerial, type Unit } from "../../support/world.ts";

/** An administrator with a session of his own, whose password is `password`. */
export interface Added {
  id: string;
  accountId: string;
  idNumber: string;
  client: ApiClient;
}

/** A unit of its own below another, whose super-administrator's password is `password`. */
export async function freshUnit(
  server: TestServer,
  superior: Unit,
): Promise<{ unit: Unit; boss: ApiClient }> {
  const hash = await passwordHash();
  const unit = await newUnit(server.app, superior);
  await AccountModel.updateOne({ _id: unit.adminAccountId }, { $set: { passwordHash: hash } });
  const boss = await clientOf(server.app, server.url, {
    accountId: unit.adminAccountId,
    roleKey: unit.adminRoleKey,
  });
  return { unit, boss };
}

/** Adds somebody with some modules to the boss's unit. */
export async function addOne(
  server: TestServer,
  boss: ApiClient,
  modules: Module[] = ["people:query"],
): Promise<Added> {
  const role = await boss.ok(createRole, { name: `角色${nextSerial()}`, modules });
  const idNumber = freshIdNumber();
  const administrator = { kind: "new" as const, idNumber, name: "新管理员", phone: "13900000001", password };
  const { id } = await boss.ok(addAdministrator, { roleIds: [role.id], administrator });
  const membership = await MembershipModel.findById(id).lean();
  const accountId = membership?.accountId ?? "";
  return {
    id,
    accountId,
    idNumber,
    client: await clientOf(server.app, server.url, { accountId, roleKey: id }),
  };
}

/** Active super-administrators of a unit: exactly one is what the platform promises. */
export function supersOf(unit: Unit): Promise<{ accountId: string }[]> {
  return MembershipModel.find({
    organizationId: unit._id,
    isSuperAdministrator: true,
    status: "active",
  }).lean();
}
