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
import { departmentPart } from "../departments/department-part.ts";
import { nextNumber } from "../next-number.ts";
import { recordAudit } from "../record-audit.ts";
import { moveApplication } from "./move-application.ts";

/** The applicant's organization, as the application keeps it. */
export interface ApplyingOrganization {
  _id: string;
  name: string;
  regionCode: string;
  ancestorIds: readonly string[];
}

/** What the kinds of application differ in. Preconditions and permission are the submitting command's word. */
export interface Submission<Data extends object> extends Draft<Data>, Review {}

/** What is applied for. */
export interface Draft<Data extends object> {
  kind: ApplicationKind;
  appliedBy: Application["appliedBy"];
  organization: ApplyingOrganization;
  person: { _id: string; name: string; maskedIdNumber: string; departmentId: string | null } | null;
  counterpart: { _id: string; name: string } | null;
  title: string;
  year: number | null;
  data: Data;
  attachments: readonly Attachment[];
  /** of several open applications with one key only the first is taken; null: any number */
  openKey: string | null;
}

/** Who reviews it, and what lists and routes know of it. */
export interface Review {
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
  const { openKey } = submission;
  if (openKey !== null) await requireNoneOpen(openKey);
  const application = await applicationOf(ctx, submission, "pending");
  application.scopeIds = scopeOf(application, submission);
  await startProcess(ctx, application, submission);
  await insertApplication(ctx, application);
  const { _id: subjectId, kind, number, instanceId, organizationId } = application;
  await recordAudit(ctx, "application.submitted", {
    subjectId,
    data: { kind, number, instanceId, organizationId },
  });
  return application;
}

/**
 * Writes an application that waits: its process starts later, by `startScheduled` (ORG-10). Errors: as
 * `submitApplication`.
 */
export async function scheduleApplication<Data extends object>(
  ctx: CommandContext,
  draft: Draft<Data>,
): Promise<Application<Data>> {
  const { openKey } = draft;
  if (openKey !== null) await requireNoneOpen(openKey);
  const application = await applicationOf(ctx, draft, "scheduled");
  await insertApplication(ctx, application);
  const { _id: subjectId, kind, number, organizationId } = application;
  await recordAudit(ctx, "application.scheduled", { subjectId, data: { kind, number, organizationId } });
  return application;
}

/** Starts the process of an application that has waited; `request.conflict` (409) when it no longer waits. */
export async function startScheduled<Data extends object>(
  ctx: CommandContext,
  application: Application<Data>,
  { data, ...review }: Review & { data: Data },
): Promise<Application<Data>> {
  const scopeIds = scopeOf(application, review);
  const started = await moveApplication<Data>(ctx, application._id, {
    status: "pending",
    change: { scopeIds, data: data as Record<string, unknown> },
  });
  await startProcess(ctx, started, review);
  return started;
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

async function insertApplication<Data extends object>(
  ctx: CommandContext,
  application: Application<Data>,
): Promise<void> {
  const { _id: usedBy, kind, attachments, scopeIds } = application;
  try {
    await ApplicationModel.insertMany([application], { lean: true });
  } catch (error) {
    if (!isDuplicateKey(error, oneOpenApplication)) throw error;
    throw new AppError("application.pending_exists", { kind: applicationKindNames[kind] });
  }
  const fileIds = attachments.map(({ fileId }) => fileId);
  await useFiles(ctx, fileIds, { usedBy, scopeIds });
}

async function startProcess<Data extends object>(
  ctx: CommandContext,
  application: Application<Data>,
  { parties, route, facts, hours, origin }: Review,
): Promise<void> {
  const { kind, personId, applicantAccountId, applicantName } = application;
  const { instanceId, organizationId, organizationName, title, year, number } = application;
  await startInstance(workflowContext(ctx), {
    instanceId,
    processKey: kind,
    businessKey: { kind: "application", id: application._id },
    organizationId,
    startedBy: { accountId: applicantAccountId, name: applicantName },
    ...(route === undefined ? {} : { route }),
    // Whose matter it is, whoever applies: nobody reviews his own (AUD-10).
    parties: personId === null ? parties : { ...parties, person: { kind: "person", id: personId } },
    ...(facts === undefined ? {} : { facts }),
    subject: {
      applicantName: application.personName ?? applicantName,
      title,
      year,
      form: null,
      hours: hours ?? null,
      organizationName,
      number,
      origin: origin ?? null,
      batchId: null,
      ...departmentPart(application),
    },
  });
}

async function applicationOf<Data extends object>(
  ctx: CommandContext,
  draft: Draft<Data>,
  status: "pending" | "scheduled",
): Promise<Application<Data>> {
  const { kind, appliedBy, organization, person, counterpart, title, year, data, openKey } = draft;
  const actor = requireActor(ctx);
  const above = [organization._id, ...organization.ancestorIds];
  return {
    _id: ctx.newId(),
    number: await nextNumber(ctx.app, "SQ"),
    instanceId: ctx.newId(),
    kind,
    organizationId: organization._id,
    organizationName: organization.name,
    ...personPart(person),
    applicantAccountId: actor.accountId,
    applicantName: actor.name,
    appliedBy,
    counterpartId: counterpart?._id ?? null,
    counterpartName: counterpart?.name ?? null,
    scopeIds: [...new Set(counterpart === null ? above : [...above, counterpart._id])],
    year,
    title,
    data,
    attachments: [...draft.attachments],
    openKey,
    status,
    reason: null,
    submittedAt: ctx.clock.now(),
    yearFacts: null,
    decidedAt: null,
    version: 0,
  };
}

function personPart(
  person: Draft<object>["person"],
): Pick<Application, "personId" | "personName" | "maskedIdNumber" | "departmentId"> {
  if (person === null) return { personId: null, personName: null, maskedIdNumber: null };
  const { _id: personId, name: personName, maskedIdNumber } = person;
  return { personId, personName, maskedIdNumber, ...departmentPart(person) };
}

/** Everybody whom it concerns: who sees it already, and every organization that reviews it. */
function scopeOf({ scopeIds }: Pick<Application, "scopeIds">, { parties, route }: Review): string[] {
  const reviewers = Object.values(parties).filter((party) => party.kind === "organization");
  const onRoute = (route ?? []).map((step) => step.organizationId);
  return [...new Set([...scopeIds, ...reviewers.map((party) => party.id), ...onRoute])];
}
