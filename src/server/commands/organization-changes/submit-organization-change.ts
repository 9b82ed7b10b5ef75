import type { Application } from "../../../models/application.ts";
import type { Organization } from "../../../models/organization.ts";
import { invalidFields } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import {
  changeModeNames,
  type submitOrganizationChange as contract,
} from "../../../shared/contracts/organization-changes.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { type Draft, scheduleApplication, submitApplication } from "../applications/submit-application.ts";
import { requireFreeCreditCode } from "../organizations/require-free-credit-code.ts";
import {
  loadApplyingOrganization,
  mustWait,
  organizationKey,
  passBlocks,
  superiorParty,
  type UsedLeave,
} from "./load-applying-organization.ts";
import { tellReviewer } from "../applications/tell-reviewer.ts";

type Input = InputOf<typeof contract>;

/** One changed field, with both values: what reviewer and record show (ORG-07). */
export interface ChangedField {
  field: "name" | "creditCode";
  name: string;
  old: string | null;
  new: string;
}

export interface OrganizationChangeData {
  mode: Input["mode"];
  modeName: string;
  changes: ChangedField[];
  /** a bureau's leave in spite of unfinished items (ORG-10) */
  leave: UsedLeave | null;
}

/**
 * 修改单位信息 (ORG-04): the superior reviews it, and it takes effect when he approves. Errors: as
 * `loadApplyingOrganization` (ORG-06: 「已有修改单位信息在审核流程中」), `application.blocked` (409, ORG-03),
 * `registration.credit_code_taken` (409, REG-23), `request.invalid` (400) when nothing changes. With `schedule` it waits
 * for unfinished items instead of being refused (ORG-10).
 */
export async function submitOrganizationChange(
  ctx: CommandContext,
  input: Input,
): Promise<Application<OrganizationChangeData>> {
  const organization = await loadApplyingOrganization(ctx, "organization-change");
  const changes = changesOf(organization, input);
  if (input.mode === "rename" && changes.length === 0)
    throw invalidFields([{ path: "body.name", message: "单位名称和代码都没有变化" }]);
  const code = changes.find(({ field }) => field === "creditCode");
  if (code !== undefined) await requireFreeCreditCode(code.new);
  const draft = draftOf(organization, input, changes);
  if (input.schedule === true && (await mustWait(organization, "organization-change")))
    return await scheduleApplication(ctx, draft);
  const leave = await passBlocks(organization, "organization-change");
  const superior = await superiorParty(requireActor(ctx).accountId, organization);
  const application = await submitApplication<OrganizationChangeData>(ctx, {
    ...draft,
    data: { ...draft.data, leave },
    parties: { superior },
  });
  await tellReviewer(ctx, superior, application);
  return application;
}

function draftOf(
  organization: Organization,
  input: Input,
  changes: ChangedField[],
): Draft<OrganizationChangeData> {
  const modeName = changeModeNames[input.mode];
  return {
    kind: "organization-change",
    appliedBy: "organization",
    organization,
    person: null,
    counterpart: null,
    title: `${modeName}：${organization.name}`,
    year: null,
    data: { mode: input.mode, modeName, changes, leave: null },
    attachments: [{ key: "scan", ...input.scan }],
    openKey: organizationKey(organization._id),
  };
}

function changesOf(organization: Organization, input: Input): ChangedField[] {
  const changes: ChangedField[] = [];
  if (input.name !== undefined && input.name !== organization.name)
    changes.push({ field: "name", name: "单位名称", old: organization.name, new: input.name });
  // A branch may get a code of its own (REG-23).
  const old = organization.creditCode ?? organization.sharedCreditCode ?? null;
  if (input.mode === "rename" && input.creditCode !== old) {
    changes.push({ field: "creditCode", name: "统一社会信用代码", old, new: input.creditCode });
  }
  return changes;
}
