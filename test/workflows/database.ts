import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mongoose from "mongoose";
import { startEmbeddedDatabase } from "../../src/embedded-db/start.ts";
import { WorkflowDefinition } from "../../src/models/workflow-definition.ts";
import { WorkflowInstance } from "../../src/models/workflow-instance.ts";
import { WorkflowTask } from "../../src/models/workflow-task.ts";
import { WorkflowTimer } from "../../src/models/workflow-timer.ts";
import { defaultPacks } from "../../src/rules/load-packs.ts";
import { addWorkdays } from "../../src/rules/workdays.ts";
import { fixedClock } from "../../src/shared/clock.ts";
import { newId } from "../../src/shared/ids.ts";
import type { RuleAnswer, WorkflowContext } from "../../src/workflows/runtime/context.ts";
import { DefinitionRegistry, loadShippedDefinitions } from "../../src/workflows/runtime/definitions.ts";
import { PositionMemo } from "../../src/workflows/runtime/memo.ts";
import type { StartInput } from "../../src/workflows/runtime/store.ts";

mongoose.set("transactionAsyncLocalStorage", true);

export interface WorkflowDatabase {
  /** connects to it again, after another one was connected to */
  connect(): Promise<void>;
  close(): Promise<void>;
}

/** A throw-away database with the workflow collections: the embedded one, or one of `TEST_MONGODB_URI`. */
export async function openWorkflowDatabase(): Promise<WorkflowDatabase> {
  const external = process.env["TEST_MONGODB_URI"];
  const dataDir = await mkdtemp(join(tmpdir(), "xw-"));
  const embedded = external === undefined ? await startEmbeddedDatabase({ dataDir }) : null;
  const dbName = `workflow-${randomBytes(4).toString("hex")}`;
  const connect = async () => {
    await mongoose.connect(external ?? embedded?.uri ?? "", {
      dbName,
      autoIndex: false,
      autoCreate: false,
      maxPoolSize: 40,
      writeConcern: { w: "majority", journal: true },
    });
  };
  await connect();
  for (const model of [WorkflowDefinition, WorkflowInstance, WorkflowTask, WorkflowTimer]) {
    await model.createCollection();
    await model.createIndexes();
  }
  return {
    connect,
    async close() {
      if (external !== undefined) await mongoose.connection.dropDatabase();
      await mongoose.disconnect();
      await embedded?.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const answers: Record<string, string> = {
  declarationRoute: "full",
  closureKind: "merge",
  transferWay: "person",
};

/** A context over the shipped definitions, with a clock that stands still and rules that answer as told. */
export async function workflowContext(decideRule?: (rule: string) => RuleAnswer) {
  const clock = fixedClock("2026-03-02T01:00:00Z");
  const definitions = new DefinitionRegistry(await loadShippedDefinitions());
  const workflow = {
    definitions,
    memo: new PositionMemo(),
    decideRule: decideRule ?? ((rule: string) => ({ outcome: answers[rule] ?? "", pack: "test@1" })),
    addWorkdays: (from: string, count: number) => addWorkdays(defaultPacks(), from, count),
  };
  const context = { clock, newId: () => newId(clock.now()), workflow };
  return context satisfies WorkflowContext;
}

/** Runs a step as the server does: in a transaction that is repeated when another writer was faster. */
export async function inTransaction<Result>(step: () => Promise<Result>): Promise<Result> {
  return (await mongoose.connection.transaction(step)) as Result;
}

export const route = ["单位", "主管部门", "市人社"].map((organizationName, index) => ({
  organizationId: `organization-${index}`,
  organizationName,
  stepKind: (["employer", "authority", "bureau"] as const)[index] ?? ("bureau" as const),
}));

export const reviewer = { accountId: "account-1", name: "审核员", organizationName: "单位" };

/** Start input of a process, for a new business document each time. */
export function startInput(processKey: string, changes: Partial<StartInput> = {}): StartInput {
  const parties = [
    "superior",
    "employer",
    "originalEmployer",
    "originalEmployerSuperior",
    "newEmployer",
    "mergeTarget",
  ];
  return {
    processKey,
    businessKey: { kind: processKey, id: newId(new Date()) },
    organizationId: "organization-0",
    startedBy: { accountId: "applicant-1", name: "申请人" },
    route,
    parties: {
      applicant: { kind: "person", id: "person-1" },
      ...Object.fromEntries(
        parties.map((role) => [role, { kind: "organization" as const, id: `organization-${role}` }]),
      ),
    },
    subject: {
      number: null,
      origin: null,
      applicantName: "申请人",
      title: "学术会议",
      year: 2026,
      form: "04",
      hours: { public: 0, professional: 24 },
      organizationName: "单位",
      batchId: null,
    },
    ...changes,
  };
}
