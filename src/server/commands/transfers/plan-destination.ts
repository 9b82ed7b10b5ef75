import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import type { Person } from "../../../models/person.ts";
import { AppError, invalidFields } from "../../../shared/app-error.ts";
import type { submitTransfer } from "../../../shared/contracts/transfers.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../../command-context.ts";
import { availableDepartment } from "../../queries/departments/available-department.ts";
import { nearestPool } from "../../queries/organizations/get-talent-pool.ts";
import { requireOpenOrganization } from "../closures/require-open-organization.ts";

export type DestinationInput = InputOf<typeof submitTransfer>["to"];

/** Where a person goes: the organization that confirms, and what is known of the place there. */
export interface Destination {
  confirming: Organization;
  outsidePlace: string | null;
  departmentId: string | null;
  departmentName: string | null;
  /** shown in titles and messages */
  name: string;
}

/**
 * Checks where a transfer goes. A unit must be an open employer or authority, another one than now; between two
 * employers it is the region's 人才中心; out of the province the bureau of the old unit's region confirms (TRF-16).
 * Errors: `organization.not_found` and `transfer.no_pool` (404), `organization.closing` (409),
 * `department.unavailable` (400), and 400 for the unit where the person already is.
 */
export async function planDestination(
  ctx: CommandContext,
  person: Pick<Person, "organizationId">,
  { unit, to }: { unit: Organization; to: DestinationInput },
): Promise<Destination> {
  if (to.kind === "outside") return await outside(ctx, unit, to.place);
  const { organizationId, departmentId } = to.kind === "unit" ? to : await toPool(unit, to.regionCode);
  if (organizationId === person.organizationId)
    throw invalidFields([{ path: "body.to.organizationId", message: "调入单位不能是目前所在单位" }]);
  const confirming = await requireOpenOrganization(organizationId);
  if (confirming.kind !== "employer" && confirming.kind !== "authority")
    throw new AppError("organization.not_found");
  return {
    confirming,
    outsidePlace: null,
    ...(await chosen(departmentId, confirming)),
    name: confirming.name,
  };
}

async function chosen(departmentId: string | undefined, { _id: organizationId }: Organization) {
  if (departmentId === undefined) return { departmentId: null, departmentName: null };
  const department = await availableDepartment(departmentId, organizationId);
  return { departmentId: department._id, departmentName: department.name };
}

/** Between two employers the 人才中心 takes the person over: of the region named, else of the old unit's (TRF-16). */
async function toPool(unit: Organization, regionCode: string | undefined) {
  const pool = await nearestPool(regionCode ?? unit.regionCode);
  if (pool === null) throw new AppError("transfer.no_pool");
  return { organizationId: pool._id, departmentId: undefined };
}

async function outside(ctx: CommandContext, unit: Organization, place: string): Promise<Destination> {
  const confirming = await regionalBureau(unit);
  const name = `${ctx.app.env.PROVINCE_NAME}外（${place}）`;
  return { confirming, outsidePlace: place, departmentId: null, departmentName: null, name };
}

/** 所属区域人社部门 of a unit; the unit itself where it has none above it. */
export async function regionalBureau(unit: Organization): Promise<Organization> {
  const bureau = await OrganizationModel.findById(unit.bureauId ?? unit._id).lean<Organization>();
  return bureau ?? unit;
}
