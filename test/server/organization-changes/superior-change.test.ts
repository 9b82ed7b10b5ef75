import { describe, expect, it } from "vitest";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { PersonYearModel } from "../../../src/models/person-year.ts";
import { DeclarationModel } from "../../../src/models/declaration.ts";
import { getApplication, withdrawApplication } from "../../../src/shared/contracts/applications.ts";
import { getDeclaration } from "../../../src/shared/contracts/declarations.ts";
import type { RequestOf } from "../../../src/shared/contracts/endpoint.ts";
import * as contracts from "../../../src/shared/contracts/organization-changes.ts";
import { getOrganization } from "../../../src/shared/contracts/organizations.ts";
import { getPerson } from "../../../src/shared/contracts/people.ts";
import { decideTask } from "../../../src/shared/contracts/workflow.ts";
import { moveSubtree } from "../../../src/server/commands/organization-changes/move-subtree.ts";
import {
  auditTypes,
  decide,
  endOf,
  messagesTo,
  openTask,
  storedApplication,
} from "../../support/applications.ts";
import { approveBy, declareOwn } from "../../support/declaring.ts";
import {
  adminOf,
  buildPerson,
  inTransaction,
  newPerson,
  newUnit,
  personClient,
  type Unit,
} from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";
import { movesFollowed } from "../../support/jobs.ts";

const { server, world } = useProvince();

const admin = (unit: Unit) => adminOf(server.app, server.url, unit);

function freshUnit(superior: Unit, kind: "employer" | "authority" = "employer"): Promise<Unit> {
  return newUnit(server.app, superior, { kind });
}

type Request = RequestOf<typeof contracts.submitSuperiorChange>;

async function apply(unit: Unit, request: Request) {
  return (await admin(unit)).call(contracts.submitSuperiorChange, request);
}

function toCounty(): Request {
  return { superiorType: "bureau", superiorId: world.county._id };
}

async function place(unit: Unit) {
  const { superiorId, bureauId, ancestorIds } = (await OrganizationModel.findById(unit._id).lean()) ?? {};
  return { superiorId, bureauId, ancestorIds };
}

