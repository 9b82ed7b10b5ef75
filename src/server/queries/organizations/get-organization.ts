import { MembershipModel } from "../../../models/membership.ts";
import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { getOrganization as contract } from "../../../shared/contracts/organizations.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { countedRows } from "../page.ts";
import type { OrganizationWithSuperior } from "./with-superiors.ts";

export interface OrganizationDetails extends OrganizationWithSuperior {
  bureauName: string | null;
  /** its 同级人社 and its superior, for questions on the spot (GEN-12) */
  responsible: Pick<Organization, "_id" | "name" | "phone" | "contactName" | "contactPhone">[];
  administratorCount: number;
  personCount: number;
}

/** An organization for its own people and administrators, and for those above it; else it does not exist. */
export async function getOrganization(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<OrganizationDetails> {
  return await organizationDetails(await visibleOrganization(requireActor(ctx), input.id));
}

/** What a page about an organization shows besides its own data. */
export async function organizationDetails(organization: Organization): Promise<OrganizationDetails> {
  const { superiorId, bureauId, _id: organizationId } = organization;
  const [related, administratorCount, personCount] = await Promise.all([
    OrganizationModel.find(
      { _id: { $in: [superiorId ?? "", bureauId ?? ""] } },
      { name: 1, phone: 1, contactName: 1, contactPhone: 1 },
    ).lean(),
    MembershipModel.countDocuments({ organizationId, status: "active" }).limit(countedRows),
    PersonModel.countDocuments({ organizationId }).limit(countedRows),
  ]);
  const nameOf = (id: string | null) => related.find((one) => one._id === id)?.name ?? null;
  return {
    organization,
    superiorName: nameOf(superiorId),
    bureauName: nameOf(bureauId),
    responsible: related.filter(({ _id }) => _id !== organizationId),
    administratorCount,
    personCount,
  };
}

/** Throws `organization.not_found` (404) for one outside the actor's scope. Operators see every organization (OPS). */
export async function visibleOrganization(actor: Actor, organizationId: string): Promise<Organization> {
  const organization = await OrganizationModel.findById(organizationId).lean();
  if (organization === null || !maySee(actor, organization)) throw new AppError("organization.not_found");
  return organization;
}

function maySee(actor: Actor, organization: Organization): boolean {
  if (organization._id === actor.organizationId || actor.role === "operator") return true;
  return actor.role !== "professional" && organization.ancestorIds.includes(actor.organizationId);
}
