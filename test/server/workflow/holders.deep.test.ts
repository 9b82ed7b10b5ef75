import { beforeAll, describe, expect, it } from "vitest";
import { AccountModel } from "../../../src/models/account.ts";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import { MembershipModel } from "../../../src/models/membership.ts";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { type Person, PersonModel } from "../../../src/models/person.ts";
import { SweepModel } from "../../../src/models/sweep.ts";
import { WorkflowInstance } from "../../../src/models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../src/models/workflow-task.ts";
import type { App } from "../../../src/server/command-context.ts";
import { checkHolders } from "../../../src/server/jobs/check-holders.ts";
import { runCommand, systemCaller } from "../../../src/server/run-command.ts";
import { workflowContext } from "../../../src/server/workflow-runtime.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { modulesOfRole } from "../../../src/shared/modules.ts";
import { type ExploredState, explorePositions } from "../../../src/workflows/check/explore.ts";
import type { WorkflowContext } from "../../../src/workflows/runtime/context.ts";
import { advance, type AdvanceInput, startInstance } from "../../../src/workflows/runtime/store.ts";
import { findOperator } from "../closures/support.ts";
import { shippedKeys } from "../../workflows/support.ts";
import { buildPerson, buildUnit, inTransaction, type Unit } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

const clock = fixedClock("2026-11-23T02:00:00Z");
const platform = { accountId: "test", name: "测试", organizationName: "测试" };

const { server, world } = useProvince({ clock });

/** Whole rounds until one finds nothing; how many items were repaired. */
async function check(app: App = server.app): Promise<number> {
  let repaired = 0;
  for (let last = -1; last !== 0; ) {
    await SweepModel.updateOne({ _id: "workflow-holders" }, { $set: { restUntil: null } });
    last = 0;
    for (let finished = false; !finished; ) {
      const turn = await checkHolders(app, { pages: 100 });
      expect(turn.rested).toBe(false);
      last += turn.repaired;
      finished = turn.finished;
    }
    repaired += last;
  }
  return repaired;
}

/** A unit below an authority below a bureau of the world, with one administrator each. */
interface Chain {
  unit: Unit;
  authority: Unit;
  person: Person;
}

function buildChain(): Promise<Chain> {
  return inTransaction(server.app, async (ctx) => {
    const authority = await buildUnit(ctx, { kind: "authority", regionCode: "410100" }, world.city);
    const unit = await buildUnit(ctx, { kind: "employer", regionCode: "410100" }, authority);
    return { authority, unit, person: await buildPerson(ctx, unit) };
  });
}

const roles = [
  "superior",
  "employer",
  "originalSuperior",
  "newSuperior",
  "originalEmployer",
  "originalEmployerSuperior",
  "newEmployer",
  "mergeTarget",
  "regionalBureau",
  "grantingBureau",
];

let operatorId = "";
beforeAll(async () => {
  operatorId = (await findOperator())._id;
});

/** Brings an instance to an explored position: every role of it but the operator is the chain's unit, its route goes up from there. */
async function bringTo(
  key: string,
  { path }: ExploredState,
  { unit, authority, person }: Chain,
): Promise<string> {
  const { app } = server;
  const rules = path.flatMap((event) => (event.type === "ruled" ? [event.outcome] : []));
  const inStep = <Result>(work: (ctx: WorkflowContext) => Promise<Result>) =>
    runCommand(app, systemCaller("test"), (ctx) => {
      const answers = [...rules];
      const workflow = { ...app.workflow, decideRule: () => ({ outcome: answers.shift() ?? "" }) };
      return work({ ...workflowContext(ctx), workflow });
    });
  const places = [unit, authority, world.city].map(({ _id, name }, index) => ({
    organizationId: _id,
    organizationName: name,
    stepKind: (["employer", "authority", "bureau"] as const)[index] ?? ("bureau" as const),
  }));
  const [first] = path;
  const started = await inStep((ctx) =>
    startInstance(ctx, {
      processKey: key,
      businessKey: { kind: "test", id: ctx.newId() },
      organizationId: unit._id,
      startedBy: { accountId: person.accountId, name: person.name },
      route: first?.type === "started" ? places.slice(0, first.routeLength) : [],
      parties: {
        applicant: { kind: "person", id: person._id },
        ...Object.fromEntries(roles.map((role) => [role, { kind: "organization" as const, id: unit._id }])),
        operator: { kind: "organization", id: operatorId },
      },
      subject: {
        applicantName: person.name,
        title: "事项",
        year: 2026,
        form: null,
        hours: null,
        organizationName: unit.name,
        number: null,
        origin: null,
        batchId: null,
      },
    }),
  );
  for (const event of path) {
    const input = inputOf(event, started.position.dueTimers);
    if (input !== null) await inStep((ctx) => advance(ctx, started.instance._id, input));
  }
  return started.instance._id;
}

