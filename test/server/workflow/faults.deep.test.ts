import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import mongoose from "mongoose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEmbeddedDatabase } from "../../../src/embedded-db/start.ts";
import { AccountModel } from "../../../src/models/account.ts";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import { CreditEntryModel } from "../../../src/models/credit-entry.ts";
import { DeclarationModel } from "../../../src/models/declaration.ts";
import type { Person } from "../../../src/models/person.ts";
import { PersonYearModel } from "../../../src/models/person-year.ts";
import { WorkflowInstance } from "../../../src/models/workflow-instance.ts";
import { WorkflowTask } from "../../../src/models/workflow-task.ts";
import { submitDeclarations } from "../../../src/server/commands/declarations/submit-declarations.ts";
import { makeActor } from "../../../src/server/queries/accounts/load-actor.ts";
import { roleOfPerson } from "../../../src/server/queries/accounts/roles-of.ts";
import { runCommand, systemCaller } from "../../../src/server/run-command.ts";
import { declarationRequest } from "../../support/declaring.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { buildPerson, buildWorld, inTransaction } from "../../support/world.ts";

// Three approvals each: hospital, authority, city.
const declarations = 3_340;
const people = 200;
const killAfterMs = 14_000;
const node = ["--import", "tsx", "test/support/deciding-node.ts"];

let server: TestServer;
let dataDir: string;
/** A process of its own, so that nodes come and go around it. */
let database: Awaited<ReturnType<typeof startEmbeddedDatabase>> | null;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "xf-"));
  database = process.env["TEST_MONGODB_URI"] === undefined ? await startEmbeddedDatabase({ dataDir }) : null;
  server = await startTestServer(database === null ? {} : { env: { MONGODB_URI: database.uri } });
  const { app } = server;
  const world = await buildWorld(app);
  const persons: Person[] = [];
  while (persons.length < people)
    persons.push(...(await inTransaction(app, async (ctx) => [await buildPerson(ctx, world.hospital)])));
  let submitted = 0;
  const submitNext = async () => {
    while (submitted < declarations) {
      const person = persons[submitted++ % people];
      if (person !== undefined) await submitFor(person);
    }
  };
  await Promise.all(Array.from({ length: 16 }, submitNext));
});

