/**
 * What a step costs while many instances are open: its time with 1,000,000 open beside its time with 10,000, on two
 * embedded databases in turns, so that a busy machine slows both alike. Each open instance is what the store itself
 * writes for a declaration of three approvals at its first step, with its open task, spread over 20,000 units.
 * Run: npx tsx bench/workflow/open-instances.ts [instances]
 */
import mongoose from "mongoose";
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
const rounds = 15;
const stepsARound = 100;

const ctx = await workflowContext();
const unitIds = Array.from({ length: 20_000 }, () => newId(new Date()));

interface Filled {
  database: Awaited<ReturnType<typeof openWorkflowDatabase>>;
  /** of some of the open instances, all over the time in which they were started */
  ids: string[];
  times: number[];
}

/** A database with so many open instances; its connection is left open. */
async function fill(count: number): Promise<Filled> {
  const database = await openWorkflowDatabase();
  const template = await startTemplate();
  const ids: string[] = [];
  for (let filled = 0; filled < count; ) {
    const rows = Array.from({ length: Math.min(batch, count - filled) }, () => open(template, filled++));
    await Promise.all([
      WorkflowInstance.collection.insertMany(rows.map(({ one }) => one) as never[], { ordered: false }),
      WorkflowTask.collection.insertMany(rows.map(({ its }) => its) as never[], { ordered: false }),
    ]);
    for (const { id } of rows) if (Math.random() < few / count) ids.push(id);
    if (filled % 100_000 === 0) console.log(`  ${filled} open`);
  }
  return { database, ids, times: [] };
}

async function startTemplate(): Promise<{ instance: object; task: object }> {
  const { instance } = await inTransaction(() => startInstance(ctx, startInput("declaration")));
  const stored = await WorkflowInstance.collection.findOne({ _id: instance._id as never });
  const task = await WorkflowTask.collection.findOne({ instanceId: instance._id });
  if (stored === null || task === null) throw new Error("no template");
  return { instance: stored, task };
}

function open({ instance, task }: { instance: object; task: object }, number: number) {
  const at = new Date(Date.UTC(2026, 0, 1) + number * 20_000);
  const id = newId(at);
  const unit = unitIds[number % unitIds.length] ?? "";
  const startedBy = { accountId: newId(at), name: `申请人${number % 997}` };
  const businessKey = { kind: "declaration", id: newId(at) };
  const candidate = { kind: "organization", id: unit };
  const shown = { applicantName: startedBy.name, number: `SB2026${number}`, businessId: businessKey.id };
  return {
    id,
    one: { ...instance, _id: id, organizationId: unit, startedBy, startedAt: at, businessKey },
    its: { ...task, ...shown, _id: newId(at), instanceId: id, candidate, createdAt: at },
  };
}

/** First approvals of instances drawn from all that are open, one after the other. */
async function steps({ ids, times }: Filled): Promise<void> {
  for (let count = 0; count < stepsARound; count += 1) {
    const [id] = ids.splice(Math.floor(Math.random() * ids.length), 1);
    if (id === undefined) throw new Error("no instance left");
    const decision = { kind: "decide", taskKey: "review:0", outcome: "approve", actor: reviewer } as const;
    const began = performance.now();
    await inTransaction(() => advance(ctx, id, decision));
    times.push(performance.now() - began);
  }
}

function report(label: string, { times }: Filled): number {
  const sorted = times.slice(stepsARound).toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  console.log(`${label} open: median ${at(0.5).toFixed(2)} ms, p95 ${at(0.95).toFixed(2)} ms a step`);
  return at(0.5);
}

const small = await fill(few);
await mongoose.disconnect();
const began = performance.now();
const large = await fill(many);
console.log(`filled in ${((performance.now() - began) / 1000).toFixed(0)} s`);
const counted = await WorkflowInstance.countDocuments({ status: "running" });
// The first round of each warms its connection and its caches.
for (let round = 0; round <= rounds; round += 1) {
  for (const filled of [small, large]) {
    await mongoose.disconnect();
    await filled.database.connect();
    await steps(filled);
  }
}
const ratio = report(String(counted), large) / report(String(few), small);
console.log(`a step with ${counted} open / with ${few}: ${ratio.toFixed(2)} (wanted <= 1.3)`);
await large.database.close();
await small.database.close();
process.exit(ratio <= 1.3 ? 0 : 1);
