import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { getTalentPool as contract } from "../../../shared/contracts/organizations.ts";
import type { CommandContext } from "../../command-context.ts";
import { regionsUpward } from "./suggest-bureau.ts";
import { type OrganizationWithSuperior, withSuperiors } from "./with-superiors.ts";

/** The 人才中心 that people of a region are released to between two employers (TRF-16); null where there is none. */
export async function getTalentPool(
  _ctx: CommandContext,
  { regionCode }: InputOf<typeof contract>,
): Promise<OrganizationWithSuperior | null> {
  const pool = await nearestPool(regionCode);
  return pool === null ? null : ((await withSuperiors([pool]))[0] ?? null);
}

/** A region's own one, else that of the nearest region above it. */
export async function nearestPool(regionCode: string): Promise<Organization | null> {
  const codes = regionsUpward(regionCode);
  const pools = await OrganizationModel.find({
    poolRegionCode: { $in: codes },
    status: "active",
  }).lean<Organization[]>();
  const distance = ({ poolRegionCode }: Organization) => codes.indexOf(poolRegionCode ?? "");
  return pools.toSorted((one, other) => distance(one) - distance(other))[0] ?? null;
}
