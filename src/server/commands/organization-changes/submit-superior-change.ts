import type { Application } from "../../../models/application.ts";
import { type Organization, type OrganizationKind, OrganizationModel } from "../../../models/organization.ts";
import type { WorkflowParty } from "../../../models/workflow-instance.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import {
  superiorTypeNames,
  type submitSuperiorChange as contract,
} from "../../../shared/contracts/organization-changes.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { type Draft, scheduleApplication, submitApplication } from "../applications/submit-application.ts";
import { requireOpenOrganization } from "../closures/require-open-organization.ts";
import { superiorKinds } from "../registrations/register-organization.ts";
import {
  loadApplyingOrganization,
  mustWait,
  organizationKey,
  partyOf,
  passBlocks,
  superiorParty,
  type UsedLeave,
} from "./load-applying-organization.ts";
import { tellReviewer } from "../applications/tell-reviewer.ts";

type Input = InputOf<typeof contract>;

export interface SuperiorChangeData {
  superiorType: Input["superiorType"];
  superiorTypeName: string;
  superiorId: string;
  bureauId: string | null;
  changes: { field: string; name: string; old: string | null; new: string | null }[];
  reason: string | null;
  leave: UsedLeave | null;
}

/**
 * 更换上级部门 (ORG-08): the original superior decides first, then the new one; it takes effect when both approve
 * (ORG-09, AMB-9). Bureaus stand where they were created (AMB-40): 403. Errors: as `loadApplyingOrganization`,
 * `application.blocked` (409, ORG-03), `organization.superior_invalid` (400, ORG-11), `organization.not_found` (404).
 * With `schedule` it waits for unfinished items instead of being refused (ORG-10).
 */
export async function submitSuperiorChange(
  ctx: CommandContext,
  input: Input,
): Promise<Application<SuperiorChangeData>> {
  const organization = await loadApplyingOrganization(ctx, "superior-change");
  const { superior, bureauId } = await chosenSuperior(organization, input);
  const draft = await draftOf(organization, input, { superior, bureauId });
  if (input.schedule === true && (await mustWait(organization, "superior-change")))
    return await scheduleApplication(ctx, draft);
  const leave = await passBlocks(organization, "superior-change");
  const parties = await partiesOfChange(requireActor(ctx).accountId, organization, superior);
  const application = await submitApplication<SuperiorChangeData>(ctx, {
    ...draft,
    data: { ...draft.data, leave },
    parties,
  });
  await tellReviewer(ctx, parties.originalSuperior, application);
  return application;
}

/** Who decides: the original superior, then the new one (ORG-09). */
export async function partiesOfChange(
  applicantAccountId: string,
  organization: Organization,
  superior: Organization,
): Promise<{ originalSuperior: WorkflowParty; newSuperior: WorkflowParty }> {
  const originalSuperior = await superiorParty(applicantAccountId, organization);
  return { originalSuperior, newSuperior: await partyOf(applicantAccountId, superior) };
}

async function draftOf(
  organization: Organization,
  input: Input,
  { superior, bureauId }: Chosen,
): Promise<Draft<SuperiorChangeData>> {
  return {
    kind: "superior-change",
    appliedBy: "organization",
    organization,
    person: null,
    counterpart: superior,
    title: `更换上级部门：${organization.name} → ${superior.name}`,
    year: null,
    data: {
      superiorType: input.superiorType,
      superiorTypeName: superiorTypeNames[input.superiorType],
      superiorId: superior._id,
      bureauId,
      changes: await changesOf(organization, { superior, bureauId }),
      reason: input.reason ?? null,
      leave: null,
    },
    attachments: [],
    openKey: organizationKey(organization._id),
  };
}

interface Chosen {
  superior: Organization;
  bureauId: string | null;
}

/**
 * The new superior, checked against the tree as it is now, and the 同级人社 that comes with it. Errors:
 * `organization.superior_invalid` (400), `organization.not_found` (404), `organization.closing` (409).
 */
export async function chosenSuperior(
  organization: Organization,
  input: Pick<Input, "superiorType" | "superiorId" | "bureauId">,
): Promise<Chosen> {
  const { kind } = organization;
  if (kind !== "employer" && kind !== "authority" && kind !== "base") throw new AppError("permission.denied");
  if (input.superiorId === organization._id) throw invalid("不能选择本单位");
  const superior = await requireOpenOrganization(input.superiorId);
  requireFitting(organization, superior, { type: input.superiorType, allowed: superiorKinds[kind] });
  requireCodeStays(organization, superior);
  const bureauId = await chosenBureau(organization, superior, input.bureauId);
  if (superior._id === organization.superiorId && bureauId === organization.bureauId)
    throw invalid("与现在的上级部门相同");
  return { superior, bureauId };
}

function requireFitting(
  organization: Organization,
  superior: Organization,
  { type, allowed }: { type: Input["superiorType"]; allowed: readonly OrganizationKind[] },
): void {
  if (superior.kind !== type) throw invalid(`所选机构不是${superiorTypeNames[type]}`);
  if (!allowed.includes(superior.kind)) throw invalid("该类机构不能作为本单位的上级");
  requireNoCycle(organization, superior);
}

/** A branch leaves the superior whose code it shares only with a code of its own (REG-23). */
function requireCodeStays({ sharedCreditCode }: Organization, superior: Organization): void {
  const shared = sharedCreditCode ?? null;
  if (shared !== null && superior.creditCode !== shared)
    throw invalid("本单位与上级共用统一社会信用代码，请先通过「修改单位信息」变更为本单位代码");
}

/** ORG-11: nobody stands below himself. `organization.superior_invalid` (400) otherwise. */
export function requireNoCycle(organization: Organization, superior: Organization): void {
  if (superior._id === organization._id || superior.ancestorIds.includes(organization._id))
    throw invalid("不能选择本单位的下级单位");
}

/** A superior that is a bureau is the 同级人社 itself; else the chosen one, or as before (REG-08, ORG-13). */
async function chosenBureau(
  organization: Organization,
  superior: Organization,
  bureauId: string | undefined,
): Promise<string | null> {
  if (superior.kind === "bureau") {
    if (bureauId !== undefined && bureauId !== superior._id) throw invalid("同级人社与所选上级不一致");
    return superior._id;
  }
  if (bureauId === undefined) return organization.bureauId;
  const bureau = { _id: bureauId, kind: "bureau" as const, status: "active" as const };
  if ((await OrganizationModel.exists(bureau)) === null) throw invalid("所选同级人社部门不可用");
  return bureauId;
}

async function changesOf(
  organization: Organization,
  { superior, bureauId }: Chosen,
): Promise<SuperiorChangeData["changes"]> {
  const ids = [organization.superiorId, organization.bureauId, bureauId].filter((id) => id !== null);
  const found = await OrganizationModel.find({ _id: { $in: ids } }, { name: 1 }).lean();
  const nameOf = (id: string | null) => found.find(({ _id }) => _id === id)?.name ?? null;
  const changes = [
    { field: "superior", name: "上级部门", old: nameOf(organization.superiorId), new: superior.name },
    { field: "bureau", name: "同级人社", old: nameOf(organization.bureauId), new: nameOf(bureauId) },
  ];
  return changes.filter((change) => change.old !== change.new);
}

function invalid(reason: string): AppError {
  return new AppError("organization.superior_invalid", { reason });
}