describe("POST /superior-changes", () => {
  describe("200", () => {
    it("needs the original superior first, then the new one; then the whole sub-tree and its people follow", async () => {
      const unit = await freshUnit(world.authority);
      const branch = await freshUnit(unit);
      const person = await newPerson(server.app, branch);
      const { status, body } = await apply(unit, toCounty());
      expect([status, body.holderName]).toEqual([200, world.authority.name]);
      // The new one cannot be first.
      const { _id: id } = await openTask(body);
      expect((await (await admin(world.county)).call(decideTask, { id, outcome: "approve" })).status).toBe(
        404,
      );

      await decide(server, world.authority, body);
      expect((await place(unit)).superiorId).toBe(world.authority._id);
      expect((await (await admin(world.authority)).call(getPerson, { id: person._id })).status).toBe(200);
      await decide(server, world.county, body);

      const above = [world.county._id, world.city._id, world.province._id];
      const county = world.county._id;
      expect(await place(unit)).toEqual({ superiorId: county, bureauId: county, ancestorIds: above });
      expect(await place(branch)).toEqual({
        superiorId: unit._id,
        bureauId: county,
        ancestorIds: [unit._id, ...above],
      });
      const old = await admin(world.authority);
      expect((await old.call(getOrganization, { id: branch._id })).status).toBe(404);
      expect((await old.call(getPerson, { id: person._id })).status).toBe(404);
      expect((await (await admin(world.county)).call(getPerson, { id: person._id })).status).toBe(200);
      expect(await endOf(body)).toBe("applied");
      expect(await storedApplication(body.id)).toMatchObject({ status: "approved", openKey: null });
      const record = await (await admin(unit)).ok(getApplication, { id: body.id });
      expect(record.reviews.map(({ organizationName }) => organizationName)).toEqual([
        world.authority.name,
        world.county.name,
      ]);
      expect(await auditTypes(unit._id)).toContain("organization.superior_changed");
      expect(await messagesTo(unit.adminAccountId, body.id)).toMatchObject([
        { kind: "application.advanced", title: "更换上级部门进入下一步" },
        { kind: "application.approved" },
      ]);
      // The new superior learns that it is its turn (NOT-01).
      expect(await messagesTo(world.county.adminAccountId, body.id)).toMatchObject([
        { kind: "application.advanced" },
      ]);
    });

    it("what was credited stays credited; years follow, decided declarations stay visible to their reviewers", async () => {
      const unit = await freshUnit(world.authority);
      const person = await newPerson(server.app, unit);
      const client = await personClient(server.app, server.url, person);
      const { id, instanceId } = await declareOwn({ app: server.app, client, person });
      await approveBy([await admin(unit), await admin(world.authority), await admin(world.city)], instanceId);
      const before = await PersonYearModel.findOne({ personId: person._id }).lean();
      const { body } = await apply(unit, toCounty());
      await decide(server, world.authority, body);
      await decide(server, world.county, body);
      await movesFollowed();
      const after = await PersonYearModel.findOne({ personId: person._id }).lean();
      expect(after).toMatchObject({ public: before?.public, professional: before?.professional });
      expect(after?.professional).toBeGreaterThan(0);
      expect(new Set(after?.scopeIds)).toEqual(
        new Set([unit._id, world.county._id, world.city._id, world.province._id]),
      );
      const declaration = await DeclarationModel.findById(id).lean();
      expect(declaration?.scopeIds).toEqual(expect.arrayContaining([world.authority._id, world.county._id]));
      expect((await (await admin(world.authority)).call(getDeclaration, { id })).status).toBe(200);
      expect((await (await admin(world.county)).call(getDeclaration, { id })).status).toBe(200);
    });

    it("rejected by the original superior, or by the new one, nothing changes", async () => {
      const unit = await freshUnit(world.authority);
      const before = await place(unit);
      const first = await apply(unit, toCounty());
      await decide(server, world.authority, { ...first.body, outcome: "reject" });
      const second = await apply(unit, toCounty());
      await decide(server, world.authority, second.body);
      await decide(server, world.county, { ...second.body, outcome: "reject", comment: "不属本县" });
      expect(await place(unit)).toEqual(before);
      for (const { body } of [first, second]) expect(await endOf(body)).toBe("rejected");
      expect(await storedApplication(second.body.id)).toMatchObject({
        status: "rejected",
        reason: "不属本县",
      });
    });

    it("is withdrawn at either step", async () => {
      const unit = await freshUnit(world.authority);
      const before = await place(unit);
      const client = await admin(unit);
      const first = await apply(unit, toCounty());
      await client.ok(withdrawApplication, { id: first.body.id });
      const second = await apply(unit, toCounty());
      await decide(server, world.authority, second.body);
      await client.ok(withdrawApplication, { id: second.body.id });
      expect(await place(unit)).toEqual(before);
      for (const { body } of [first, second]) {
        expect(await endOf(body)).toBe("ended");
        expect(await storedApplication(body.id)).toMatchObject({ status: "withdrawn", openKey: null });
      }
    });

    it("keeps another 同级人社 that a unit below chose for itself", async () => {
      const unit = await freshUnit(world.authority);
      const branch = await freshUnit(unit);
      await OrganizationModel.updateOne({ _id: branch._id }, { bureauId: world.elsewhere._id });
      const { body } = await apply(unit, toCounty());
      await decide(server, world.authority, body);
      await decide(server, world.county, body);
      expect((await place(unit)).bureauId).toBe(world.county._id);
      expect((await place(branch)).bureauId).toBe(world.elsewhere._id);
    });
  });

  describe("400 organization.superior_invalid", () => {
    it("itself, one below it, the same again, another type than stated, a type that cannot be above", async () => {
      const unit = await freshUnit(world.authority);
      const branch = await freshUnit(unit);
      const requests: Request[] = [
        { superiorType: "employer", superiorId: unit._id },
        { superiorType: "employer", superiorId: branch._id },
        { superiorType: "authority", superiorId: world.authority._id },
        { superiorType: "employer", superiorId: world.county._id },
        { superiorType: "employer", superiorId: world.base._id },
        { superiorType: "bureau", superiorId: world.county._id, bureauId: world.city._id },
        { superiorType: "employer", superiorId: world.hospital._id, bureauId: world.hospital._id },
      ];
      for (const request of requests) {
        const { status, body } = await apply(unit, request);
        expect([status, body.error?.code]).toEqual([400, "organization.superior_invalid"]);
      }
      const authority = await freshUnit(world.city, "authority");
      const below = await apply(authority, { superiorType: "employer", superiorId: world.hospital._id });
      expect(below.status).toBe(400);
    });

    it("a new superior that has come below it meanwhile: no cycle, also when both are approved at once", async () => {
      const one = await freshUnit(world.authority);
      const two = await freshUnit(world.authority);
      const first = await apply(one, { superiorType: "employer", superiorId: two._id });
      // Each blocks the other's application as an item towards it only when it is to be closed, not here.
      await OrganizationModel.updateOne(
        { _id: two._id },
        { changeLeave: { kind: "superior-change", reason: "测试", givenAt: new Date() } },
      );
      const second = await apply(two, { superiorType: "employer", superiorId: one._id });
      expect([first.status, second.status]).toEqual([200, 200]);
      await decide(server, world.authority, first.body);
      await decide(server, world.authority, second.body);
      const [a, b] = await Promise.all([decide(server, two, first.body), decide(server, one, second.body)]);
      expect([a.status, b.status].toSorted((x, y) => x - y)).toEqual([200, 400]);
      const [placeOne, placeTwo] = [await place(one), await place(two)];
      expect(
        placeOne.ancestorIds?.includes(two._id) === true && placeTwo.ancestorIds?.includes(one._id),
      ).toBe(false);
    });
  });

  it("403 for a bureau, which stands where it was created", async () => {
    const { status } = await apply(world.county, { superiorType: "bureau", superiorId: world.elsewhere._id });
    expect(status).toBe(403);
  });

  it("404 for one that is closed or unknown", async () => {
    const unit = await freshUnit(world.authority);
    const closed = await freshUnit(world.authority);
    await OrganizationModel.updateOne({ _id: closed._id }, { status: "closed" });
    for (const superiorId of [closed._id, "0".repeat(24)]) {
      const { status } = await apply(unit, { superiorType: "employer", superiorId });
      expect(status).toBe(404);
    }
  });

  describe("409", () => {
    it("one that is being closed", async () => {
      const unit = await freshUnit(world.authority);
      const closing = await freshUnit(world.authority);
      await OrganizationModel.updateOne({ _id: closing._id }, { closureId: "f".repeat(24) });
      const { body } = await apply(unit, { superiorType: "employer", superiorId: closing._id });
      expect(body.error?.code).toBe("organization.closing");
    });

    it("a change of its data is under way", async () => {
      const unit = await freshUnit(world.authority);
      await apply(unit, toCounty());
      const { body } = await apply(unit, toCounty());
      expect(body.error?.message).toBe("已有更换上级部门在审核流程中");
    });
  });
});

describe("a move and a newcomer at once", () => {
  it("whoever joins a unit while it moves ends under the new superior", async () => {
    const unit = await freshUnit(world.authority);
    const { app } = server;
    const moving = inTransaction(app, async (ctx) => {
      const organization = await OrganizationModel.findById(unit._id).lean();
      if (organization === null) throw new Error("no unit");
      await moveSubtree(ctx, organization, { superior: world.county, bureauId: world.county._id });
    });
    const { requireOpenOrganization } = await import(
      "../../../src/server/commands/closures/require-open-organization.ts"
    );
    const joining = inTransaction(app, async (ctx) => {
      const fresh = await requireOpenOrganization(unit._id);
      return buildPerson(ctx, { ...unit, ...fresh });
    });
    const [, person] = await Promise.all([moving, joining]);
    const client = await admin(world.county);
    expect((await client.call(getPerson, { id: person._id })).status).toBe(200);
  });
});
