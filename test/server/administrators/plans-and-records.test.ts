import { beforeAll, describe, expect, it } from "vitest";
import { MembershipModel } from "../../../src/models/membership.ts";
import { keepPlansAndRecords } from "../../../src/models/migrations/20261124-7-keep-plans-and-records.ts";
import { RoleModel } from "../../../src/models/role.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import * as administrators from "../../../src/shared/contracts/administrators.ts";
import { withdrawApplication } from "../../../src/shared/contracts/applications.ts";
import {
  getDeclaration,
  listDeclarations,
  submitDeclarations,
} from "../../../src/shared/contracts/declarations.ts";
import { withdrawDeclaration } from "../../../src/shared/contracts/declaration-changes.ts";
import { submitPlanDeclaration } from "../../../src/shared/contracts/plan-declarations.ts";
import * as plans from "../../../src/shared/contracts/training-plans.ts";
import { decideTask, listTasks } from "../../../src/shared/contracts/workflow.ts";
import type { Module } from "../../../src/shared/modules.ts";
import { codeOf } from "../../support/answers.ts";
import { decide, openTask } from "../../support/applications.ts";
import { declarationRequest } from "../../support/declaring.ts";
import { useProvince } from "../../support/province.ts";
import { approvedPlanOf, planRequest, sessionRequest } from "../../support/training-plans.ts";
import { adminOf, newMember, newPerson } from "../../support/world.ts";

/** ROL-03: 申报, 培训计划 and 申报记录 are three modules; ROL-05: the server says so, whatever the menu shows. */

const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

const denied = [403, "permission.denied"];
let boss: ApiClient;
let planner: ApiClient;
let declarant: ApiClient;
let clerk: ApiClient;

const member = async (...modules: Module[]) =>
  (await newMember(server, world.hospital, { role: "employer", modules })).client;

beforeAll(async () => {
  boss = await adminOf(server.app, server.url, world.hospital);
  planner = await member("plans:manage");
  declarant = await member("declarations:submit");
  clerk = await member("declarations:records");
});

/** A declaration of the unit for one of its people, with evidence that the super-administrator uploaded. */
async function declare(): Promise<{ id: string; instanceId: string }> {
  const person = await newPerson(server.app, world.hospital);
  const people = [{ personId: person._id }];
  const request = await declarationRequest(server.app, world.hospital.adminAccountId, { people });
  const [made] = (await boss.ok(submitDeclarations, request)).declarations;
  if (made === undefined) throw new Error("nothing was declared");
  return made;
}

const todo = async (client: ApiClient) =>
  (await client.ok(listTasks, { pageSize: 100 })).rows.map(({ instanceId }) => instanceId);

describe("plans:manage", () => {
  it("submits, withdraws and declares plans; others may not", async () => {
    const plan = await planner.ok(plans.submitTrainingPlan, planRequest());
    expect(await planner.ok(plans.getTrainingPlan, { id: plan.id })).toMatchObject({ canWithdraw: true });
    for (const client of [declarant, clerk]) {
      expect(await codeOf(client.call(plans.submitTrainingPlan, planRequest()))).toEqual(denied);
      expect(await codeOf(client.call(withdrawApplication, { id: plan.id }))).toEqual(denied);
    }
    await planner.ok(withdrawApplication, { id: plan.id });

    const { id } = await approvedPlanOf(server, world);
    const person = await newPerson(server.app, world.hospital);
    const participants = [{ personId: person._id, hours: 8 }];
    const session = () => sessionRequest(server.app, world.hospital.adminAccountId, { participants });
    expect(await codeOf(declarant.call(submitPlanDeclaration, { id, ...(await session()) }))).toEqual(denied);
    expect(await declarant.ok(plans.getTrainingPlan, { id })).toMatchObject({ canDeclare: false });
    expect(await planner.ok(plans.getTrainingPlan, { id })).toMatchObject({ canDeclare: true });
    expect((await boss.call(submitPlanDeclaration, { id, ...(await session()) })).status).toBe(200);
  });

  it("is whose list a returned plan is in; a returned declaration is in that of whoever declares", async () => {
    const plan = await boss.ok(plans.submitTrainingPlan, planRequest());
    const declaration = await declare();
    for (const item of [plan, declaration])
      await decide(server, world.authority, { ...item, outcome: "reject" });
    expect([await todo(planner), await todo(declarant), await todo(clerk)]).toEqual([
      [plan.instanceId],
      [declaration.instanceId],
      [],
    ]);
    expect((await todo(boss)).toSorted()).toEqual([plan.instanceId, declaration.instanceId].toSorted());
    const giveUp = async (client: ApiClient, item: { instanceId: string }) =>
      client.call(decideTask, { id: (await openTask(item))._id, outcome: "cancel" });
    expect(await codeOf(giveUp(declarant, plan))).toEqual(denied);
    expect(await codeOf(giveUp(planner, declaration))).toEqual(denied);
    expect((await giveUp(planner, plan)).status).toBe(200);
    expect((await giveUp(declarant, declaration)).status).toBe(200);
  });
});

describe("declarations:records", () => {
  it("reads the unit's declarations and changes none; a planner reads none", async () => {
    const { id } = await declare();
    const { rows } = await clerk.ok(listDeclarations, {});
    expect(rows.map((row) => row.id)).toContain(id);
    expect(await clerk.ok(getDeclaration, { id })).toMatchObject({ canWithdraw: false, canResubmit: false });
    expect(await codeOf(clerk.call(withdrawDeclaration, { id }))).toEqual(denied);
    expect(await codeOf(planner.call(listDeclarations, {}))).toEqual(denied);
    expect((await planner.call(getDeclaration, { id })).status).toBe(404);
    expect((await declarant.ok(listDeclarations, {})).rows.length).toBeGreaterThan(0);
  });
});

describe("who declared before they were modules", () => {
  it("keeps plans and records, as often as the migration runs; a base gets no plans", async () => {
    const { accountId } = await newMember(server, world.company, {
      role: "employer",
      modules: ["declarations:submit"],
    });
    const other = await newMember(server, world.company, { role: "employer", modules: ["people:query"] });
    const asCompany = await adminOf(server.app, server.url, world.company);
    const asBase = await adminOf(server.app, server.url, world.base);
    const role = { name: "申报员", modules: ["declarations:submit" as const] };
    const ofCompany = await asCompany.ok(administrators.createRole, role);
    const ofBase = await asBase.ok(administrators.createRole, role);
    for (let time = 0; time < 2; time += 1) await keepPlansAndRecords();
    const all = ["declarations:submit", "plans:manage", "declarations:records"];
    expect((await MembershipModel.findOne({ accountId }).lean())?.modules).toEqual(all);
    expect((await MembershipModel.findById(other.roleKey).lean())?.modules).toEqual(["people:query"]);
    expect((await RoleModel.findById(ofCompany.id).lean())?.modules).toEqual(all);
    expect((await RoleModel.findById(ofBase.id).lean())?.modules).toEqual([
      "declarations:submit",
      "declarations:records",
    ]);
  });

  it("a base and a bureau have no plans to grant", async () => {
    for (const unit of [world.base, world.city]) {
      const client = await adminOf(server.app, server.url, unit);
      const role = { name: "计划员", modules: ["plans:manage" as const] };
      expect(await codeOf(client.call(administrators.createRole, role))).toEqual([
        400,
        "role.module_not_available",
      ]);
    }
  });
});
