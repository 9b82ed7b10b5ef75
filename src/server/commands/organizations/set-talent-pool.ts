import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { setTalentPool as contract } from "../../../shared/contracts/organizations.ts";
import { regionPath } from "../../../shared/dictionaries/regions.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeTalentPool } from "../../permissions/organizations.ts";
import { type OrganizationWithSuperior, withSuperiors } from "../../queries/organizations/with-superiors.ts";
import { tellAdministrators } from "../applications/tell-administrators.ts";
import { requireOpenOrganization } from "../closures/require-open-organization.ts";
import { recordAudit } from "../record-audit.ts";
import { lockOrganization } from "./lock-organization.ts";

type Input = InputOf<typeof contract>;

/**
 * Makes an employer the 人才中心 of a bureau's region, or takes that from it (TRF-16): people without an employer are
 * released to it from now on. Who is there already, and what is under way, stays. Errors: `organization.not_found`
 * (404), `permission.denied` (403) for anybody but its 同级人社, `organization.closing`, `organization.pool_exists` and
 * `organization.pool_unchanged` (409).
 */
export async function setTalentPool(ctx: CommandContext, input: Input): Promise<OrganizationWithSuperior> {
  const actor = requireActor(ctx);
  const found = await OrganizationModel.findById(input.id).lean<Organization>();
  authorizeTalentPool(actor, found);
  // The bureau's row is written too: two units that become the pool of its region at once take turns.
  const { regionCode } = await lockOrganization(actor.organizationId);
  const before = await requireOpenOrganization(input.id);
  const { isPool, reason } = input;
  if (((before.poolRegionCode ?? null) !== null) === isPool)
    throw new AppError("organization.pool_unchanged", { state: isPool ? "已是" : "不是" });
  if (isPool) await requireNoOther(regionCode);
  const change = { poolRegionCode: isPool ? regionCode : null };
  await OrganizationModel.updateOne({ _id: input.id }, { $set: change });
  const data = { regionCode, isPool, reason };
  await recordAudit(ctx, "organization.talent_pool_set", { subjectId: input.id, data });
  await tellUnit(ctx, input, regionCode);
  const [set] = await withSuperiors([{ ...before, ...change }]);
  if (set === undefined) throw new AppError("organization.not_found");
  return set;
}

async function requireNoOther(regionCode: string): Promise<void> {
  const other = { poolRegionCode: regionCode, status: "active" as const };
  const pool = await OrganizationModel.findOne(other, { name: 1 }).lean();
  if (pool !== null) throw new AppError("organization.pool_exists", { name: pool.name });
}

async function tellUnit(
  ctx: CommandContext,
  { id, isPool, reason }: Input,
  regionCode: string,
): Promise<void> {
  const { organizationName } = requireActor(ctx);
  const what = isPool
    ? "设为本区域人才中心，承接没有用人单位的专业技术人员"
    : "不再作为本区域人才中心，已在本单位的人员不受影响";
  const text = `「${organizationName}」将本单位${what}（${regionPath(regionCode)}）。说明：${reason}。`;
  const message = { kind: "talent-pool.set", title: "人才中心设置", text, subjectId: id };
  await tellAdministrators(ctx, { organizationId: id, module: "transfers:manage", item: null }, message);
}
