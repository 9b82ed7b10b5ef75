import * as contracts from "../../shared/contracts/organizations.ts";
import { createBureau } from "../commands/organizations/create-bureau.ts";
import { saveOrganizationData } from "../commands/organizations/save-organization-data.ts";
import { setTalentPool } from "../commands/organizations/set-talent-pool.ts";
import { command, orchestration, query } from "../http/endpoint.ts";
import {
  presentOption,
  presentOptions,
  presentOrganization,
  presentPool,
  presentSuggestion,
  presentVersions,
} from "../presenters/organization.ts";
import { getOrganization } from "../queries/organizations/get-organization.ts";
import { getTalentPool } from "../queries/organizations/get-talent-pool.ts";
import { listOrganizationVersions } from "../queries/organizations/list-organization-versions.ts";
import { listSubordinates } from "../queries/organizations/list-subordinates.ts";
import { searchOrganizations } from "../queries/organizations/search-organizations.ts";
import { suggestBureau } from "../queries/organizations/suggest-bureau.ts";

/** Choosing organizations, the tree, and bureaus created from above. */
export const organizationRoutes = [
  query(contracts.searchOrganizations, searchOrganizations, presentOptions),
  query(contracts.suggestBureau, suggestBureau, presentSuggestion),
  query(contracts.getOrganization, getOrganization, presentOrganization),
  query(contracts.listSubordinates, listSubordinates, presentOptions),
  query(contracts.listOrganizationVersions, listOrganizationVersions, presentVersions),
  command(contracts.saveOrganizationData, saveOrganizationData, presentOrganization),
  query(contracts.getTalentPool, getTalentPool, presentPool),
  command(contracts.setTalentPool, setTalentPool, presentOption),
  orchestration(contracts.createBureau, createBureau, presentOption),
];
