/**
 * Lives of three approvals through the store on the embedded database, 32 in flight, every step one durable
 * transaction with its tasks and history. Baseline of the same run: bare transactions of two writes.
 * Also the size of an open instance. Run: npx tsx bench/workflow/steps.ts
 */
import { calculateObjectSize } from "bson";
import mongoose from "mongoose";
import { WorkflowInstance } from "../../src/models/workflow-instance.ts";
import { advance, startInstance } from "../../src/workflows/runtime/store.ts";
import {
  inTransaction,
  openWorkflowDatabase,
  reviewer,
  startInput,
  workflowContext,
} from "../../test/workflows/database.ts";

const inFlight = 32;
const seconds = Number(process.argv[2] ?? 10);

/** How often `work` completes in a second with 32 of it in flight. */
async function rate(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (performance.now() - began < seconds * 1000) {
        await work();
        done += 1;
      }
    }),
  );
  return done / ((performance.now() - began) / 1000);
}

const database = await openWorkflowDatabase();
const ctx = await workflowContext();

async function oneLife(): Promise<void> {
  const { instance } = await inTransaction(() => startInstance(ctx, startInput("declaration")));
  for (let index = 0; index < 3; index += 1) {
    const decision = {
      kind: "decide",
      taskKey: `review:${index}`,
      outcome: "approve",
      actor: reviewer,
    } as const;
    await inTransaction(() => advance(ctx, instance._id, decision));
  }
}

const bare = mongoose.connection.collection("bare");
let counter = 0;
async function bareTransaction(): Promise<void> {
  const id = `${++counter}`;
  const session = await mongoose.connection.startSession();
  try {
    await session.withTransaction(async () => {
      await bare.insertOne({ _id: id as never, n: 1 }, { session });
      await bare.updateOne({ _id: id as never }, { $set: { n: 2 } }, { session });
    });
  } finally {
    await session.endSession();
  }
}

await bareTransaction();
await oneLife();
const lives = await rate(oneLife);
const bareRate = await rate(bareTransaction);
const stepRate = lives * 4;
console.log(
  `lives of three approvals: ${lives.toFixed(1)} /s, ${stepRate.toFixed(0)} steps/s, ${inFlight} in flight`,
);
console.log(
  `bare two-write transactions: ${bareRate.toFixed(0)} /s; a step costs ${(bareRate / stepRate).toFixed(2)} of them`,
);
const parties = { applicant: { kind: "person", id: ctx.newId() } } as const;
const input = startInput("declaration", { parties, organizationId: ctx.newId() });
const { instance } = await inTransaction(() => startInstance(ctx, input));
const stored = await WorkflowInstance.collection.findOne({ _id: instance._id as never });
for (const [field, value] of Object.entries(stored ?? {})) {
  console.log(`    ${field}: ${calculateObjectSize({ [field]: value }) - 5} bytes`);
}
console.log(`an open instance: ${calculateObjectSize(stored ?? {})} bytes of BSON (target <= 1024)`);
await database.close();
