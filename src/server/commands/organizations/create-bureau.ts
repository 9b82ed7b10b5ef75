import { AccountModel } from "../../../models/account.ts";
import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { createBureau as contract } from "../../../shared/contracts/organizations.ts";
import { regionOf } from "../../../shared/dictionaries/regions.ts";
import { modulesOfRole } from "../../../shared/modules.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeBureauCreation } from "../../permissions/organizations.ts";
import { regionsUpward } from "../../queries/organizations/suggest-bureau.ts";
import type { OrganizationWithSuperior } from "../../queries/organizations/with-superiors.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { hashPassword } from "../../secrets.ts";
import { createAccount } from "../accounts/create-account.ts";
import { addMembership, createOrganization } from "./create-organization.ts";
import { requireFreeCreditCode } from "./require-free-credit-code.ts";

export type BureauForm = InputOf<typeof contract>;

/** 新增人社部门 (AMB-40): hashes the administrator's password first, then one transaction. */
export async function createBureau(
  ctx: CommandContext,
  input: BureauForm,
): Promise<OrganizationWithSuperior> {
  const { password } = input.administrator;
  const passwordHash = password === undefined ? null : await hashPassword(password);
  return runCommand(ctx.app, callerOf(ctx), (step) => addBureau(step, input, passwordHash));
}

/**
 * Adds a bureau below the bureau of the nearest region above, or the given one, with its super-administrator, who
 * may be policy officer and auditor too (GEN-05).
 */
export async function addBureau(
  ctx: CommandContext,
  input: BureauForm,
  passwordHash: string | null,
): Promise<OrganizationWithSuperior> {
  const actor = requireActor(ctx);
  const above = regionsUpward(input.regionCode).slice(1);
  const own = await OrganizationModel.findById(actor.organizationId, { regionCode: 1 }).lean();
  authorizeBureauCreation(actor, above, own?.regionCode ?? "");
  const { regionCode } = input;
  const existing = await OrganizationModel.findOne({ kind: "bureau", status: "active", regionCode }).lean();
  if (existing !== null) throw new AppError("organization.exists", { name: existing.name });
  const superior = await superiorOf(input, above);
  if (input.creditCode !== undefined) await requireFreeCreditCode(input.creditCode);
  const organization = await createOrganization(ctx, {
    kind: "bureau",
    name: input.name,
    nature: "10",
    level: levelOf(regionCode),
    phone: input.phone,
    industry: "S",
    regionCode,
    address: null,
    creditCode: input.creditCode ?? null,
    scanFileId: null,
    bureauId: null,
    superior,
  });
  await appoint(ctx, organization, { administrator: input.administrator, passwordHash });
  return { organization, superiorName: superior?.name ?? null };
}

/** Null only for the bureau of the province, which is the root. */
async function superiorOf(input: BureauForm, above: readonly string[]): Promise<Organization | null> {
  if (above.length === 0) {
    if (input.superiorId !== undefined) throw new AppError("registration.superior_invalid");
    return null;
  }
  const bureaus = await OrganizationModel.find({
    kind: "bureau",
    status: "active",
    regionCode: { $in: [...above] },
  }).lean();
  const nearest = bureaus.toSorted((a, b) => above.indexOf(a.regionCode) - above.indexOf(b.regionCode))[0];
  const chosen =
    input.superiorId === undefined ? nearest : bureaus.find((bureau) => bureau._id === input.superiorId);
  if (chosen === undefined) throw new AppError("registration.superior_invalid");
  return chosen;
}

const levels = { province: "20", city: "40", county: "50" } as const;

function levelOf(regionCode: string): string {
  return levels[regionOf(regionCode)?.level ?? "county"];
}

async function appoint(
  ctx: CommandContext,
  organization: Organization,
  appointment: { administrator: BureauForm["administrator"]; passwordHash: string | null },
): Promise<void> {
  const { administrator, passwordHash } = appointment;
  const idNumberIndex = ctx.app.secrets.blindIndex(administrator.idNumber);
  const existing = await AccountModel.findOne({ idNumberIndex }, { _id: 1 }).lean();
  const accountId =
    existing?._id ??
    (await createAccount(ctx, { ...administrator, email: null, landline: null, passwordHash }));
  const common = { accountId, organization };
  await addMembership(ctx, { ...common, role: "bureau", isSuperAdministrator: true, modules: [] });
  for (const role of new Set(administrator.roles)) {
    const modules = [...modulesOfRole[role]];
    await addMembership(ctx, { ...common, role, isSuperAdministrator: false, modules });
  }
}
