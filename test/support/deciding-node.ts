/**
 * One node of two that decide the same tasks at once: makes an App of its own on a database that another process
 * serves, and decides whatever is open until nothing is. Database calls fail at random, before they were sent or after
 * they took effect. Prints one JSON line at the end: how often each point failed, and errors that nobody may see.
 * Started by test/server/workflow/faults.deep.test.ts, which kills it in between.
 */
import mongoose from "mongoose";
import pino from "pino";
import { AccountModel } from "../../src/models/account.ts";
import { MembershipModel } from "../../src/models/membership.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../src/models/workflow-task.ts";
import type { Actor, App } from "../../src/server/command-context.ts";
import { decideTask } from "../../src/server/commands/workflow/decide-task.ts";
import { openDatabase } from "../../src/server/database.ts";
import { readEnv } from "../../src/server/env.ts";
import { makeApp } from "../../src/server/make-app.ts";
import { makeActor } from "../../src/server/queries/accounts/load-actor.ts";
import { roleOfMembership } from "../../src/server/queries/accounts/roles-of.ts";
import { runCommand, systemCaller } from "../../src/server/run-command.ts";
import { AppError } from "../../src/shared/app-error.ts";

const failureRate = 0.01;
const inFlight = 10;
const failures: Record<string, number> = {};
const unexpected: string[] = [];
let decided = 0;
let refused = 0;

class InjectedFailure extends mongoose.mongo.MongoError {}

/** Makes a method of the driver fail at random, half of the time after it has done its work. */
function failAtRandom(prototype: object, name: string): void {
  const original = Reflect.get(prototype, name) as (...args: unknown[]) => Promise<unknown>;
  Reflect.set(prototype, name, async function (this: unknown, ...args: unknown[]) {
    if (Math.random() >= failureRate) return await original.apply(this, args);
    const afterwards = Math.random() < 0.5;
    const point = `${afterwards ? "after" : "before"} ${name}`;
    failures[point] = (failures[point] ?? 0) + 1;
    if (afterwards) await original.apply(this, args);
    throw new InjectedFailure(point);
  });
}

/** Administrators by organization, each with the rights of his membership. */
async function loadActors(): Promise<Map<string, Actor>> {
  const actors = new Map<string, Actor>();
  for (const membership of await MembershipModel.find({ status: "active" }).lean()) {
    const account = await AccountModel.findById(membership.accountId).lean();
    if (account === null) continue;
    const session = { _id: "", personId: null };
    actors.set(membership.organizationId, makeActor(account, session, roleOfMembership(membership)));
  }
  return actors;
}

async function decideOne(
  app: App,
  actors: ReadonlyMap<string, Actor>,
  task: WorkflowTaskRecord,
): Promise<void> {
  const actor = actors.get(task.candidate.id);
  if (actor === undefined) throw new Error("a task without a holder");
  const input = { id: task._id, outcome: "approve", comment: "", attachments: [] };
  try {
    await runCommand(app, { ...systemCaller("faults"), actor }, (ctx) => decideTask(ctx, input));
    decided += 1;
  } catch (error) {
    if (error instanceof InjectedFailure) return;
    refused += 1;
    if (error instanceof AppError && error.status === 409) return;
    // What a driver says when the other node holds the document is for a caller to repeat.
    if (error instanceof mongoose.mongo.MongoError && error.hasErrorLabel("TransientTransactionError"))
      return;
    unexpected.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }
}

/** Some of the first open tasks, in an order of its own: both nodes want many of the same. */
async function nextTasks(): Promise<WorkflowTaskRecord[]> {
  const tasks = await WorkflowTask.find({ status: "open" }).limit(200).lean<WorkflowTaskRecord[]>();
  return tasks.toSorted(() => Math.random() - 0.5).slice(0, 100);
}

async function main(): Promise<void> {
  const env = readEnv();
  const database = await openDatabase(env);
  const app = await makeApp(env, { log: pino({ level: "silent" }) });
  const actors = await loadActors();
  const { Collection, ClientSession } = mongoose.mongo;
  for (const name of ["insertMany", "updateOne", "updateMany", "findOneAndUpdate", "bulkWrite"])
    failAtRandom(Collection.prototype, name);
  failAtRandom(ClientSession.prototype, "commitTransaction");
  process.stdout.write("ready\n");
  for (let tasks = await nextTasks(); tasks.length > 0; tasks = await nextTasks()) {
    const work = async () => {
      for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) await decideOne(app, actors, task);
    };
    await Promise.all(Array.from({ length: inFlight }, work));
  }
  process.stdout.write(`${JSON.stringify({ failures, unexpected, decided, refused })}\n`);
  await app.printer.close();
  await database.close();
  process.exit(0);
}

await main();
