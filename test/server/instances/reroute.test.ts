import { beforeAll, describe, expect, it } from "vitest";
import { MembershipModel } from "../../../src/models/membership.ts";
import { StoredFileModel } from "../../../src/models/stored-file.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { submitBaseClass } from "../../../src/shared/contracts/base-classes.ts";
import { getDeclaration } from "../../../src/shared/contracts/declarations.ts";
import * as contracts from "../../../src/shared/contracts/instances.ts";
import { decideTask, getInstance } from "../../../src/shared/contracts/workflow.ts";
import { auditTypes, decide, messagesTo, openTask } from "../../support/applications.ts";
import { classRequest, rosterRow } from "../../support/base-classes.ts";
import { declareOwn } from "../../support/declaring.ts";
import { newDepartment } from "../../support/departments.ts";
import { useProvince } from "../../support/province.ts";
import { adminOf, newMember, newPerson, newUnit, personClient, type Unit } from "../../support/world.ts";

/** A bureau gives tasks of what is below it to others (HRS-05), as operators do anywhere (operations.test.ts). */

const { server, world } = useProvince({ clock: fixedClock("2026-11-02T02:00:00Z") });
const reason = "该单位管理员长期外出";

let asCity: ApiClient;

beforeAll(async () => {
  asCity = await adminOf(server.app, server.url, world.city);
});

async function declare(unit: Unit = world.hospital) {
  const { app, url } = server;
  const person = await newPerson(app, unit);
  const made = await declareOwn({ app, client: await personClient(app, url, person), person });
  return { ...made, person };
}

const reroute = async (client: ApiClient, of: { instanceId: string }, to: { _id: string }) => {
  const { _id: id } = await openTask(of);
  const { status, body } = await client.call(contracts.reassignTask, { id, organizationId: to._id, reason });
  return [status, body.error?.code];
};

describe("POST /tasks/:id/reassignments by a bureau", () => {
  it("200: another organization below it decides; the notice names who did it, all concerned are told", async () => {
    const { instanceId, person } = await declare();
    const seen = await asCity.ok(contracts.getInstanceOperations, { id: instanceId });
    expect(seen).toMatchObject({
      tasks: [{ holderName: world.hospital.name, reassignable: true }],
      timers: [],
      cancellation: { possible: false },
      versions: [],
    });
    expect(await reroute(asCity, { instanceId }, world.authority)).toEqual([200, undefined]);
    const view = await asCity.ok(getInstance, { id: instanceId });
    expect(view.steps[0]).toMatchObject({
      organizationName: world.authority.name,
      notice: `由「${world.city.name}」改派至${world.authority.name}：${reason}`,
    });
    for (const account of [person.accountId, world.hospital.adminAccountId, world.authority.adminAccountId])
      expect((await messagesTo(account, instanceId)).map(({ kind }) => kind)).toContain("task.reassigned");
    expect(await auditTypes(instanceId)).toContain("task.reassigned");
    expect((await decide(server, world.authority, { instanceId })).status).toBe(200);
  });

  it("200: takes it over itself, and gives on what waits for itself", async () => {
    const { instanceId } = await declare();
    expect(await reroute(asCity, { instanceId }, world.city)).toEqual([200, undefined]);
    expect(await reroute(asCity, { instanceId }, world.county)).toEqual([200, undefined]);
    expect((await openTask({ instanceId })).candidate.id).toBe(world.county._id);
  });

  it("200: whoever gets it reads the declaration and its evidence, though the person is below nobody of his", async () => {
    const { id, instanceId } = await declare();
    const asCounty = await adminOf(server.app, server.url, world.county);
    expect((await asCounty.call(getDeclaration, { id })).status).toBe(404);
    expect(await reroute(asCity, { instanceId }, world.county)).toEqual([200, undefined]);
    const { evidence } = await asCounty.ok(getDeclaration, { id });
    expect(evidence.length).toBeGreaterThan(0);
    for (const { fileId } of evidence)
      expect((await StoredFileModel.findById(fileId).lean())?.scopeIds).toContain(world.county._id);
    expect((await asCounty.call(getInstance, { id: instanceId })).status).toBe(200);
    expect((await decide(server, world.county, { instanceId })).status).toBe(200);
  });

  it("403: units and authorities, a bureau's administrator without the module or limited to departments", async () => {
    const { instanceId } = await declare();
    const without = await newMember(server, world.city, { role: "bureau", modules: ["declarations:review"] });
    const limited = await newMember(server, world.city, { role: "bureau", modules: ["subordinates:manage"] });
    const department = await newDepartment(server.app, world.city, { name: "专技科" });
    await MembershipModel.updateOne({ _id: limited.roleKey }, { $set: { departmentIds: [department] } });
    const asAuthority = await adminOf(server.app, server.url, world.authority);
    for (const client of [without.client, limited.client, asAuthority]) {
      expect(await reroute(client, { instanceId }, world.city)).toEqual([403, "permission.denied"]);
      expect((await client.call(contracts.getInstanceOperations, { id: instanceId })).status).toBe(403);
    }
    // Only what operators may do besides.
    const ending = { id: instanceId, reason };
    expect((await asCity.call(contracts.cancelInstance, ending)).status).toBe(403);
  });

  it("404: tasks of organizations that are not below it", async () => {
    const { instanceId } = await declare();
    const elsewhere = await adminOf(server.app, server.url, world.elsewhere);
    const county = await adminOf(server.app, server.url, world.county);
    for (const client of [elsewhere, county]) {
      expect(await reroute(client, { instanceId }, world.county)).toEqual([404, "task.not_found"]);
      const preview = await client.call(contracts.getInstanceOperations, { id: instanceId });
      expect([preview.status, preview.body.error?.code]).toEqual([404, "instance.not_found"]);
    }
  });

  it("409: to whoever is not below it, applied, has it already, cannot act, or has only his own people for it", async () => {
    const { instanceId } = await declare();
    for (const unit of [world.elsewhere, world.province, world.hospital])
      expect(await reroute(asCity, { instanceId }, unit)).toEqual([409, "task.not_reassignable"]);
    const participant = await newPerson(server.app, world.hospital);
    const asBase = await adminOf(server.app, server.url, world.base);
    const reported = await asBase.ok(submitBaseClass, classRequest([rosterRow(participant)]));
    expect(await reroute(asCity, reported, world.base)).toEqual([409, "task.not_reassignable"]);
    // Its only administrator is in the class (AUD-10).
    const unit = await newUnit(server.app, world.city, { kind: "authority" });
    await MembershipModel.updateMany(
      { organizationId: unit._id },
      { $set: { accountId: participant.accountId } },
    );
    expect(await reroute(asCity, reported, unit)).toEqual([409, "task.not_reassignable"]);
    const { _id: id } = await openTask({ instanceId });
    await decide(server, world.hospital, { instanceId });
    const late = { id, organizationId: world.authority._id, reason };
    const gone = await asCity.call(contracts.reassignTask, late);
    expect([gone.status, gone.body.error?.code]).toEqual([409, "task.withdrawn"]);
    const asHospital = await adminOf(server.app, server.url, world.hospital);
    expect((await asHospital.call(decideTask, { id, outcome: "approve" })).status).toBe(409);
  });
});
