import { AuditEventModel } from "../../src/models/audit-event.ts";
import { WorkflowInstance } from "../../src/models/workflow-instance.ts";
import { WorkflowTask } from "../../src/models/workflow-task.ts";
import { submitDeclarations } from "../../src/shared/contracts/declarations.ts";
import { newId } from "../../src/shared/ids.ts";
import { declarationRequest } from "../../test/support/declaring.ts";
import type { TestServer } from "../../test/support/server.ts";
import { adminOf, buildUnit, inTransaction, newPerson, type World } from "../../test/support/world.ts";

const units = 300;
const batch = 2_000;

interface Filling {
  count: number;
  /** how many of them wait for the world's authority */
  deciding: number;
}

/**
 * Writes so many open instances of the declaration process, each with its open task and its sealed audit event, as
 * the platform itself wrote one of them; returns the tasks that wait for the authority.
 */
export async function fillOpenInstances(
  { app, url }: TestServer,
  world: World,
  { count, deciding }: Filling,
): Promise<string[]> {
  const template = await declared({ app, url }, world);
  const others = await inTransaction(app, async (ctx) => {
    const built: string[] = [];
    for (let index = 0; index < units; index += 1) {
      const unit = await buildUnit(ctx, { kind: "authority", regionCode: "410100" }, world.city);
      built.push(unit._id);
    }
    return built;
  });
  const every = Math.max(1, Math.floor(count / deciding));
  const ids: string[] = [];
  for (let filled = 0; filled < count; ) {
    const rows = Array.from({ length: Math.min(batch, count - filled) }, () => {
      const number = filled++;
      const decides = number % every === 0;
      const holder = decides ? world.authority._id : (others[number % units] ?? "");
      const row = open(template, { number, holder });
      if (decides) ids.push(row.task._id);
      return row;
    });
    await WorkflowInstance.collection.insertMany(rows.map(({ instance }) => instance) as never[]);
    await WorkflowTask.collection.insertMany(rows.map(({ task }) => task) as never[]);
    await AuditEventModel.collection.insertMany(rows.map(({ event }) => event) as never[]);
    if (filled % 100_000 === 0) console.log(`  ${filled} open`);
  }
  return ids;
}

interface Template {
  instance: object;
  task: object & { candidate: object };
  event: object;
}

/** One declaration as the platform leaves it after its submission. */
async function declared({ app, url }: Pick<TestServer, "app" | "url">, world: World): Promise<Template> {
  const client = await adminOf(app, url, world.hospital);
  const { _id: personId } = await newPerson(app, world.hospital);
  const request = await declarationRequest(app, world.hospital.adminAccountId, { people: [{ personId }] });
  const { declarations } = await client.ok(submitDeclarations, request);
  const instanceId = declarations[0]?.instanceId;
  const [instance, task, event] = await Promise.all([
    WorkflowInstance.collection.findOne({ _id: instanceId as never }),
    WorkflowTask.collection.findOne({ instanceId }),
    AuditEventModel.collection.findOne({ type: "declaration.submitted" }),
  ]);
  if (instance === null || task === null || event === null) throw new Error("no template");
  return { instance, task: task as unknown as Template["task"], event };
}

function open({ instance, task, event }: Template, { number, holder }: { number: number; holder: string }) {
  const at = new Date(Date.UTC(2026, 0, 1) + number * 20_000);
  const id = newId(at);
  const businessKey = { kind: "declaration", id: newId(at) };
  const startedBy = { accountId: newId(at), name: `申请人${number % 997}` };
  const shown = { applicantName: startedBy.name, number: `SB2026${number}`, businessId: businessKey.id };
  const candidate = { ...task.candidate, id: holder };
  // Far beyond where the chain of this database is.
  const sealed = { sealed: true, sequence: 1_000_000_000 + number, hash: "0".repeat(64) };
  return {
    instance: { ...instance, _id: id, startedBy, startedAt: at, businessKey },
    task: { ...task, ...shown, _id: newId(at), instanceId: id, candidate, createdAt: at },
    event: { ...event, ...sealed, _id: newId(at), at, subjectId: businessKey.id },
  };
}
