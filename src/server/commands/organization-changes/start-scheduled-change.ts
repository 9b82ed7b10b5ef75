import { type Application, ApplicationModel } from "../../../models/application.ts";
import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import type { WorkflowParty } from "../../../models/workflow-instance.ts";
import { AppError } from "../../../shared/app-error.ts";
import { applicationKindNames } from "../../../shared/contracts/applications.ts";
import type { CommandContext } from "../../command-context.ts";
import { moveApplication } from "../applications/move-application.ts";
import { startScheduled } from "../applications/submit-application.ts";
import { notify } from "../notify.ts";
import { requireFreeCreditCode } from "../organizations/require-free-credit-code.ts";
import { mustWait, passBlocks, superiorParty } from "./load-applying-organization.ts";
import type { OrganizationChangeData } from "./submit-organization-change.ts";
import { chosenSuperior, partiesOfChange, type SuperiorChangeData } from "./submit-superior-change.ts";
import { tellReviewer } from "../applications/tell-reviewer.ts";

type Data = OrganizationChangeData | SuperiorChangeData;
type Parties = Readonly<Record<string, WorkflowParty>>;

/**
 * Sends a scheduled change of an organization to its reviewer once nothing unfinished is in its way, or a bureau gave
 * leave (ORG-10), and tells the applicant. What the change says is checked against the platform as it is now: when it
 * no longer fits (the code is taken, the new superior is gone), it ends as cancelled with the reason, and the applicant
 * is told that too. Returns whether anything happened; an application that another node has started is left alone.
 */
export async function startScheduledChange(ctx: CommandContext, applicationId: string): Promise<boolean> {
  const waiting = { _id: applicationId, status: "scheduled" as const };
  const application = await ApplicationModel.findOne(waiting).lean<Application<Data>>();
  if (application === null) return false;
  const active = { _id: application.organizationId, status: "active" as const };
  const organization = await OrganizationModel.findOne(active).lean<Organization>();
  if (organization === null) return await giveUp(ctx, application, "本单位已注销或合并");
  const kind = application.kind === "superior-change" ? "superior-change" : "organization-change";
  if (await mustWait(organization, kind)) return false;
  try {
    const parties = await partiesNow(organization, application);
    const leave = await passBlocks(organization, kind);
    await start(ctx, application, { parties, data: { ...application.data, leave } });
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // The new superior may be closed, or stay: the next turn knows more.
    if (error.code === "organization.closing") return false;
    if (!final.has(error.code)) throw error;
    return await giveUp(ctx, application, error.message);
  }
}

/** Refusals that time does not mend. */
const final: ReadonlySet<AppError["code"]> = new Set([
  "registration.credit_code_taken",
  "organization.superior_invalid",
  "organization.not_found",
  "organization.no_reviewer",
]);

async function partiesNow(
  organization: Organization,
  { kind, data, applicantAccountId }: Application<Data>,
): Promise<Parties> {
  if (kind === "superior-change") {
    const { superiorType, superiorId, bureauId } = data as SuperiorChangeData;
    const chosen = { superiorType, superiorId, ...(bureauId === null ? {} : { bureauId }) };
    const { superior } = await chosenSuperior(organization, chosen);
    return await partiesOfChange(applicantAccountId, organization, superior);
  }
  const code = (data as OrganizationChangeData).changes.find(({ field }) => field === "creditCode");
  if (code !== undefined) await requireFreeCreditCode(code.new);
  return { superior: await superiorParty(applicantAccountId, organization) };
}

async function start(
  ctx: CommandContext,
  application: Application<Data>,
  review: { parties: Parties; data: Data },
): Promise<void> {
  const started = await startScheduled(ctx, application, review);
  const { _id: subjectId, applicantAccountId, kind, title, number } = started;
  await notify(ctx, applicantAccountId, {
    kind: "application.started",
    title: `预约的${applicationKindNames[kind]}已自动提交`,
    text: `「${title}」（${number}）已自动提交审核。`,
    subjectId,
  });
  const first = review.parties["originalSuperior"] ?? review.parties["superior"];
  if (first !== undefined) await tellReviewer(ctx, first, started);
}

async function giveUp(ctx: CommandContext, application: Application<Data>, reason: string): Promise<true> {
  const { _id: subjectId, applicantAccountId, kind, title, number } = application;
  await moveApplication(ctx, subjectId, { status: "cancelled", reason });
  await notify(ctx, applicantAccountId, {
    kind: "application.cancelled",
    title: `预约的${applicationKindNames[kind]}未能提交`,
    text: `「${title}」（${number}）未能自动提交，预约已取消：${reason}`,
    subjectId,
  });
  return true;
}
