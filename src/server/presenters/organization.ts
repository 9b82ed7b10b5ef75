import type { Organization } from "../../models/organization.ts";
import type { OrganizationVersion } from "../../models/organization-version.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import type {
  getOrganization,
  getTalentPool,
  listOrganizationVersions,
  searchOrganizations,
  suggestBureau,
} from "../../shared/contracts/organizations.ts";
import { nameOf } from "../../shared/dictionaries/entry.ts";
import {
  industries,
  organizationKinds,
  organizationLevels,
  organizationNatures,
} from "../../shared/dictionaries/organizations.ts";
import { regionPath } from "../../shared/dictionaries/regions.ts";
import type { OrganizationDetails } from "../queries/organizations/get-organization.ts";
import type { OrganizationWithSuperior } from "../queries/organizations/with-superiors.ts";
import type { Page } from "../queries/page.ts";

type OptionPage = ResponseOf<typeof searchOrganizations>;
type Option = OptionPage["rows"][number];
type View = ResponseOf<typeof getOrganization>;
type Version = ResponseOf<typeof listOrganizationVersions>["rows"][number];

/** An organization as a choice in a form. */
export function presentOption({ organization, superiorName }: OrganizationWithSuperior): Option {
  return {
    id: organization._id,
    name: organization.name,
    kind: organization.kind,
    kindName: nameOf(organizationKinds, organization.kind),
    regionCode: organization.regionCode,
    regionPath: regionPath(organization.regionCode),
    phone: organization.phone,
    superiorName,
    isTalentPool: (organization.poolRegionCode ?? null) !== null,
  };
}

export function presentOptions(page: Page<OrganizationWithSuperior>): OptionPage {
  return { ...page, rows: page.rows.map(presentOption) };
}

export function presentSuggestion(found: OrganizationWithSuperior | null): ResponseOf<typeof suggestBureau> {
  return { bureau: found === null ? null : presentOption(found) };
}

export function presentPool(found: OrganizationWithSuperior | null): ResponseOf<typeof getTalentPool> {
  return { pool: found === null ? null : presentOption(found) };
}

/** An organization for those who may see its data. */
export function presentOrganization(details: OrganizationDetails): View {
  const { organization } = details;
  return {
    ...presentOption(details),
    nature: organization.nature,
    natureName: nameOf(organizationNatures, organization.nature),
    level: organization.level,
    levelName: nameOf(organizationLevels, organization.level),
    industry: organization.industry,
    industryName: nameOf(industries, organization.industry),
    ...codeOf(organization),
    address: organization.address,
    superiorId: organization.superiorId,
    bureauId: organization.bureauId,
    bureauName: details.bureauName,
    status: organization.status,
    reviewClosed: organization.reviewClosed,
    ...published(organization),
    contacts: details.responsible.map(presentContact),
    administratorCount: details.administratorCount,
    personCount: details.personCount,
  } satisfies View;
}

/** Its own code, or the one that it shares with its superior; rows from before there was any share none. */
function codeOf({ creditCode, sharedCreditCode }: Organization) {
  const shared = sharedCreditCode ?? null;
  return { creditCode: creditCode ?? shared, sharesCode: creditCode === null && shared !== null };
}

/** What an organization tells about itself; rows from before there was any have none. */
function published(organization: Organization) {
  return {
    reviewClosedReason: organization.reviewClosedReason ?? null,
    contactName: organization.contactName ?? null,
    contactPhone: organization.contactPhone ?? null,
    creditStandard: organization.creditStandard ?? null,
    reviewLimitWorkingDays: organization.reviewLimitWorkingDays ?? null,
  };
}

function presentContact(responsible: OrganizationDetails["responsible"][number]): View["contacts"][number] {
  const { name, contactName, contactPhone, phone } = responsible;
  return { organizationName: name, name: contactName ?? null, phone: contactPhone ?? phone };
}

export function presentVersions(
  page: Page<OrganizationVersion>,
): ResponseOf<typeof listOrganizationVersions> {
  return { ...page, rows: page.rows.map(presentVersion) };
}

function presentVersion({ data, ...version }: OrganizationVersion): Version {
  const { nature, level, industry, regionCode, ...rest } = data;
  return {
    ...rest,
    number: version.number,
    validFrom: version.validFrom.toISOString(),
    validTo: version.validTo?.toISOString() ?? null,
    changedByName: version.changedByName,
    changed: version.changed,
    natureName: nameOf(organizationNatures, nature),
    levelName: nameOf(organizationLevels, level),
    industryName: nameOf(industries, industry),
    regionPath: regionPath(regionCode),
  };
}
