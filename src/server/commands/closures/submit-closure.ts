import type { Application } from "../../../models/application.ts";
import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import type { WorkflowParty } from "../../../models/workflow-instance.ts";
import { AppError } from "../../../shared/app-error.ts";
import { closureKindNames, type submitClosure as contract } from "../../../shared/contracts/closures.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { closureBlocks, requireNothingBlocks } from "../../queries/applications/blocking-items.ts";
import { submitApplication } from "../applications/submit-application.ts";
import {
  loadApplyingOrganization,
  organizationKey,
  partyOf,
  superiorParty,
} from "../organization-changes/load-applying-organization.ts";
import { tellReviewer } from "../applications/tell-reviewer.ts";
import { requireOpenOrganization } from "./require-open-organization.ts";

type Input = InputOf<typeof contract>;

/** The diagram's step in which the operator executes what was approved (DRG-04). */
export const executionStep = "execution";

export interface ClosureData {
  closureKind: Input["closureKind"];
  closureKindName: string;
  reason: string;
  targetId: string | null;
  targetName: string | null;
}

/**
 * 注销/合并申请 (DRG-01): the superior approves, a merger's target confirms, the operator executes (DRG-03 – DRG-05).
 * From now until it ends nobody and nothing joins the organization: it is written here, and by whoever joins. Bureaus
 * are 403 (AMB-40). Errors: as `loadApplyingOrganization`, `application.blocked` (409, DRG-02, DRG-05),
 * `closure.target_invalid` (400), `organization.not_found` (404) and `organization.closing` (409) for the target.
 */
export async function submitClosure(ctx: CommandContext, input: Input): Promise<Application<ClosureData>> {
  const { closureKind, reason } = input;
  const organization = await loadApplyingOrganization(ctx, "organization-closure");
  if (!closable.has(organization.kind)) throw new AppError("permission.denied");
  const target = input.closureKind === "merge" ? await chosenTarget(organization, input.targetId) : null;
  requireNothingBlocks(
    await closureBlocks(ctx, organization._id, { closureKind, targetId: target?._id ?? null }),
  );
  const parties = await partiesOf(ctx, organization, target);
  const closureKindName = closureKindNames[closureKind];
  const application = await submitApplication<ClosureData>(ctx, {
    kind: "organization-closure",
    appliedBy: "organization",
    organization,
    person: null,
    counterpart: target,
    title: `${closureKindName}：${organization.name}${target === null ? "" : ` → ${target.name}`}`,
    year: null,
    data: {
      closureKind,
      closureKindName,
      reason,
      targetId: target?._id ?? null,
      targetName: target?.name ?? null,
    },
    attachments: [{ key: "proof", ...input.proof }],
    openKey: organizationKey(organization._id),
    parties,
    facts: { kind: closureKind },
  });
  await beginClosing(organization._id, application._id);
  await tellReviewer(ctx, parties["superior"] as WorkflowParty, application);
  return application;
}

/** Kinds of organization that may go (DRG-09); bureaus stand as long as their region does (AMB-40). */
const closable: ReadonlySet<Organization["kind"]> = new Set(["employer", "authority", "base"]);

/** Like goes into like: what stands below one may stand below the other, and its people keep their kind of unit. */
async function chosenTarget(organization: Organization, targetId: string): Promise<Organization> {
  if (targetId === organization._id) throw invalid("不能选择本单位");
  const target = await requireOpenOrganization(targetId);
  if (target.kind !== organization.kind) throw invalid("目标单位须与本单位类型相同");
  return target;
}

async function partiesOf(
  ctx: CommandContext,
  organization: Organization,
  target: Organization | null,
): Promise<Record<string, WorkflowParty>> {
  const operator = await OrganizationModel.findOne({ kind: "operator", status: "active" }, { _id: 1 })
    .sort({ createdAt: 1 })
    .lean();
  if (operator === null) throw new AppError("organization.no_reviewer");
  const own = requireActor(ctx).accountId;
  return {
    superior: await superiorParty(own, organization),
    operator: { kind: "organization", id: operator._id },
    ...(target === null ? {} : { mergeTarget: await partyOf(own, target) }),
  };
}

async function beginClosing(organizationId: string, closureId: string): Promise<void> {
  const closing = await OrganizationModel.updateOne(
    { _id: organizationId, status: "active", closureId: null },
    { $set: { closureId }, $inc: { version: 1 } },
  );
  if (closing.matchedCount === 0) throw new AppError("request.conflict");
}

function invalid(reason: string): AppError {
  return new AppError("closure.target_invalid", { reason });
}
