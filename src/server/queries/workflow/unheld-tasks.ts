import { AccountModel } from "../../../models/account.ts";
import { type Membership, MembershipModel } from "../../../models/membership.ts";
import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import { WorkflowInstance, type WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import type { WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { cannotAct } from "../../../workflows/assignment/route.ts";
import { moduleOf } from "../../permissions/workflow.ts";
import { withDepartmentsBelow } from "../departments/with-departments-below.ts";
import { closableModules } from "../organizations/holder-rule.ts";

/** Why an open task cannot be done by its holder, and which accounts may never do it (AUD-10). */
export interface UnheldTask {
  task: WorkflowTaskRecord;
  reason: "no-instance" | "applicant-gone" | "holder-gone" | "no-reviewer";
  /** in Chinese, for whoever gets the task */
  text: string;
  own: readonly string[];
}

type Item = Pick<WorkflowInstanceRecord, "_id" | "status" | "startedBy" | "parties">;

/** What a page of tasks needs to be judged: read in five queries, whatever the page. */
interface Known {
  items: ReadonlyMap<string, Item>;
  organizations: ReadonlyMap<string, Pick<Organization, "_id" | "name" | "status" | "reviewClosed">>;
  people: ReadonlyMap<string, Pick<Person, "_id" | "accountId" | "status">>;
  /** active rights of active accounts, by organization */
  rights: ReadonlyMap<string, readonly Membership[]>;
}

/**
 * Those of some open tasks whose holder does not exist, is not active, or may not act: a closed organization or closed
 * right to review, nobody with the module, or only people whose own item it is (FLW-10, AUD-10). At most a page of
 * tasks at a time.
 */
export async function unheldTasks(tasks: readonly WorkflowTaskRecord[]): Promise<UnheldTask[]> {
  const known = await load(tasks);
  return tasks.flatMap((task) => {
    const problem = problemOf(task, known);
    return problem === null ? [] : [{ task, ...problem, own: ownAccounts(task, known) }];
  });
}

type Problem = Pick<UnheldTask, "reason" | "text">;

function problemOf(task: WorkflowTaskRecord, known: Known): Problem | null {
  if (known.items.get(task.instanceId)?.status !== "running")
    return { reason: "no-instance", text: "所属流程已结束" };
  if (task.candidate.kind === "person") {
    const person = known.people.get(task.candidate.id);
    return person?.status === "active" ? null : { reason: "applicant-gone", text: "申请人账号已注销" };
  }
  return problemOfOrganization(task, known);
}

function problemOfOrganization(task: WorkflowTaskRecord, known: Known): Problem | null {
  const holder = known.organizations.get(task.candidate.id);
  const isOwn = task.module === null;
  if (holder?.status !== "active")
    return isOwn
      ? { reason: "applicant-gone", text: "申请单位已注销" }
      : { reason: "holder-gone", text: `「${holder?.name ?? "原办理单位"}」已注销或停用` };
  const reviewClosed = holder.reviewClosed && closableModules.has(moduleOf(task) ?? "");
  const reason = cannotAct({
    status: holder.status,
    reviewClosed,
    hasActiveAdmin: hasReviewer(task, known),
  });
  return reason === null ? null : { reason: "no-reviewer", text: `「${holder.name}」${reason}` };
}

/** Whether an active administrator of the holder has the task's module and reviews nothing of his own with it. */
function hasReviewer(task: WorkflowTaskRecord, known: Known): boolean {
  const module = moduleOf(task);
  const own = task.module === null ? [] : ownAccounts(task, known);
  return (known.rights.get(task.candidate.id) ?? []).some(
    (right) =>
      !own.includes(right.accountId) &&
      (right.isSuperAdministrator ||
        ((module === null || right.modules.includes(module)) && covers(right, task))),
  );
}

/** Whether a right that is limited to departments reaches a task (ADM-13); `departmentIds` have those below by now. */
function covers({ departmentIds = [] }: Membership, { departmentId }: WorkflowTaskRecord): boolean {
  return departmentIds.length === 0 || (departmentId !== undefined && departmentIds.includes(departmentId));
}

/** Accounts of whoever started it and whom it is about: nobody reviews his own. */
function ownAccounts(task: WorkflowTaskRecord, known: Known): string[] {
  const item = known.items.get(task.instanceId);
  if (item === undefined) return [];
  const people = partyIds(item).flatMap((id) => known.people.get(id)?.accountId ?? []);
  return [...new Set([item.startedBy.accountId, ...people])];
}

function partyIds({ parties }: Item): string[] {
  return [parties["applicant"], parties["person"]].flatMap((party) =>
    party?.kind === "person" ? [party.id] : [],
  );
}

async function load(tasks: readonly WorkflowTaskRecord[]): Promise<Known> {
  const items = await WorkflowInstance.find(
    { _id: { $in: unique(tasks.map(({ instanceId }) => instanceId)) } },
    { status: 1, startedBy: 1, parties: 1 },
  ).lean<Item[]>();
  const held = (kind: string) =>
    tasks.flatMap(({ candidate }) => (candidate.kind === kind ? [candidate.id] : []));
  const organizations = await OrganizationModel.find(
    { _id: { $in: unique(held("organization")) } },
    { name: 1, status: 1, reviewClosed: 1 },
  ).lean<Organization[]>();
  const people = await PersonModel.find(
    { _id: { $in: unique([...held("person"), ...items.flatMap(partyIds)]) } },
    { accountId: 1, status: 1 },
  ).lean<Person[]>();
  return {
    items: new Map(items.map((item) => [item._id, item])),
    organizations: new Map(organizations.map((one) => [one._id, one])),
    people: new Map(people.map((person) => [person._id, person])),
    rights: await activeRights(organizations.map(({ _id }) => _id)),
  };
}

async function activeRights(organizationIds: readonly string[]): Promise<Map<string, Membership[]>> {
  const rights = await MembershipModel.find({
    organizationId: { $in: [...organizationIds] },
    status: "active",
  }).lean<Membership[]>();
  const active = await AccountModel.find(
    { _id: { $in: unique(rights.map(({ accountId }) => accountId)) }, status: "active" },
    { _id: 1 },
  ).lean();
  const isActive = new Set(active.map(({ _id }) => _id));
  const byOrganization = new Map<string, Membership[]>();
  for (const right of rights) {
    if (!isActive.has(right.accountId)) continue;
    const { organizationId, departmentIds = [] } = right;
    // One that is limited to departments that are gone reaches nobody.
    const below =
      departmentIds.length === 0
        ? []
        : ["none", ...(await withDepartmentsBelow(organizationId, departmentIds))];
    const reaching = { ...right, departmentIds: below };
    byOrganization.set(organizationId, [...(byOrganization.get(organizationId) ?? []), reaching]);
  }
  return byOrganization;
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}
