import { describe, expect, it } from "vitest";
import { CreditEntryModel } from "../../../src/models/credit-entry.ts";
import { DeclarationModel } from "../../../src/models/declaration.ts";
import type { Person } from "../../../src/models/person.ts";
import { WorkflowInstance } from "../../../src/models/workflow-instance.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import {
  resubmitDeclaration,
  withdrawDeclaration,
} from "../../../src/shared/contracts/declaration-changes.ts";
import { getDeclaration, submitDeclarations } from "../../../src/shared/contracts/declarations.ts";
import { decideTask, decideTasks } from "../../../src/shared/contracts/workflow.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { auditTypes, decide, endOf, messagesTo, openTask } from "../../support/applications.ts";
import { type DeclarationRequest, declarationRequest } from "../../support/declaring.ts";
import { adminOf, newPerson, personClient, type Unit, type World } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

/** Every path of declaration.bpmn, played by everybody who may declare (FLW-01 – FLW-04); a base's follow from its class. */

const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

interface Started {
  id: string;
  instanceId: string;
  request: DeclarationRequest;
  declarant: ApiClient;
  person: Person;
}

interface Case {
  who: string;
  accountant: boolean;
  by: "person" | "employer";
  route: (world: World) => Unit[];
  hours: { public: number; professional: number };
}

const professional = { public: 0, professional: 24 };
const forAccountants = { public: 24, professional: 0 };

const cases: Case[] = [
  {
    who: "a person (FLW-01)",
    accountant: false,
    by: "person",
    route: ({ hospital, authority, city }) => [hospital, authority, city],
    hours: professional,
  },
  {
    who: "an accountant (FLW-04)",
    accountant: true,
    by: "person",
    route: ({ hospital, city }) => [hospital, city],
    hours: forAccountants,
  },
  {
    who: "an employer (FLW-02)",
    accountant: false,
    by: "employer",
    route: ({ authority, city }) => [authority, city],
    hours: professional,
  },
  {
    who: "an employer for accountants (FLW-03)",
    accountant: true,
    by: "employer",
    route: ({ city }) => [city],
    hours: forAccountants,
  },
];

async function start({ accountant, by }: Case): Promise<Started> {
  const { app, url } = server;
  const given = accountant ? { isAccountant: true, titleSeries: "17" } : {};
  const person = await newPerson(app, world.hospital, given);
  const unit = world.hospital;
  const declarant = by === "person" ? await personClient(app, url, person) : await adminOf(app, url, unit);
  const accountId = by === "person" ? person.accountId : unit.adminAccountId;
  const request = await declarationRequest(app, accountId, {
    form: "04",
    ...(by === "person" ? {} : { people: [{ personId: person._id }] }),
    ...(accountant ? { subject: "public" as const } : {}),
  });
  const answer = await declarant.ok(submitDeclarations, request);
  const [made] = answer.declarations;
  if (made === undefined) throw new Error("nothing was declared");
  return { id: made.id, instanceId: made.instanceId, request, declarant, person };
}

async function approveSteps(started: Started, units: readonly Unit[]): Promise<void> {
  for (const unit of units) {
    const { status, body } = await decide(server, unit, started);
    if (status !== 200) throw new Error(`${unit.name}: ${status} ${JSON.stringify(body.error)}`);
  }
}

const statusOf = async ({ id }: Started) => (await DeclarationModel.findById(id).lean())?.status;
const credits = ({ id }: Started) => CreditEntryModel.find({ declarationId: id }).lean();

/** The steps of a route that a table of cases can name before the world exists. */
const steps = cases.flatMap((one) =>
  Array.from(
    { length: one.accountant ? (one.by === "person" ? 2 : 1) : one.by === "employer" ? 2 : 3 },
    (_, step) => ({
      ...one,
      step,
    }),
  ),
);

describe.each(cases)("a declaration by $who", (one) => {
  it("is credited after everybody on its route has approved, and not before", async () => {
    const started = await start(one);
    const route = one.route(world);
    const instance = await WorkflowInstance.findById(started.instanceId).lean();
    expect(instance?.route.map(({ organizationId }) => organizationId)).toEqual(route.map(({ _id }) => _id));
    await approveSteps(started, route.slice(0, -1));
    expect([await statusOf(started), (await credits(started)).length]).toEqual(["pending", 0]);
    await approveSteps(started, route.slice(-1));
    expect([await statusOf(started), await endOf(started)]).toEqual(["approved", "credited"]);
    const entries = await credits(started);
    const subject = one.accountant ? "public" : "professional";
    expect(entries.map((entry) => [entry.subject, entry.hours])).toEqual([[subject, one.hours[subject]]]);
    const told = (await messagesTo(started.person.accountId, started.id)).map(({ kind }) => kind).toSorted();
    const first = { person: [], employer: ["declaration.declared"] }[one.by];
    expect(told).toEqual(["declaration.approved", ...first]);
  });

  it("is credited once when its steps are batch decisions", async () => {
    const started = await start(one);
    for (const unit of one.route(world)) {
      const client = await adminOf(server.app, server.url, unit);
      const taskIds = [(await openTask(started))._id];
      expect((await client.ok(decideTasks, { taskIds, outcome: "approve" })).succeeded).toBe(1);
    }
    expect([await statusOf(started), (await credits(started)).length]).toEqual(["approved", 1]);
  });
});

