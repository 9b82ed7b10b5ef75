import { beforeAll, describe, expect, it } from "vitest";
import type { Person } from "../../../src/models/person.ts";
import { WorkflowInstance } from "../../../src/models/workflow-instance.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import * as contracts from "../../../src/shared/contracts/instances.ts";
import { withdrawDeclaration } from "../../../src/shared/contracts/declaration-changes.ts";
import { decideTask, getInstance } from "../../../src/shared/contracts/workflow.ts";
import type { RequestOf } from "../../../src/shared/contracts/endpoint.ts";
import { auditTypes, messagesTo } from "../../support/applications.ts";
import { approveBy, declareOwn, taskOf } from "../../support/declaring.ts";
import { adminOf, newMember, newPerson, personClient, type Unit } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

let doctor: Person;
let worker: Person;
let asDoctor: ApiClient;
let asHospital: ApiClient;
let auditor: ApiClient;

const clock = fixedClock("2026-11-02T02:00:00Z");
const dayMs = 86_400_000;
type Search = RequestOf<typeof contracts.searchInstances>;

const { server, world } = useProvince({ clock });

beforeAll(async () => {
  doctor = await newPerson(server.app, world.hospital);
  worker = await newPerson(server.app, world.company);
  await forward(0);
});

/** Sets the clock forward; sessions of before are too old then. */
async function forward(ms: number): Promise<void> {
  clock.set(new Date(clock.now().getTime() + ms));
  asHospital = await adminOf(server.app, server.url, world.hospital);
  asDoctor = await personClient(server.app, server.url, doctor);
  auditor = await auditorOf(world.province);
}

async function auditorOf(organization: Unit): Promise<ApiClient> {
  const modules = ["workflow:inspect" as const, "audit:read" as const];
  return (await newMember(server, organization, { role: "auditor", modules })).client;
}

async function declare(person: Person) {
  const client = await personClient(server.app, server.url, person);
  return declareOwn({ app: server.app, client, person });
}

async function idsOf(client: ApiClient, search: Search): Promise<string[]> {
  const ids = [];
  let after: string | undefined;
  for (;;) {
    const page = await client.ok(contracts.searchInstances, {
      ...search,
      limit: 2,
      ...(after === undefined ? {} : { after }),
    });
    ids.push(...page.rows.map(({ id }) => id));
    if (page.next === null) return ids;
    after = page.next;
  }
}

describe("GET /instances", () => {
  let rejected: string;
  let withdrawn: string;
  let waiting: string[];
  let elsewhere: string;

  beforeAll(async () => {
    const first = await declare(doctor);
    rejected = first.instanceId;
    const task = await taskOf(asHospital, rejected);
    await asHospital.ok(decideTask, { id: task, outcome: "reject", comment: "材料不全" });
    await forward(dayMs);
    const second = await declare(doctor);
    withdrawn = second.instanceId;
    await asDoctor.ok(withdrawDeclaration, { id: second.id });
    // Three of one moment: a page ends in between.
    waiting = [];
    for (let count = 0; count < 3; count += 1) waiting.push((await declare(doctor)).instanceId);
    await forward(dayMs);
    elsewhere = (await declare(worker)).instanceId;
  });

  it("gives a provincial auditor everything, latest first, page by page without gaps or repetition", async () => {
    const ids = await idsOf(auditor, {});
    expect(ids).toHaveLength(6);
    expect(new Set(ids).size).toBe(6);
    expect([ids[0], ids.at(-1)]).toEqual([elsewhere, rejected]);
  });

  it("keeps an organization to itself and what is below it", async () => {
    const authority = await adminOf(server.app, server.url, world.authority);
    const company = await adminOf(server.app, server.url, world.company);
    expect(new Set(await idsOf(authority, {}))).toEqual(new Set([rejected, withdrawn, ...waiting]));
    expect(await idsOf(company, {})).toEqual([elsewhere]);
    expect(await idsOf(await auditorOf(world.elsewhere), {})).toEqual([]);
    const outside = await authority.call(contracts.searchInstances, { organizationId: world.company._id });
    expect([outside.status, outside.body.error?.code]).toEqual([404, "organization.not_found"]);
  });

  it.each<[string, () => Search, () => string[]]>([
    ["process", () => ({ processKey: "transfer" }), () => []],
    ["position", () => ({ processKey: "declaration", position: "resubmit" }), () => [rejected]],
    ["holder", () => ({ holderId: world.hospital._id }), () => waiting],
    ["holder, a person", () => ({ holderId: doctor._id }), () => [rejected]],
    ["organization below", () => ({ organizationId: world.county._id }), () => [elsewhere]],
    ["start", () => ({ startedFrom: "2026-11-04", startedTo: "2026-11-04" }), () => [elsewhere]],
    ["end", () => ({ endedFrom: "2026-11-03", endedTo: "2026-11-03" }), () => [withdrawn]],
    ["no end", () => ({ endedFrom: "2026-11-04" }), () => []],
    ["status", () => ({ status: "completed" }), () => [withdrawn]],
    ["status and holder", () => ({ status: "completed", holderId: world.hospital._id }), () => []],
  ])("finds by %s", async (_by, search, expected) => {
    expect(new Set(await idsOf(auditor, search()))).toEqual(new Set(expected()));
  });

  it("finds by outcome and by number, and shows where each stands", async () => {
    const { processes } = await auditor.ok(contracts.listInstanceOptions, {});
    const declaration = processes.find(({ key }) => key === "declaration");
    expect(declaration?.steps.map(({ id }) => id)).toEqual(["review", "resubmit"]);
    const ended = await WorkflowInstance.findById(withdrawn).lean();
    const outcome = ended?.endedAs ?? "";
    expect(declaration?.outcomes.map(({ id }) => id)).toContain(outcome);
    expect(await idsOf(auditor, { outcome })).toEqual([withdrawn]);
    const { rows } = await auditor.ok(contracts.searchInstances, { holderId: world.hospital._id });
    expect(rows[0]).toMatchObject({
      processName: "学时申报",
      applicantName: doctor.name,
      organizationName: world.hospital.name,
      status: "open",
      steps: [{ name: "逐级审核学时", holderName: world.hospital.name }],
      endedAt: null,
      endedAs: null,
    });
    const found = await auditor.ok(contracts.searchInstances, { outcome });
    expect(found.rows[0]).toMatchObject({ status: "completed", statusName: "已撤回", endedAs: outcome });
    const number = rows[0]?.number ?? "";
    expect(await idsOf(auditor, { number })).toEqual([rows[0]?.id]);
    const company = await adminOf(server.app, server.url, world.company);
    expect(await idsOf(company, { number })).toEqual([]);
    expect(await idsOf(auditor, { number: "SB20990101-000001" })).toEqual([]);
  });

  it("scoped searches look through their own instances only", async () => {
    const authority = await adminOf(server.app, server.url, world.authority);
    const search = { processKey: "declaration", position: "review" };
    expect(new Set(await idsOf(authority, search))).toEqual(new Set(waiting));
    expect(await idsOf(authority, { holderId: world.company._id })).toEqual([]);
  });

  it("400 on what no search is, 401 without a session, 403 without the module", async () => {
    const answers = [
      { after: "x" },
      { number: "1" },
      { startedFrom: "2026-02-30" },
      { limit: 1000 },
      { position: "a b" },
    ];
    for (const search of answers)
      expect((await auditor.call(contracts.searchInstances, search)).status).toBe(400);
    expect((await server.client().call(contracts.searchInstances, {})).status).toBe(401);
    expect((await asDoctor.call(contracts.searchInstances, {})).status).toBe(403);
    expect((await asDoctor.call(contracts.listInstanceOptions, {})).status).toBe(403);
  });

  it("an instance tells auditors its events, dwell times and the rule's trace", async () => {
    const detail = await auditor.ok(getInstance, { id: waiting[0] ?? "" });
    const ruled = detail.history.find(({ trace }) => trace !== null);
    expect(ruled?.trace?.pack).toContain("henan.routing");
    expect(ruled?.trace?.text.length).toBeGreaterThan(5);
    expect(detail.steps[0]?.dwellSeconds).toBe(dayMs / 1000);
    expect(detail.urging).toBeNull();
    const outside = await (await auditorOf(world.elsewhere)).call(getInstance, { id: waiting[0] ?? "" });
    expect(outside.status).toBe(404);
  });
});

