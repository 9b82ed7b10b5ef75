import { OrganizationModel } from "../../../models/organization.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { suggestBureau as contract } from "../../../shared/contracts/organizations.ts";
import { regionOf } from "../../../shared/dictionaries/regions.ts";
import type { CommandContext } from "../../command-context.ts";
import { limitRate } from "../../commands/limit-rate.ts";
import { type OrganizationWithSuperior, withSuperiors } from "./with-superiors.ts";

const provinceLevels = ["10", "20"];
const cityLevel = "40";

/**
 * The 同级人社部门 that a unit's level and region imply (dictionary §2): of the province, the city, or the region
 * itself; where that has none yet, the nearest above.
 */
export async function suggestBureau(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<OrganizationWithSuperior | null> {
  await limitRate(ctx, { action: "organization-search", key: ctx.address, limit: 300, windowSeconds: 60 });
  const codes = regionsUpward(impliedRegion(input.level, input.regionCode));
  const bureaus = await OrganizationModel.find({
    kind: "bureau",
    status: "active",
    regionCode: { $in: codes },
  }).lean();
  const nearest = bureaus.toSorted((a, b) => codes.indexOf(a.regionCode) - codes.indexOf(b.regionCode))[0];
  return nearest === undefined ? null : ((await withSuperiors([nearest]))[0] ?? null);
}

/** The region whose bureau an organization of this level and region belongs to. */
export function impliedRegion(level: string, regionCode: string): string {
  const upward = regionsUpward(regionCode);
  if (provinceLevels.includes(level)) return upward.at(-1) ?? regionCode;
  if (level === cityLevel) return upward.find((code) => isCity(code)) ?? regionCode;
  return regionCode;
}

/** 济源 is a city of the province's without a prefecture above it: its parent in the code list is only a heading. */
function isCity(code: string): boolean {
  return code === directCity || (regionOf(code)?.level === "city" && code !== directHeading);
}
const directHeading = "419000";
const directCity = "419001";

/** A region and those above it, nearest first. */
export function regionsUpward(code: string): string[] {
  const codes: string[] = [];
  for (let region = regionOf(code); region !== undefined; region = regionOf(region.parentCode ?? "")) {
    codes.push(region.code);
  }
  return codes;
}
