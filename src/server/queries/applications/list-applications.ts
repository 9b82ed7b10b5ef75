import { type Application, ApplicationModel } from "../../../models/application.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { listApplications as contract } from "../../../shared/contracts/applications.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { mayReadApplications } from "../../permissions/applications.ts";
import { departmentFilter } from "../../permissions/departments.ts";
import type { Page } from "../page.ts";
import { startsWith } from "../people/people-filter.ts";
import { readPage } from "../read-page.ts";
import { duringDays, ofIdNumber } from "../review-lists.ts";
import { holderName, holderNames } from "../workflow/task-rows.ts";

/** What `listApplications` takes, and an ID number where it came in a body (AUD-08). */
export type ApplicationSearch = Omit<InputOf<typeof contract>, "page" | "pageSize"> & {
  idNumber?: string | undefined;
};
type Input = ApplicationSearch & Pick<InputOf<typeof contract>, "page" | "pageSize">;

/** An application with whoever holds it now. */
export interface ApplicationRow {
  application: Application;
  holderName: string | null;
  /** the diagram's step that it waits in */
  openElementId: string | null;
  /** the reviewers' decisions, in order; what the applicant himself did is none */
  decided: readonly Decided[];
}

type Decided = Pick<WorkflowTaskRecord, "decidedBy" | "decidedAt" | "outcome">;

/**
 * Applications, newest first: one's own (ORG-07 变更记录, TRF-06), those towards one's organization (TRF-05), or those
 * of its whole scope. A professional has only his own. `permission.denied` (403) without a module for it.
 */
export async function listApplications(ctx: CommandContext, input: Input): Promise<Page<ApplicationRow>> {
  const actor = requireActor(ctx);
  const { page, pageSize } = input;
  const filter = await applicationFilter(ctx, input);
  const found = await readPage(ApplicationModel, filter, { page, pageSize, sort: { submittedAt: -1 } });
  return { ...found, rows: await applicationRows(actor, found.rows) };
}

/** What a list of applications shows to the actor. Errors: as `listApplications`. */
export async function applicationFilter(
  ctx: CommandContext,
  input: ApplicationSearch,
): Promise<Record<string, unknown>> {
  const actor = requireActor(ctx);
  const owned = { ...ownership(actor, input), ...ofDepartments(actor) };
  // Whose they may be comes last: nothing that was asked for takes its place.
  return { ...narrowing(input), ...owned, ...(await ofIdNumber(ctx, input.idNumber)) };
}

/** About people of a limited administrator's departments, or his organization's own matters (ADM-13). */
function ofDepartments(actor: Actor): Record<string, unknown> {
  if (actor.departmentIds === undefined) return {};
  return { $or: [departmentFilter(actor), { personId: null, organizationId: actor.organizationId }] };
}

/** Adds holders and decisions, with one query for all tasks and at most one for names. */
export async function applicationRows(
  actor: Actor,
  applications: readonly Application[],
): Promise<ApplicationRow[]> {
  const tasks = await tasksOf(applications);
  const waiting = tasks.filter(({ status }) => status === "open");
  const names = await holderNames(actor, waiting);
  const open = new Map(waiting.map((task) => [task.instanceId, task]));
  const decided = tasks.filter(({ status, module }) => status === "decided" && module !== null);
  return applications.map((application) => {
    const task = open.get(application.instanceId);
    return {
      application,
      holderName: task === undefined ? null : holderName(task, names),
      openElementId: task?.elementId ?? null,
      decided: decided.filter(({ instanceId }) => instanceId === application.instanceId),
    };
  });
}

/** Open and decided tasks of a page's applications, in the order of their decisions. */
async function tasksOf(applications: readonly Application[]): Promise<WorkflowTaskRecord[]> {
  const instanceIds = applications.map(({ instanceId }) => instanceId);
  if (instanceIds.length === 0) return [];
  const tasks = await WorkflowTask.find(
    { instanceId: { $in: instanceIds }, status: { $in: ["open", "decided"] } },
    {
      ...{ instanceId: 1, status: 1, candidate: 1, applicantName: 1, elementId: 1, module: 1 },
      ...{ decidedBy: 1, decidedAt: 1, outcome: 1 },
    },
  ).lean<WorkflowTaskRecord[]>();
  const at = ({ decidedAt }: WorkflowTaskRecord) => decidedAt?.getTime() ?? 0;
  return tasks.toSorted((a, b) => at(a) - at(b));
}

function ownership(actor: Actor, { box }: ApplicationSearch): Record<string, unknown> {
  if (actor.role === "professional") return { personId: actor.personId ?? "" };
  if (!mayReadApplications(actor)) throw new AppError("permission.denied");
  switch (box) {
    case "own":
      return { organizationId: actor.organizationId };
    case "incoming":
      return { counterpartId: actor.organizationId };
    case "below":
      return { scopeIds: actor.organizationId };
  }
}

function narrowing(input: ApplicationSearch): Record<string, unknown> {
  const { kind, status, personId, year, departmentId, q } = input;
  return {
    ...duringDays("submittedAt", input),
    ...(departmentId === undefined ? {} : { departmentId }),
    ...(q === undefined || q === "" ? {} : searching(q)),
    ...(kind === undefined ? {} : { kind }),
    ...(status === undefined ? {} : { status }),
    ...(personId === undefined ? {} : { personId }),
    ...(year === undefined ? {} : { year }),
  };
}

/** A whole number, or the beginning of the person's name: what an index finds in a whole scope, too. */
function searching(q: string): Record<string, unknown> {
  return /^SQ\d{8}-\d{6,}$/.test(q) ? { number: q } : { personName: startsWith(q) };
}
