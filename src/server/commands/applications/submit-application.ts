import {
  type Application,
  ApplicationModel,
  type Attachment,
  type ApplicationKind,
  oneOpenApplication,
} from "../../../models/application.ts";
import type { WorkflowParty, WorkflowRouteStep } from "../../../models/workflow-instance.ts";
import { AppError } from "../../../shared/app-error.ts";
import { applicationKindNames } from "../../../shared/contracts/applications.ts";
import { startInstance } from "../../../workflows/runtime/store.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { isDuplicateKey } from "../../run-command.ts";
import { workflowContext } from "../../workflow-runtime.ts";
import { useFiles } from "../declarations/use-files.ts";
import { nextNumber } from "../next-number.ts";
import { recordAudit } from "../record-audit.ts";

/** The applicant's organization, as the application keeps it. */
export interface ApplyingOrganization {
  _id: string;
  name: string;
  regionCode: string;
  ancestorIds: readonly string[];
}

/** What the kinds of application differ in. Preconditions and permission are the submitting command's word. */
export interface Submission<Data extends object> {
  kind: ApplicationKind;
  appliedBy: Application["appliedBy"];
  organization: ApplyingOrganization;
  person: { _id: string; name: string; maskedIdNumber: string } | null;
  counterpart: { _id: string; name: string } | null;
  title: string;
  year: number | null;
  data: Data;
  attachments: readonly Attachment[];
  /** of several open applications with one key only the first is taken; null: any number */
  openKey: string | null;
  /** candidates by role, as the process's contract names them (`src/workflows/catalogue.ts`) */
  parties: Readonly<Record<string, WorkflowParty>>;
  route?: readonly WorkflowRouteStep[];
  facts?: Readonly<Record<string, unknown>>;
  /** hours for the to-do list, where the kind has any */
  hours?: { public: number; professional: number };
  /** "base" puts it into the lists of 【继教基地学时（分）审核】 (APR-07) */
  origin?: "person" | "employer" | "base";
}

/**
 * Writes an application and starts its process: one row, one instance, the first tasks. Files must be the actor's own
 * uploads. Errors: `application.pending_exists` (409) with the number of the open one, `file.not_found` (404).
 */
export async function submitApplication<Data extends object>(
  ctx: CommandContext,
  submission: Submission<Data>,
): Promise<Application<Data>> {
  const { kind, openKey, attachments } = submission;
  if (openKey !== null) await requireNoneOpen(openKey);
  const applicationId = ctx.newId();
  const number = await nextNumber(ctx.app, "SQ");
  const instanceId = await startProcess(ctx, { applicationId, number }, submission);
  const application = applicationOf(ctx, submission, { _id: applicationId, number, instanceId });
  try {
    await ApplicationModel.insertMany([application], { lean: true });
  } catch (error) {
    if (!isDuplicateKey(error, oneOpenApplication)) throw error;
    throw new AppError("application.pending_exists", { kind: applicationKindNames[kind] });
  }
  const fileIds = attachments.map(({ fileId }) => fileId);
  await useFiles(ctx, fileIds, { usedBy: applicationId, scopeIds: application.scopeIds });
  await recordAudit(ctx, "application.submitted", {
    subjectId: applicationId,
    data: { kind, number, instanceId, organizationId: application.organizationId },
  });
  return application;
}

/** Throws `application.pending_exists` (409), naming what is open, when an application with this key is (ORG-06). */
export async function requireNoneOpen(openKey: string): Promise<void> {
  const open = await ApplicationModel.findOne({ openKey }, { kind: 1, number: 1 }).lean();
  if (open === null) return;
  throw new AppError("application.pending_exists", {
    kind: applicationKindNames[open.kind],
    number: open.number,
  });
}

async function startProcess<Data extends object>(
  ctx: CommandContext,
  { applicationId, number }: { applicationId: string; number: string },
  submission: Submission<Data>,
): Promise<string> {
  const { organization, person, parties } = submission;
  const actor = requireActor(ctx);
  const { instance } = await startInstance(workflowContext(ctx), {
    processKey: submission.kind,
    businessKey: { kind: "application", id: applicationId },
    organizationId: organization._id,
    startedBy: { accountId: actor.accountId, name: actor.name },
    ...(submission.route === undefined ? {} : { route: submission.route }),
    // Whose matter it is, whoever applies: nobody reviews his own (AUD-10).
    parties: person === null ? parties : { ...parties, person: { kind: "person", id: person._id } },
    ...(submission.facts === undefined ? {} : { facts: submission.facts }),
    subject: {
      applicantName: person?.name ?? actor.name,
      title: submission.title,
      year: submission.year,
      form: null,
      hours: submission.hours ?? null,
      organizationName: organization.name,
      number,
      origin: submission.origin ?? null,
      batchId: null,
    },
  });
  return instance._id;
}

function applicationOf<Data extends object>(
  ctx: CommandContext,
  submission: Submission<Data>,
  ids: { _id: string; number: string; instanceId: string },
): Application<Data> {
  const { kind, appliedBy, organization, person, counterpart, title, year, data, openKey } = submission;
  const actor = requireActor(ctx);
  return {
    ...ids,
    kind,
    organizationId: organization._id,
    organizationName: organization.name,
    ...personPart(person),
    applicantAccountId: actor.accountId,
    applicantName: actor.name,
    appliedBy,
    counterpartId: counterpart?._id ?? null,
    counterpartName: counterpart?.name ?? null,
    scopeIds: scopeOf(submission),
    year,
    title,
    data,
    attachments: [...submission.attachments],
    openKey,
    status: "pending",
    reason: null,
    submittedAt: ctx.clock.now(),
    yearFacts: null,
    decidedAt: null,
    version: 0,
  };
}

function personPart(
  person: Submission<object>["person"],
): Pick<Application, "personId" | "personName" | "maskedIdNumber"> {
  if (person === null) return { personId: null, personName: null, maskedIdNumber: null };
  return { personId: person._id, personName: person.name, maskedIdNumber: person.maskedIdNumber };
}

/** Everybody whom it concerns: the applicant's organization and above, and every organization that reviews it. */
function scopeOf<Data extends object>(submission: Submission<Data>): string[] {
  const { organization, counterpart, parties, route } = submission;
  const reviewers = Object.values(parties).filter((party) => party.kind === "organization");
  return [
    ...new Set([
      organization._id,
      ...organization.ancestorIds,
      ...(counterpart === null ? [] : [counterpart._id]),
      ...reviewers.map((party) => party.id),
      ...(route ?? []).map((step) => step.organizationId),
    ]),
  ];
}
