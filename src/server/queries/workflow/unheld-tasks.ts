import { AccountModel } from "../../../models/account.ts";
import { type Membership, MembershipModel } from "../../../models/membership.ts";
import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import { WorkflowInstance, type WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import type { WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { modulesOfRole } from "../../../shared/modules.ts";
import { cannotAct } from "../../../workflows/assignment/route.ts";
import { moduleOf } from "../../permissions/workflow.ts";
import { withDepartmentsBelow } from "../departments/with-departments-below.ts";
import { closableModules } from "../organizations/holder-rule.ts";
import { participantsAmong, type TakesPart } from "./participants.ts";

/** Why an open task cannot be done by its holder. */
export interface UnheldTask {
  task: WorkflowTaskRecord;
  reason: "no-instance" | "applicant-gone" | "holder-gone" | "no-reviewer";
  /** in Chinese, for whoever gets the task */
  text: string;
}

type Item = Pick<WorkflowInstanceRecord, "_id" | "status" | "startedBy" | "parties">;

/** What a page of tasks needs to be judged: read in a few queries, whatever the page. */
interface Known {
  items: ReadonlyMap<string, Item>;
  organizations: ReadonlyMap<string, Pick<Organization, "_id" | "name" | "status" | "reviewClosed">>;
  people: ReadonlyMap<string, Pick<Person, "_id" | "status">>;
  /** active rights of active accounts, by organization */
  rights: ReadonlyMap<string, readonly Right[]>;
  takesPart: TakesPart;
}

/** `personId`: whose right it is, where that is a professional of the platform. */
type Right = Membership & { personId: string | null };

/**
 * Those of some open tasks whose holder does not exist, is not active, or may not act: a closed organization or closed
 * right to review, nobody with the module, or only people whose own item it is (FLW-10, AUD-10). At most a page of
 * tasks at a time.
 */
export async function unheldTasks(tasks: readonly WorkflowTaskRecord[]): Promise<UnheldTask[]> {
  const known = await load(tasks);
  return tasks.flatMap((task) => {
    const problem = problemOf(task, known);
    return problem === null ? [] : [{ task, ...problem }];
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
  return (known.rights.get(task.candidate.id) ?? []).some(
    (right) =>
      !isOwn(task, right, known) &&
      (right.isSuperAdministrator
        ? module === null || modulesOfRole[right.role].includes(module)
        : (module === null || right.modules.includes(module)) && covers(right, task)),
  );
}

/** Whether a right that is limited to departments reaches a task (ADM-13); `departmentIds` have those below by now. */
function covers({ departmentIds = [] }: Membership, { departmentId }: WorkflowTaskRecord): boolean {
  return departmentIds.length === 0 || (departmentId !== undefined && departmentIds.includes(departmentId));
}

/**
 * Whether deciding the task would be somebody's own business: he started it, it is about him, or he has hours in it.
 * What waits for the applicant himself (no module) is.
 */
function isOwn(task: WorkflowTaskRecord, { accountId, personId }: Right, known: Known): boolean {
  const item = known.items.get(task.instanceId);
  if (task.module === null || item === undefined) return false;
  if (item.startedBy.accountId === accountId) return true;
  if (personId === null) return false;
  return partyIds(item).includes(personId) || known.takesPart(task, personId);
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
  const people = await PersonModel.find({ _id: { $in: unique(held("person")) } }, { status: 1 }).lean<
    Person[]
  >();
  const rights = await activeRights(organizations.map(({ _id }) => _id));
  const reviewers = [...rights.values()].flat().flatMap(({ personId }) => personId ?? []);
  return {
    items: new Map(items.map((item) => [item._id, item])),
    organizations: new Map(organizations.map((one) => [one._id, one])),
    people: new Map(people.map((person) => [person._id, person])),
    rights,
    takesPart: await participantsAmong(unique(reviewers), tasks),
  };
}

async function activeRights(organizationIds: readonly string[]): Promise<Map<string, Right[]>> {
  const rights = await MembershipModel.find({
    organizationId: { $in: [...organizationIds] },
    status: "active",
  }).lean<Membership[]>();
  const active = await AccountModel.find(
    { _id: { $in: unique(rights.map(({ accountId }) => accountId)) }, status: "active" },
    { _id: 1 },
  ).lean();
  const isActive = new Set(active.map(({ _id }) => _id));
  const persons = await PersonModel.find({ accountId: { $in: [...isActive] } }, { accountId: 1 }).lean();
  const personOf = new Map(persons.map(({ _id, accountId }) => [accountId, _id]));
  const byOrganization = new Map<string, Right[]>();
  for (const right of rights) {
    if (!isActive.has(right.accountId)) continue;
    const { organizationId, departmentIds = [] } = right;
    // One that is limited to departments that are gone reaches nobody.
    const below =
      departmentIds.length === 0
        ? []
        : ["none", ...(await withDepartmentsBelow(organizationId, departmentIds))];
    const personId = personOf.get(right.accountId) ?? null;
    const reaching = { ...right, departmentIds: below, personId };
    byOrganization.set(organizationId, [...(byOrganization.get(organizationId) ?? []), reaching]);
  }
  return byOrganization;
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}
