import { describe, expect, it } from "vitest";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { WorkflowInstance } from "../../../src/models/workflow-instance.ts";
import { followMove } from "../../../src/server/commands/organization-changes/follow-move.ts";
import { getOrganization } from "../../../src/shared/contracts/organizations.ts";
import { searchInstances } from "../../../src/shared/contracts/instances.ts";
import * as contracts from "../../../src/shared/contracts/organization-changes.ts";
import { getInstance } from "../../../src/shared/contracts/workflow.ts";
import { approveApplication } from "../../support/applications.ts";
import { declareOwn } from "../../support/declaring.ts";
import {
  adminOf,
  buildPerson,
  buildUnit,
  inTransaction,
  personClient,
  type Unit,
} from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";
import { movesFollowed } from "../../support/jobs.ts";

const { server, world } = useProvince();

const admin = (unit: Unit) => adminOf(server.app, server.url, unit);

async function declaredIn(unit: Unit) {
  const { app, url } = server;
  const person = await inTransaction(app, (ctx) => buildPerson(ctx, unit));
  return await declareOwn({ app, client: await personClient(app, url, person), person });
}

/** The ids that an organization's inspectors find within a unit; null when they may not look there. */
async function found(inspectors: Unit, within: Unit): Promise<string[] | null> {
  const answer = await (await admin(inspectors)).call(searchInstances, { organizationId: within._id });
  return answer.status === 404 ? null : answer.body.rows.map(({ id }) => id).toSorted();
}

async function scopeOf(instanceId: string): Promise<string[]> {
  return [...((await WorkflowInstance.findById(instanceId).lean())?.scope ?? [])].toSorted();
}

describe("instances of an organization that gets another superior (ORG-12)", () => {
  it("are found by the new superior's inspectors and no longer by the old one's, those of the sub-tree too", async () => {
    const given = { kind: "employer" as const, regionCode: "410100" };
    const unit = await inTransaction(server.app, (ctx) => buildUnit(ctx, given, world.authority));
    const branch = await inTransaction(server.app, (ctx) => buildUnit(ctx, given, unit));
    const beside = await inTransaction(server.app, (ctx) => buildUnit(ctx, given, world.authority));
    const untouched = await declaredIn(beside);
    const declared = [await declaredIn(unit), await declaredIn(branch)];
    await OrganizationModel.updateOne(
      { _id: unit._id },
      { changeLeave: { kind: "superior-change", reason: "测试", givenAt: new Date() } },
    );
    expect(await found(world.authority, unit)).toHaveLength(2);
    expect(await found(world.county, unit)).toBeNull();

    const move = await (await admin(unit)).ok(contracts.submitSuperiorChange, {
      superiorType: "bureau",
      superiorId: world.county._id,
    });
    await approveApplication(server, [world.authority, world.county], move);
    await movesFollowed();

    const moved = [...declared.map(({ instanceId }) => instanceId), move.instanceId].toSorted();
    expect(await found(world.county, unit)).toEqual(moved);
    expect(await found(world.authority, unit)).toBeNull();
    const all = await (await admin(world.authority)).ok(searchInstances, {});
    expect(all.rows.map(({ id }) => id)).toEqual([untouched.instanceId]);
    // As in instances that start there: the root finds everything and is not named.
    const above = [world.county._id, world.city._id];
    expect(await scopeOf(declared[0]?.instanceId ?? "")).toEqual([unit._id, ...above].toSorted());
    expect(await scopeOf(declared[1]?.instanceId ?? "")).toEqual([branch._id, unit._id, ...above].toSorted());

    // What it reviews stays open to the old superior, which is on the route (FLW-09).
    const id = declared[0]?.instanceId ?? "";
    expect((await (await admin(world.authority)).call(getInstance, { id })).status).toBe(200);
    expect((await (await admin(world.authority)).call(getOrganization, { id: unit._id })).status).toBe(404);

    await followMove(server.app, { organizationId: unit._id, removed: [world.authority._id] });
    expect(await scopeOf(id)).toEqual([unit._id, ...above].toSorted());
  });
});
