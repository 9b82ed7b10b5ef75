import { ApplicationModel } from "../../../models/application.ts";
import { DeclarationModel } from "../../../models/declaration.ts";
import { OrganizationModel } from "../../../models/organization.ts";
import { PeopleImportModel } from "../../../models/people-import.ts";
import { PersonModel } from "../../../models/person.ts";
import { WorkflowInstance } from "../../../models/workflow-instance.ts";
import { WorkflowTask } from "../../../models/workflow-task.ts";
import { mergerRefusesPeople } from "../../../rules/merger-people.ts";
import { AppError } from "../../../shared/app-error.ts";
import { applicationKindNames, type BlockingItem } from "../../../shared/contracts/applications.ts";
import { processKeys, processNames } from "../../../shared/contracts/workflow.ts";
import { modulesOfRole } from "../../../shared/modules.ts";
import { yearOf } from "../../../shared/dates.ts";
import type { Actor, CommandContext } from "../../command-context.ts";
import { departmentBlocks } from "../departments/department-blocks.ts";

/** More of one kind than this is shown as "at least so many": nobody waits for a count (NFR-01). */
const countLimit = 1000;

/**
 * What an organization must have finished before it is closed or merged (DRG-02, DRG-05): all of `organizationBlocks`,
 * and applications that others are making towards it, whose later steps would find nobody (FLW-10); before a merger,
 * departments that would not fit into the target (`targetId`: once it is chosen), and its people where the policy wants
 * none (AMB-11).
 */
export async function closureBlocks(
  ctx: CommandContext,
  organizationId: string,
  {
    closureKind,
    targetId = null,
    except = null,
  }: { closureKind: "close" | "merge"; targetId?: string | null; except?: string | null },
): Promise<BlockingItem[]> {
  const items = await organizationBlocks(organizationId, { closing: closureKind === "close", except });
  // One that still waits (ORG-10) has no step that would miss it, and would keep the organization for ever.
  const towards = {
    counterpartId: organizationId,
    openKey: { $type: "string" as const },
    status: { $ne: "scheduled" as const },
  };
  const count = await ApplicationModel.countDocuments(towards).limit(countLimit + 1);
  const link = "/workspace/applications?box=incoming&status=pending";
  items.push(...item(count, { kind: "incoming", name: "其他单位或人员提出的涉及本单位的申请", link }));
  if (closureKind === "close") return items;
  items.push(...(await departmentBlocks(organizationId, targetId)));
  if (mergerRefusesPeople(ctx.app.packs, yearOf(ctx.clock.now())))
    items.push(...(await people(organizationId)));
  return items;
}

/**
 * What an organization must have finished before its data, superior or existence may change (ORG-03, DRG-02): its own
 * and its people's running items, and tasks that wait for it. `people` and `subordinates` count too when it is to be
 * closed for good (DRG-05). `except` is the instance that asks.
 */
export async function organizationBlocks(
  organizationId: string,
  { closing = false, except = null }: { closing?: boolean; except?: string | null } = {},
): Promise<BlockingItem[]> {
  const items: BlockingItem[] = [];
  const organization = await OrganizationModel.findById(organizationId, { kind: 1 }).lean();
  const inspects = organization !== null && modulesOfRole[organization.kind].includes("workflow:inspect");
  for (const processKey of processKeys) {
    items.push(...(await runningItems({ organizationId, inspects }, processKey, except)));
    items.push(...(await waitingItems(organizationId, processKey, except)));
  }
  items.push(...(await runningImport(organizationId)));
  if (closing) items.push(...(await people(organizationId)), ...(await subordinates(organizationId)));
  return items;
}

/** `inspects`: whether the organization has the list of instances; a base finds what it applied for among its applications. */
async function runningItems(
  { organizationId, inspects }: { organizationId: string; inspects: boolean },
  processKey: string,
  except: string | null,
) {
  const running = { organizationId, status: "running" as const, processKey };
  const filter = except === null ? running : { ...running, _id: { $ne: except } };
  const count = await WorkflowInstance.countDocuments(filter).limit(countLimit + 1);
  return item(count, {
    kind: `running:${processKey}`,
    name: `本单位及所属人员待审核的${processNames[processKey] ?? processKey}`,
    link: inspects
      ? `/workspace/instances?processKey=${processKey}&status=open`
      : `/workspace/applications?kind=${processKey}`,
  });
}

async function waitingItems(organizationId: string, processKey: string, except: string | null) {
  const open = { "candidate.id": organizationId, status: "open" as const, processKey };
  const filter = except === null ? open : { ...open, instanceId: { $ne: except } };
  const count = await WorkflowTask.countDocuments(filter).limit(countLimit + 1);
  return item(count, {
    kind: `task:${processKey}`,
    name: `待本单位办理的${processNames[processKey] ?? processKey}`,
    link: `/workspace/tasks?processKey=${processKey}`,
  });
}

