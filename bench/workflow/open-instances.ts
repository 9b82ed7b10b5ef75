/**
 * What a step costs while many instances are open: its time with 1,000,000 open beside its time with 10,000, on the
 * same embedded database. Each open instance is what the store itself writes for a declaration of three approvals at
 * its first step, with its open task. Run: npx tsx bench/workflow/open-instances.ts [instances]
 */
import { WorkflowInstance } from "../../src/models/workflow-instance.ts";
import { WorkflowTask } from "../../src/models/workflow-task.ts";
import { newId } from "../../src/shared/ids.ts";
import { advance, startInstance } from "../../src/workflows/runtime/store.ts";
import {
  inTransaction,
  openWorkflowDatabase,
  reviewer,
  startInput,
  workflowContext,
} from "../../test/workflows/database.ts";

const few = 10_000;
const many = Number(process.argv[2] ?? 1_000_000);
const batch = 2_000;
/** Of 20,000 units, as a province has; their tasks are spread over them. */
const units = 20_000;

const database = await openWorkflowDatabase();
const ctx = await workflowContext();
const { instance } = await inTransaction(() => startInstance(ctx, startInput("declaration")));
const template = await WorkflowInstance.collection.findOne({ _id: instance._id as never });
const task = await WorkflowTask.collection.findOne({ instanceId: instance._id });
if (template === null || task === null) throw new Error("no template");
const unitIds = Array.from({ length: units }, () => newId(new Date()));

function openInstance(number: number): { one: object; its: object; id: string } {
  const at = new Date(Date.UTC(2026, 0, 1) + number * 20_000);
  const id = newId(at);
  const unit = unitIds[number % units] ?? "";
  const startedBy = { accountId: newId(at), name: `申请人${number % 997}` };
  const businessKey = { kind: "declaration", id: newId(at) };
  const candidate = { kind: "organization", id: unit };
  const shown = { applicantName: startedBy.name, number: `SB2026${number}`, businessId: businessKey.id };
  return {
    id,
    one: { ...template, _id: id, organizationId: unit, startedBy, startedAt: at, businessKey },
    its: { ...task, ...shown, _id: newId(at), instanceId: id, candidate, createdAt: at },
  };
}

let filled = 0;
const ids: string[] = [];
async function fillTo(count: number): Promise<void> {
  while (filled < count) {
    const rows = Array.from({ length: Math.min(batch, count - filled) }, () => openInstance(filled++));
    await Promise.all([
      WorkflowInstance.collection.insertMany(rows.map(({ one }) => one) as never[], { ordered: false }),
      WorkflowTask.collection.insertMany(rows.map(({ its }) => its) as never[], { ordered: false }),
    ]);
    for (const { id } of rows) if (ids.length < 50_000 || Math.random() < 0.02) ids.push(id);
    if (filled % 100_000 === 0) console.log(`  ${filled} open`);
  }
}

/** Milliseconds of each of `count` first approvals of instances drawn from all that are open, one after the other. */
async function stepTimes(count: number): Promise<number[]> {
  const times: number[] = [];
  while (times.length < count) {
    const [id] = ids.splice(Math.floor(Math.random() * ids.length), 1);
    if (id === undefined) throw new Error("no instance left");
    const decision = { kind: "decide", taskKey: "review:0", outcome: "approve", actor: reviewer } as const;
    const began = performance.now();
    await inTransaction(() => advance(ctx, id, decision));
    times.push(performance.now() - began);
  }
  return times.toSorted((a, b) => a - b);
}

const at = (times: readonly number[], share: number) => times[Math.floor(times.length * share)] ?? Number.NaN;
const mean = (times: readonly number[]) => times.reduce((sum, ms) => sum + ms, 0) / times.length;

await fillTo(few);
await stepTimes(300);
const atFew = await stepTimes(1_500);
const began = performance.now();
await fillTo(many);
console.log(`filled in ${((performance.now() - began) / 1000).toFixed(0)} s`);
await stepTimes(300);
const atMany = await stepTimes(1_500);
const open = await WorkflowInstance.countDocuments({ status: "running" });
for (const [label, times] of [[`${few} open`, atFew] as const, [`${open} open`, atMany] as const])
  console.log(
    `${label}: median ${at(times, 0.5).toFixed(2)} ms, mean ${mean(times).toFixed(2)} ms, p95 ${at(times, 0.95).toFixed(2)} ms a step`,
  );
const ratio = at(atMany, 0.5) / at(atFew, 0.5);
console.log(
  `a step with ${open} open / with ${few}: median ${ratio.toFixed(2)}, mean ${(mean(atMany) / mean(atFew)).toFixed(2)} (wanted <= 1.3)`,
);
await database.close();
process.exit(ratio <= 1.3 ? 0 : 1);
