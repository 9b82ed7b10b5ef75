import { AccountModel } from "../../../src/models/account.ts";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { MembershipModel } from "../../../src/models/membership.ts";
import { submitClosure } from "../../../src/shared/contracts/closures.ts";
import { adminOf, buildFile, type Unit } from "../../support/world.ts";
import type { Server } from "../../support/applications.ts";

/** The platform's operator, who executes what was approved: the first start of a database makes one. */
export async function findOperator(): Promise<Unit> {
  const membership = await MembershipModel.findOne({ role: "operator", status: "active" }).lean();
  const organization = await OrganizationModel.findById(membership?.organizationId ?? "").lean();
  if (membership === null || organization === null) throw new Error("there is no operator");
  const { accountId: adminAccountId, _id: adminRoleKey } = membership;
  await AccountModel.updateOne({ _id: adminAccountId }, { $set: { mustChangePassword: false } });
  return { ...organization, adminAccountId, adminRoleKey };
}

/** A unit applies to be closed, or merged into another; any status is an answer. */
export async function applyToClose({ app, url }: Server, unit: Unit, target?: Unit) {
  const proof = await buildFile(app, unit.adminAccountId);
  const common = { reason: "机构改革", proof };
  const request =
    target === undefined
      ? { closureKind: "close" as const, ...common }
      : { closureKind: "merge" as const, targetId: target._id, ...common };
  return (await adminOf(app, url, unit)).call(submitClosure, request);
}
