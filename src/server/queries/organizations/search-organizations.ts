import { type Organization, type OrganizationKind, OrganizationModel } from "../../../models/organization.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { searchOrganizations as contract } from "../../../shared/contracts/organizations.ts";
import { regions } from "../../../shared/dictionaries/regions.ts";
import type { CommandContext } from "../../command-context.ts";
import { limitRate } from "../../commands/limit-rate.ts";
import { containing, type Page } from "../page.ts";
import { readPage } from "../read-page.ts";
import { type OrganizationWithSuperior, withSuperiors } from "./with-superiors.ts";

/** Organizations that can be chosen in a form: approved and live ones only (GEN-06), by kind, region and name. */
export async function searchOrganizations(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Page<OrganizationWithSuperior>> {
  await limitRate(ctx, { action: "organization-search", key: ctx.address, limit: 300, windowSeconds: 60 });
  const kinds = input.kinds.split(",") as OrganizationKind[];
  const filter = {
    status: "active",
    kind: { $in: kinds },
    ...regionFilter(input.regionCode, input.withinRegion === "true"),
    ...(input.name === undefined || input.name === "" ? {} : { name: containing(input.name) }),
  };
  const page = await readPage<Organization>(OrganizationModel, filter, {
    ...input,
    sort: { kind: 1, regionCode: 1, name: 1, _id: 1 },
  });
  return { ...page, rows: await withSuperiors(page.rows) };
}

function regionFilter(code: string | undefined, within: boolean): Record<string, unknown> {
  if (code === undefined) return {};
  if (!within) return { regionCode: code };
  // The province is everything; of its parts only a city has regions below it.
  if (regions.find((region) => region.code === code)?.parentCode === null) return {};
  const below = regions.filter((region) => region.parentCode === code).map((region) => region.code);
  return { regionCode: { $in: [code, ...below] } };
}