afterAll(async () => {
  await server.close();
  await database?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function submitFor(person: Person): Promise<void> {
  const { app } = server;
  const account = await AccountModel.findById(person.accountId).lean();
  if (account === null) throw new Error("a person has an account");
  const actor = makeActor(account, { _id: "", personId: person._id }, roleOfPerson(person));
  const request = await declarationRequest(app, person.accountId);
  const input = { ...request, year: 2026, remark: "", people: [] };
  await runCommand(app, { ...systemCaller("faults"), actor }, (ctx) => submitDeclarations(ctx, input));
}

interface Report {
  failures: Record<string, number>;
  unexpected: string[];
  decided: number;
  refused: number;
}

/** Runs a node to its end: its report, or null when it was killed in the middle of its work. */
function runNode(): Promise<Report | null> {
  const { app } = server;
  const child = spawn(process.execPath, node, {
    env: {
      ...process.env,
      NODE_ENV: "test",
      MONGODB_URI: app.env.MONGODB_URI,
      MONGODB_DATABASE: app.env.MONGODB_DATABASE,
      DATA_DIR: app.env.DATA_DIR,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let problems = "";
  child.stderr.on("data", (chunk: Buffer) => {
    problems += chunk.toString();
  });
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stdout.once("data", () => void killLater(child));
  return new Promise((resolve, reject) => {
    child.once("exit", (code, signal) => {
      const line = output.trim().split("\n").at(-1) ?? "";
      if (signal === "SIGKILL") resolve(null);
      else if (code === 0 && line.startsWith("{")) resolve(JSON.parse(line) as Report);
      else reject(new Error(`a node ended with ${code}: ${problems}`));
    });
  });
}

/** Kills a working node after some seconds. Near the end nobody is killed, so that both live to report. */
async function killLater(child: ChildProcess): Promise<void> {
  await pause(killAfterMs * (0.5 + Math.random()));
  if ((await WorkflowTask.countDocuments({ status: "open" })) > 500) child.kill("SIGKILL");
}

/** Keeps two nodes running until both find nothing to decide. */
async function runNodes(): Promise<{ reports: Report[]; kills: number }> {
  let kills = 0;
  const slot = async (): Promise<Report> => {
    for (;;) {
      const report = await runNode();
      if (report !== null) return report;
      kills += 1;
      // What an operator does about a dead node's transactions; it ends those of the living one as well.
      await mongoose.connection.getClient().db("admin").command({ killAllSessions: [] });
    }
  };
  return { reports: await Promise.all([slot(), slot()]), kills };
}

describe("two nodes that decide the same tasks, are killed, and whose transactions fail at each point", () => {
  let reports: Report[];

  it("decide all of 10,000 tasks", async () => {
    const ran = await runNodes();
    reports = ran.reports;
    expect(reports.flatMap(({ unexpected }) => unexpected)).toEqual([]);
    expect(ran.kills).toBeGreaterThanOrEqual(2);
    expect(await WorkflowTask.countDocuments({ status: "open" })).toBe(0);
    expect(await WorkflowTask.countDocuments({ status: "decided" })).toBe(declarations * 3);
  });

  it("failed before and after each kind of write, and at the commit", () => {
    const points = new Set(reports.flatMap(({ failures }) => Object.keys(failures)));
    for (const point of ["insertMany", "updateOne", "findOneAndUpdate", "commitTransaction"])
      for (const when of ["before", "after"]) expect(points).toContain(`${when} ${point}`);
    // Both wanted the same tasks.
    expect(reports.reduce((sum, { refused }) => sum + refused, 0)).toBeGreaterThan(0);
  });

  it("each decision is applied once: histories without gaps, no task twice", async () => {
    const instances = await WorkflowInstance.find().lean();
    expect(instances).toHaveLength(declarations);
    const expected = ["started", "ruled", "decided", "decided", "decided"];
    for (const { events, version, status, endedAs } of instances) {
      expect(events.map(({ type }) => type)).toEqual(expected);
      expect(events.slice(2).map(({ key }) => key)).toEqual(["review:0", "review:1", "review:2"]);
      expect({ version, status, endedAs }).toEqual({ version: 4, status: "ended", endedAs: "credited" });
    }
    const twice = await WorkflowTask.aggregate([
      { $group: { _id: { instanceId: "$instanceId", key: "$key" }, rows: { $sum: 1 } } },
      { $match: { rows: { $gt: 1 } } },
    ]);
    expect(twice).toEqual([]);
  });

  it("hours are credited once, and years have their sum", async () => {
    const credited = await DeclarationModel.find({ status: "approved" }, { hours: 1, personId: 1 }).lean();
    expect(credited).toHaveLength(declarations);
    const entries = await CreditEntryModel.find({}, { declarationId: 1, hours: 1 }).lean();
    const perDeclaration = new Map<string, number>();
    for (const { declarationId, hours } of entries)
      perDeclaration.set(declarationId ?? "", (perDeclaration.get(declarationId ?? "") ?? 0) + hours);
    const perPerson = new Map<string, number>();
    for (const { _id, hours, personId } of credited) {
      expect(perDeclaration.get(_id)).toBe(hours.public + hours.professional);
      perPerson.set(personId, (perPerson.get(personId) ?? 0) + hours.public + hours.professional);
    }
    const years = await PersonYearModel.find(
      { year: 2026 },
      { personId: 1, public: 1, professional: 1 },
    ).lean();
    expect(new Map(years.map((one) => [one.personId, one.public + one.professional]))).toEqual(perPerson);
  });

  it("each decision has one audit event", async () => {
    const events = await AuditEventModel.find({ type: "task.decided" }, { data: 1 }).lean();
    expect(events).toHaveLength(declarations * 3);
    expect(new Set(events.map(({ data }) => data["taskId"])).size).toBe(declarations * 3);
  });
});