describe.each(steps)("a declaration by $who at step $step", (one) => {
  it("is rejected with a reason, corrected, and starts at the first step again (APR-11)", async () => {
    const started = await start(one);
    const route = one.route(world);
    await approveSteps(started, route.slice(0, one.step));
    const reviewer = route[one.step] ?? world.city;
    const silent = await decide(server, reviewer, { ...started, outcome: "reject", comment: "" });
    expect([silent.status, silent.body.error?.code]).toEqual([400, "task.comment_required"]);
    await decide(server, reviewer, { ...started, outcome: "reject", comment: "证明材料不清晰" });
    const returned = await started.declarant.ok(getDeclaration, { id: started.id });
    expect([returned.status, returned.reason, returned.canResubmit]).toEqual([
      "rejected",
      "证明材料不清晰",
      true,
    ]);
    const { title, startDate, endDate, subject, facts, evidence } = started.request;
    const correction = { title: `${title}（更正）`, startDate, endDate, facts, evidence };
    await started.declarant.ok(resubmitDeclaration, {
      id: started.id,
      ...correction,
      ...(subject === undefined ? {} : { subject }),
    });
    expect((await openTask(started)).candidate.id).toBe(route[0]?._id);
    await approveSteps(started, route);
    expect([await statusOf(started), (await credits(started)).length]).toEqual(["approved", 1]);
    expect(await auditTypes(started.id)).toEqual(
      expect.arrayContaining(["declaration.rejected", "declaration.resubmitted", "declaration.credited"]),
    );
  });

  it("is rejected and given up: nothing is credited, the activity is free again (DEC-13, DEC-14)", async () => {
    const started = await start(one);
    const route = one.route(world);
    await approveSteps(started, route.slice(0, one.step));
    await decide(server, route[one.step] ?? world.city, { ...started, outcome: "reject" });
    const { _id: id } = await openTask(started);
    await started.declarant.ok(decideTask, { id, outcome: "cancel" });
    expect([await statusOf(started), await endOf(started)]).toEqual(["cancelled", "ended"]);
    expect(await credits(started)).toEqual([]);
    const again = await started.declarant.ok(submitDeclarations, started.request);
    expect(again.declarations).toHaveLength(1);
  });

  it("is withdrawn: nothing is credited, no task is left (DEC-14)", async () => {
    const started = await start(one);
    await approveSteps(started, one.route(world).slice(0, one.step));
    await started.declarant.ok(withdrawDeclaration, { id: started.id });
    expect([await statusOf(started), await endOf(started)]).toEqual(["withdrawn", "ended"]);
    await expect(openTask(started)).rejects.toThrow("no open task");
    expect(await credits(started)).toEqual([]);
  });
});

describe("hours that the employer determines (APR-12)", () => {
  it("are changed at the employer's step only; later steps may confirm or reject", async () => {
    const person = await newPerson(server.app, world.hospital);
    const declarant = await personClient(server.app, server.url, person);
    const request = await declarationRequest(server.app, person.accountId, { form: "07" });
    const [made] = (await declarant.ok(submitDeclarations, request)).declarations;
    const started = { id: made?.id ?? "", instanceId: made?.instanceId ?? "", request, declarant, person };
    const computed = made?.hours ?? professional;
    const lower = { ...computed, professional: computed.professional - 1 };
    const change = async (unit: Unit) => {
      const { _id: id } = await openTask(started);
      const client = await adminOf(server.app, server.url, unit);
      const body = { id, outcome: "approve", comment: "按贡献核定", hours: lower };
      const answer = await client.call(decideTask, body);
      return [answer.status, answer.body.error?.code];
    };
    await approveSteps(started, [world.hospital]);
    for (const unit of [world.authority, world.city]) {
      expect(await change(unit)).toEqual([400, "task.hours_not_allowed"]);
      await approveSteps(started, [unit]);
    }
    expect((await credits(started)).map(({ hours }) => hours)).toEqual([computed.professional]);
  });
});
