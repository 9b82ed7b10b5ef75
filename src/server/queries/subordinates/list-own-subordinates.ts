import { AccountModel } from "../../../models/account.ts";
import { type Membership, MembershipModel } from "../../../models/membership.ts";
import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { listOwnSubordinates as contract } from "../../../shared/contracts/subordinates.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";
import { containing, type Page } from "../page.ts";
import { readPage } from "../read-page.ts";
import { type OpenItems, openItems } from "./open-items.ts";

export interface SubordinateRow {
  organization: Organization;
  superiorName: string;
  superAdministrator: { id: string; name: string } | null;
  items: OpenItems;
}

/** The live organizations directly below the actor's own, with who runs them and what waits there (SUB-01, SUB-05). */
export async function listOwnSubordinates(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Page<SubordinateRow>> {
  const actor = requireActor(ctx);
  requireModule(actor, "subordinates:manage");
  const filter = {
    superiorId: actor.organizationId,
    status: "active",
    ...(input.name === undefined || input.name === "" ? {} : { name: containing(input.name) }),
    ...(input.reviewClosed === undefined ? {} : { reviewClosed: input.reviewClosed === "true" }),
  };
  const { page, pageSize } = input;
  const sort = { name: 1, _id: 1 } as const;
  const found = await readPage<Organization>(OrganizationModel, filter, { page, pageSize, sort });
  const supers = await superAdministrators(found.rows.map(({ _id }) => _id));
  const rows = await Promise.all(
    found.rows.map(async (organization) => ({
      organization,
      superiorName: actor.organizationName,
      superAdministrator: supers.get(organization._id) ?? null,
      items: await openItems(organization._id),
    })),
  );
  return { ...found, rows };
}

async function superAdministrators(
  ids: readonly string[],
): Promise<Map<string, { id: string; name: string }>> {
  const memberships = await MembershipModel.find({
    organizationId: { $in: [...ids] },
    isSuperAdministrator: true,
    status: "active",
  }).lean<Membership[]>();
  const accountIds = memberships.map(({ accountId }) => accountId);
  const accounts = await AccountModel.find({ _id: { $in: accountIds } }, { name: 1 }).lean();
  const names = new Map(accounts.map(({ _id, name }) => [_id, name]));
  return new Map(
    memberships.map(({ _id: id, accountId, organizationId }) => [
      organizationId,
      { id, name: names.get(accountId) ?? "" },
    ]),
  );
}
