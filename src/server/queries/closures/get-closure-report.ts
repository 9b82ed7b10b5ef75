import { type Application, ApplicationModel } from "../../../models/application.ts";
import { DepartmentModel } from "../../../models/department.ts";
import { MembershipModel } from "../../../models/membership.ts";
import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { PersonYearModel } from "../../../models/person-year.ts";
import { PersonModel } from "../../../models/person.ts";
import { WorkflowTask } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { getClosureReport as contract } from "../../../shared/contracts/closures.ts";
import type { InputOf, ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { type ClosureData, executionStep } from "../../commands/closures/submit-closure.ts";
import { maySeeApplication } from "../../permissions/applications.ts";
import { closureBlocks } from "../applications/blocking-items.ts";

type Report = ResponseOf<typeof contract>;

/** More subordinates than this are counted, not named. */
const namedSubordinates = 100;

/**
 * What executing an application for 注销/合并 would move or keep (DRG-08), without changing anything. For the operator,
 * and for those who decide it before him (DRG-05). `application.not_found` (404) for all others.
 */
export async function getClosureReport(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Report> {
  const application = await ApplicationModel.findOne({
    _id: input.id,
    kind: "organization-closure",
  }).lean<Application>();
  if (application === null || !maySeeApplication(requireActor(ctx), application))
    throw new AppError("application.not_found");
  const { closureKind, targetId } = application.data as unknown as ClosureData;
  const { organizationId, instanceId, status } = application;
  // An ended application waits for nothing: the report then says what is left.
  const blocking =
    status === "pending"
      ? await closureBlocks(ctx, organizationId, { closureKind, targetId, except: instanceId })
      : [];
  const isOpen =
    (await WorkflowTask.exists({ instanceId, status: "open", elementId: executionStep })) !== null;
  return {
    applicationId: application._id,
    closureKind,
    source: await referenceOf(organizationId, application.organizationName),
    target: targetId === null ? null : await referenceOf(targetId, application.counterpartName ?? ""),
    ...(await countsOf(organizationId)),
    blocking,
    canExecute: isOpen && blocking.length === 0,
  };
}

async function referenceOf(id: string, name: string): Promise<Report["source"]> {
  const found = await OrganizationModel.findById(id, { name: 1, creditCode: 1 }).lean();
  return { id, name: found?.name ?? name, creditCode: found?.creditCode ?? null };
}

type Counts = Pick<
  Report,
  | "people"
  | "departments"
  | "subordinates"
  | "subordinateCount"
  | "personYears"
  | "trainingPlans"
  | "administrators"
>;

async function countsOf(organizationId: string): Promise<Counts> {
  const below = { superiorId: organizationId, status: "active" as const };
  const active = await PersonModel.countDocuments({ organizationId, status: "active" });
  const subordinates = await OrganizationModel.find(below, { name: 1 })
    .sort({ name: 1, _id: 1 })
    .limit(namedSubordinates)
    .lean<Organization[]>();
  return {
    people: { active, deregistered: (await PersonModel.countDocuments({ organizationId })) - active },
    departments: await DepartmentModel.countDocuments({ organizationId }),
    subordinates: subordinates.map(({ _id: id, name }) => ({ id, name })),
    subordinateCount: await OrganizationModel.countDocuments(below),
    personYears: await PersonYearModel.countDocuments({ scopeIds: organizationId, organizationId }),
    trainingPlans: await ApplicationModel.countDocuments({ organizationId, kind: "training-plan" }),
    administrators: await MembershipModel.countDocuments({ organizationId, status: "active" }),
  };
}
