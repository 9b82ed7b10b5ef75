import { type OrganizationVersion, OrganizationVersionModel } from "../../../models/organization-version.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { listOrganizationVersions as contract } from "../../../shared/contracts/organizations.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import type { Page } from "../page.ts";
import { readPage } from "../read-page.ts";
import { visibleOrganization } from "./get-organization.ts";

/**
 * An organization's data as they were, latest first; with `on`, what they were at the end of that day in Shanghai
 * (ORG-15). `organization.not_found` (404) outside of one's scope.
 */
export async function listOrganizationVersions(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Page<OrganizationVersion>> {
  const { _id: organizationId } = await visibleOrganization(requireActor(ctx), input.id);
  const { page, pageSize } = input;
  const sort = { number: -1 } as const;
  if (input.on === undefined)
    return await readPage<OrganizationVersion>(
      OrganizationVersionModel,
      { organizationId },
      { page, pageSize, sort },
    );
  const end = new Date(`${input.on}T23:59:59.999+08:00`);
  const [row] = await OrganizationVersionModel.find({ organizationId, validFrom: { $lte: end } })
    .sort(sort)
    .limit(1)
    .lean<OrganizationVersion[]>();
  return {
    rows: row === undefined ? [] : [row],
    total: row === undefined ? 0 : 1,
    totalIsExact: true,
    page: 1,
    pageSize,
  };
}
