import { type Application, ApplicationModel } from "../../src/models/application.ts";
import { AuditEventModel } from "../../src/models/audit-event.ts";
import { NotificationModel } from "../../src/models/notification.ts";
import { WorkflowInstance } from "../../src/models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../src/models/workflow-task.ts";
import type { App } from "../../src/server/command-context.ts";
import type { Answer } from "../../src/shared/api-client.ts";
import type { ResponseOf } from "../../src/shared/contracts/endpoint.ts";
import { decideTask } from "../../src/shared/contracts/workflow.ts";
import { adminOf, buildFile, type Unit, type World } from "./world.ts";

/** What tests of any kind of application need: deciding its tasks, and looking at all that it left. */

/** A server under test. */
export interface Server {
  app: App;
  url: string;
}

/** Clients of the administrators who decide what the hospital's and the company's people declare. */
export async function adminClients({ app, url }: Server, world: World) {
  return {
    asHospital: await adminOf(app, url, world.hospital),
    asCompany: await adminOf(app, url, world.company),
    asAuthority: await adminOf(app, url, world.authority),
    asCity: await adminOf(app, url, world.city),
  };
}

/** Fresh evidence uploaded by an account, one file for each kind of it. */
export async function attachmentsOf(
  app: App,
  accountId: string,
  keys: readonly string[],
): Promise<{ key: string; fileId: string; name: string }[]> {
  const attachments = [];
  for (const key of keys) attachments.push({ key, ...(await buildFile(app, accountId)) });
  return attachments;
}

/** The open task of an application's instance. */
export async function openTask(application: { instanceId: string }): Promise<WorkflowTaskRecord> {
  const open = { instanceId: application.instanceId, status: "open" as const };
  const task = await WorkflowTask.findOne(open).lean<WorkflowTaskRecord>();
  if (task === null) throw new Error("the instance has no open task");
  return task;
}

/** A unit's super-administrator decides the open task through the API; any status is an answer. */
export async function decide(
  { app, url }: Server,
  unit: Unit,
  decision: { instanceId: string; outcome?: string; comment?: string },
): Promise<Answer<ResponseOf<typeof decideTask>>> {
  const { _id: id } = await openTask(decision);
  const { outcome = "approve", comment = outcome === "approve" ? "" : "材料不全" } = decision;
  return await (await adminOf(app, url, unit)).call(decideTask, { id, outcome, comment });
}

/** The same, and insists on success: one unit after the other approves. */
export async function approveApplication(
  server: Server,
  units: readonly Unit[],
  { instanceId }: { instanceId: string },
): Promise<void> {
  for (const unit of units) {
    const { status, body } = await decide(server, unit, { instanceId });
    if (status !== 200) throw new Error(`${unit.name}: ${status} ${JSON.stringify(body.error)}`);
  }
}

/** An application as it is stored. */
export async function storedApplication(id: string): Promise<Application> {
  const application = await ApplicationModel.findById(id).lean<Application>();
  if (application === null) throw new Error("the application is not stored");
  return application;
}

/** How an application's instance ended: the end event's id, or null while it runs. */
export async function endOf({ instanceId }: { instanceId: string }): Promise<string | null> {
  const instance = await WorkflowInstance.findById(instanceId).lean();
  return instance?.endedAs ?? null;
}

/** Ids of the organizations that an application goes through, in order. */
export async function routeOf({ instanceId }: { instanceId: string }): Promise<string[] | undefined> {
  const instance = await WorkflowInstance.findById(instanceId).lean();
  return instance?.route.map(({ organizationId }) => organizationId);
}

/** Types of the audit events about a thing, by name: a test's clock stands still, so that nothing orders them in time. */
export async function auditTypes(subjectId: string): Promise<string[]> {
  const events = await AuditEventModel.find({ subjectId }, { type: 1 }).lean();
  return events.map(({ type }) => type).toSorted();
}

/** Messages that an account has about a thing, by kind. */
export async function messagesTo(
  accountId: string,
  subjectId: string,
): Promise<{ kind: string; title: string; text: string }[]> {
  return await NotificationModel.find({ accountId, subjectId }, { kind: 1, title: 1, text: 1 })
    .sort({ kind: 1 })
    .lean();
}