async function runningImport(organizationId: string): Promise<BlockingItem[]> {
  const running = { organizationId, status: { $in: ["queued" as const, "running" as const] } };
  const count = await PeopleImportModel.countDocuments(running).limit(countLimit + 1);
  return item(count, { kind: "imports", name: "正在进行的批量导入", link: "/workspace/imports" });
}

async function people(organizationId: string): Promise<BlockingItem[]> {
  const count = await PersonModel.countDocuments({ organizationId, status: "active" }).limit(countLimit + 1);
  return item(count, { kind: "people", name: "仍在本单位的专技人员", link: "/workspace/people" });
}

async function subordinates(organizationId: string): Promise<BlockingItem[]> {
  const below = { superiorId: organizationId, status: "active" as const };
  const count = await OrganizationModel.countDocuments(below).limit(countLimit + 1);
  return item(count, { kind: "subordinates", name: "仍在使用的下级单位", link: "/workspace/subordinates" });
}

/** A person's unfinished declarations, whoever made them. */
const openDeclarations = (personId: string) => ({
  personId,
  status: { $in: ["pending" as const, "rejected" as const] },
});

/** A person's unfinished applications, whoever made them. */
const openApplications = (personId: string) => ({ personId, openKey: { $type: "string" as const } });

/** Those that he made himself: while they are returned nobody else can end them. */
export const ownDeclarations = (personId: string) => ({
  ...openDeclarations(personId),
  origin: "person" as const,
});
export const ownApplications = (personId: string) => ({
  ...openApplications(personId),
  appliedBy: "person" as const,
});

/** Whose lists a link leads to. */
export type Asker = "person" | "organization";

export function askerOf({ role }: Actor): Asker {
  return role === "professional" ? "person" : "organization";
}

/**
 * What a person must have finished before he moves or leaves (TRF-01, PER-13). Of a deceased, only what others have
 * under way for him: his own items end with his record. Links lead the person to his own lists, and the unit or bureau
 * that acts for him (`asker`) to what is his in theirs.
 */
export async function personBlocks(
  personId: string,
  { asker, deceased = false }: { asker: Asker; deceased?: boolean },
): Promise<BlockingItem[]> {
  const whose = asker === "person" ? {} : { personId };
  const items: BlockingItem[] = [];
  const others = deceased ? { origin: { $ne: "person" as const } } : {};
  const declared = { ...openDeclarations(personId), ...others };
  const declarations = await DeclarationModel.countDocuments(declared).limit(countLimit + 1);
  items.push(
    ...item(declarations, {
      kind: "declarations",
      name: "未办结的学时申报",
      link: await declarationsLink(declared, whose),
    }),
  );
  const applied = {
    ...openApplications(personId),
    ...(deceased ? { appliedBy: "organization" as const } : {}),
  };
  const open = await ApplicationModel.find(applied, { kind: 1 }).limit(countLimit).lean();
  for (const kind of new Set(open.map((application) => application.kind))) {
    const count = open.filter((application) => application.kind === kind).length;
    const name = `未办结的${applicationKindNames[kind]}`;
    items.push(...item(count, { kind, name, link: linkTo("/workspace/applications", { kind, ...whose }) }));
  }
  return items;
}

/** The list that shows all of them: of the one status that they have, or of every status. */
async function declarationsLink(
  declared: Record<string, unknown>,
  whose: { personId?: string },
): Promise<string> {
  const statuses = await DeclarationModel.distinct("status", declared);
  const [status] = statuses;
  const one = statuses.length === 1 && status !== undefined ? { status } : {};
  return linkTo("/workspace/declarations", { ...one, ...whose });
}

function linkTo(page: string, filter: Record<string, string>): string {
  const query = new URLSearchParams(filter).toString();
  return query === "" ? page : `${page}?${query}`;
}

function item(counted: number, { kind, name, link }: { kind: string; name: string; link: string }) {
  if (counted === 0) return [];
  const count = Math.min(counted, countLimit);
  return [{ kind, name, count, countIsExact: counted <= countLimit, link }];
}

/** Refuses with all that stands in the way: `application.blocked` (409), a problem for each item (ORG-10, DRG-02). */
export function requireNothingBlocks(items: readonly BlockingItem[]): void {
  if (items.length === 0) return;
  const text = ({ name, count, countIsExact }: BlockingItem) =>
    `${name}（${countIsExact ? "" : "至少"}${count}项）`;
  throw new AppError("application.blocked", {
    blocking: items.map(text).join("；"),
    problems: items.map((one) => ({ path: one.link, message: text(one) })),
  });
}