function inputOf(
  event: ExploredState["path"][number],
  timers: readonly { key: string; round: number }[],
): AdvanceInput | null {
  switch (event.type) {
    case "decided":
      return { kind: "decide", taskKey: event.key, outcome: event.outcome, actor: platform };
    case "message":
      return { kind: "message", name: event.name, actor: platform };
    case "timer":
      return {
        kind: "timer",
        key: event.key,
        round: timers.find(({ key }) => key === event.key)?.round ?? 1,
      };
    case "started":
    case "ruled":
      return null;
  }
}

async function loseAdministrators(organizationId: string): Promise<void> {
  await MembershipModel.deleteMany({ organizationId });
  await OrganizationModel.updateOne({ _id: organizationId }, { $set: { hasAdministrator: false } });
}

/** What can happen to the organization that holds a task. */
const breaks: Record<string, (holder: string, chain: Chain) => Promise<void>> = {
  "its administrator is deleted": (holder) => loseAdministrators(holder),
  "its administrator's account is disabled": async (organizationId) => {
    const accounts = await MembershipModel.distinct("accountId", { organizationId });
    await AccountModel.updateMany({ _id: { $in: accounts } }, { $set: { status: "disabled" } });
  },
  "it is closed": async (_id) => {
    await OrganizationModel.updateOne({ _id }, { $set: { status: "closed", closedAt: clock.now() } });
  },
  "its right to review is closed": async (_id) => {
    await OrganizationModel.updateOne({ _id }, { $set: { reviewClosed: true } });
  },
  "its superior is changed, and it loses its administrator": async (_id) => {
    const { province } = world;
    const above = { superiorId: province._id, ancestorIds: [province._id] };
    await OrganizationModel.updateOne({ _id }, { $set: above });
    await loseAdministrators(_id);
  },
  "it vanishes": async (_id) => {
    await OrganizationModel.deleteOne({ _id });
  },
};

/** Whether an organization can do a task, worked out on its own here: not by what the job asks. */
async function ableTo(task: WorkflowTaskRecord): Promise<boolean> {
  if (task.candidate.kind === "person") {
    return (await PersonModel.exists({ _id: task.candidate.id, status: "active" })) !== null;
  }
  const holder = await OrganizationModel.findById(task.candidate.id).lean();
  if (holder?.status !== "active") return false;
  if (holder.reviewClosed && task.module === "declarations:review") return false;
  const rights = await MembershipModel.find({ organizationId: holder._id, status: "active" }).lean();
  for (const { accountId, isSuperAdministrator, role } of rights) {
    const account = await AccountModel.findById(accountId).lean();
    // A super-administrator may do what his kind of organization can, and no more (ROL-04).
    const may = modulesOfRole[role].some((module) => task.module === null || module === task.module);
    if (isSuperAdministrator && may && account?.status === "active") return true;
  }
  return false;
}

async function everyOpenInstanceIsHeld(): Promise<string[]> {
  const problems: string[] = [];
  for (const { _id, processKey } of await WorkflowInstance.find({ status: "running" }).lean()) {
    const open = await WorkflowTask.find({ instanceId: _id, status: "open" }).lean<WorkflowTaskRecord[]>();
    if (open.length === 0) problems.push(`${processKey} ${_id} has no open task`);
    for (const task of open)
      if (!(await ableTo(task))) problems.push(`${processKey} ${task.key}: ${task.notice}`);
  }
  return problems;
}

describe.each(Object.keys(breaks))("in every position of every process, when %s", (name) => {
  it("every open instance has an open task whose holder can act", async () => {
    const { app } = server;
    await WorkflowInstance.deleteMany({});
    await WorkflowTask.deleteMany({});
    await AuditEventModel.deleteMany({ type: "task.reassigned" });
    const broken: string[] = [];
    for (const key of shippedKeys()) {
      const { states } = explorePositions(await app.workflow.definitions.current(key));
      for (const state of states.filter(({ position }) => position.openTasks.length > 0)) {
        const chain = await buildChain();
        const instanceId = await bringTo(key, state, chain);
        const [task] = await WorkflowTask.find({ instanceId, status: "open" }).lean();
        if (task?.candidate.kind !== "organization" || task.candidate.id === world.city._id) continue;
        // What is the operator's nobody else may do.
        if (task.candidate.id === operatorId) continue;
        await breaks[name]?.(task.candidate.id, chain);
        broken.push(task._id);
      }
    }
    expect(broken.length).toBeGreaterThan(30);
    const before = await everyOpenInstanceIsHeld();
    expect(before.length).toBeGreaterThan(name === "its right to review is closed" ? 5 : 30);
    const repaired = await check();
    expect(repaired).toBeGreaterThanOrEqual(before.length);
    expect(await everyOpenInstanceIsHeld()).toEqual([]);
    const moved = await AuditEventModel.find({ type: "task.reassigned" }).lean();
    expect(moved.length).toBeGreaterThanOrEqual(before.length);
    expect(moved.every(({ actorId }) => actorId === null)).toBe(true);
    const notices = await WorkflowTask.find({ _id: { $in: broken } }, { notice: 1, candidate: 1 }).lean();
    const shown = notices.filter(({ notice }) => notice?.includes("代审") === true);
    expect(shown.length).toBeGreaterThanOrEqual(before.length);
    expect(await check()).toBe(0);
  });
});