describe("POST /instances/:id/urge", () => {
  it("tells the holder's administrators, once in 24 hours an instance, wherever it has gone", async () => {
    const { instanceId } = await declare(doctor);
    expect((await asDoctor.ok(getInstance, { id: instanceId })).urging).toEqual({ nextAt: null });
    const urged = await asDoctor.ok(contracts.urgeInstance, { id: instanceId });
    const nextAt = new Date(clock.now().getTime() + dayMs).toISOString();
    expect(urged).toEqual({ nextAt, holders: [world.hospital.name] });
    const messages = await messagesTo(world.hospital.adminAccountId, instanceId);
    expect(messages.map(({ kind }) => kind)).toEqual(["instance.urged"]);
    expect(await auditTypes(instanceId)).toContain("instance.urged");
    await approveBy([asHospital], instanceId);
    const again = await asDoctor.call(contracts.urgeInstance, { id: instanceId });
    expect([again.status, again.body.error?.code]).toEqual([429, "instance.urged_already"]);
    expect(again.body.error?.message).toMatch(
      /24小时内只能催办一次，\d{4}-\d{2}-\d{2} \d{2}:\d{2} 后可再次催办/,
    );
    expect((await asDoctor.ok(getInstance, { id: instanceId })).urging).toEqual({ nextAt });
    await forward(dayMs);
    expect((await asDoctor.ok(contracts.urgeInstance, { id: instanceId })).holders).toEqual([
      world.authority.name,
    ]);
  });

  it("of two at once one is told, and the other refused", async () => {
    const { instanceId } = await declare(doctor);
    const both = await Promise.all(
      [1, 2].map(() => asDoctor.call(contracts.urgeInstance, { id: instanceId })),
    );
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 429]));
    expect(await messagesTo(world.hospital.adminAccountId, instanceId)).toHaveLength(1);
  });

  it("403 for reviewers, 404 for strangers, 409 when nobody has to act", async () => {
    const { instanceId, id } = await declare(doctor);
    expect((await asHospital.call(contracts.urgeInstance, { id: instanceId })).status).toBe(403);
    const stranger = await personClient(server.app, server.url, worker);
    expect((await stranger.call(contracts.urgeInstance, { id: instanceId })).status).toBe(404);
    await asDoctor.ok(withdrawDeclaration, { id });
    const ended = await asDoctor.call(contracts.urgeInstance, { id: instanceId });
    expect([ended.status, ended.body.error?.code]).toEqual([409, "instance.nothing_to_urge"]);
  });
});
