import { type GrantingLevel, type Organization, OrganizationModel } from "../../../models/organization.ts";
import { impliedRegion } from "./suggest-bureau.ts";

/** Levels of an organization whose bureau is the province's, and the city's (dictionary §2). */
const provinceLevel = "20";
const cityLevel = "40";

/**
 * The bureau that grants a base of a level and region (BAS-02): the province's for 国家级 and 省级, the city's for 市级.
 * Null where the region has none yet.
 */
export async function grantingBureau({
  regionCode,
  grantingLevel,
}: {
  regionCode: string;
  grantingLevel: GrantingLevel;
}): Promise<Organization | null> {
  const region = impliedRegion(grantingLevel === "city" ? cityLevel : provinceLevel, regionCode);
  return await OrganizationModel.findOne({
    kind: "bureau",
    status: "active",
    regionCode: region,
  }).lean<Organization>();
}
