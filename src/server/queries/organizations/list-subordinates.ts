import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { listSubordinates as contract } from "../../../shared/contracts/organizations.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { containing, type Page } from "../page.ts";
import { readPage } from "../read-page.ts";
import { visibleOrganization } from "./get-organization.ts";
import type { OrganizationWithSuperior } from "./with-superiors.ts";

/** The live organizations directly below one that the actor may see (SUB-01). Professionals have no such page. */
export async function listSubordinates(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Page<OrganizationWithSuperior>> {
  const actor = requireActor(ctx);
  if (actor.role === "professional") throw new AppError("organization.not_found");
  const superior = await visibleOrganization(actor, input.id);
  const filter = {
    superiorId: superior._id,
    status: "active",
    ...(input.name === undefined || input.name === "" ? {} : { name: containing(input.name) }),
  };
  const page = await readPage<Organization>(OrganizationModel, filter, {
    ...input,
    sort: { name: 1, _id: 1 },
  });
  return { ...page, rows: page.rows.map((organization) => ({ organization, superiorName: superior.name })) };
}
