import { beforeAll, describe, expect, it } from "vitest";
import { CreditEntryModel } from "../../../src/models/credit-entry.ts";
import { DepartmentModel } from "../../../src/models/department.ts";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { PersonYearModel } from "../../../src/models/person-year.ts";
import { PersonModel } from "../../../src/models/person.ts";
import * as contracts from "../../../src/shared/contracts/closures.ts";
import { withdrawApplication } from "../../../src/shared/contracts/applications.ts";
import { getDeclaration } from "../../../src/shared/contracts/declarations.ts";
import { getOrganization } from "../../../src/shared/contracts/organizations.ts";
import { getPerson } from "../../../src/shared/contracts/people.ts";
import { checkCreditCode } from "../../../src/shared/contracts/registrations.ts";
import { auditTypes, decide, endOf, messagesTo, storedApplication } from "../../support/applications.ts";
import { approveBy, declareOwn } from "../../support/declaring.ts";
import { buildLogin, password } from "../../support/login.ts";
import {
  adminOf,
  buildMembership,
  buildPerson,
  inTransaction,
  newPerson,
  newUnit,
  personClient,
  type Unit,
} from "../../support/world.ts";
import { applyToClose, findOperator } from "./support.ts";
import { statusesOf } from "../../support/answers.ts";
import { useProvince } from "../../support/province.ts";
import { newDepartment } from "../../support/departments.ts";
import { movesFollowed } from "../../support/jobs.ts";

let operator: Unit;
const { server, world } = useProvince();

beforeAll(async () => {
  operator = await findOperator();
});

const admin = (unit: Unit) => adminOf(server.app, server.url, unit);

function freshUnit(superior: Unit, regionCode = "410100"): Promise<Unit> {
  return newUnit(server.app, superior, { regionCode });
}

/** Superior, target and operator, one after the other. */
async function execute(unit: Unit, target: Unit, superior: Unit) {
  const { body } = await applyToClose(server, unit, target);
  for (const holder of [superior, target]) expect((await decide(server, holder, body)).status).toBe(200);
  const executed = await decide(server, operator, { ...body, outcome: "execute", comment: "" });
  expect(executed.status).toBe(200);
  await movesFollowed();
  return body;
}

describe("POST /organization-closures 合并", () => {
  it("200: people, departments, subordinates, hours and history go to the target (DRG-06)", async () => {
    const source = await freshUnit(world.authority);
    const target = await freshUnit(world.county, "410105");
    const branch = await freshUnit(source);
    const top = await newDepartment(server.app, source, { name: "内科" });
    const ward = await newDepartment(server.app, source, { name: "一病区", parentId: top });
    const [inWard, inNone, inBranch] = await inTransaction(server.app, async (ctx) => [
      await buildPerson(ctx, source, { departmentId: ward, departmentName: "一病区" }),
      await buildPerson(ctx, source),
      await buildPerson(ctx, branch),
    ]);
    const client = await personClient(server.app, server.url, inWard);
    const { id, instanceId } = await declareOwn({ app: server.app, client, person: inWard });
    await approveBy([await admin(source), await admin(world.authority), await admin(world.city)], instanceId);
    const hours = await CreditEntryModel.find({ personId: inWard._id }).lean();
    expect(hours.length).toBeGreaterThan(0);

    const { body } = await applyToClose(server, source, target);
    expect(body.data).toMatchObject({ closureKind: "merge", targetName: target.name });
    await decide(server, world.authority, body);
    const plan = await (await admin(target)).ok(contracts.getClosureReport, { id: body.id });
    expect(plan).toMatchObject({
      target: { name: target.name },
      people: { active: 2 },
      departments: 2,
      subordinates: [{ name: branch.name }],
      personYears: 1,
      canExecute: false,
    });
    await decide(server, target, body);
    await decide(server, operator, { ...body, outcome: "execute", comment: "" });
    await movesFollowed();

    const merged = await OrganizationModel.findById(source._id).lean();
    expect(merged).toMatchObject({ status: "merged", mergedIntoId: target._id, superiorId: target._id });
    const above = [target._id, world.county._id, world.city._id, world.province._id];
    expect((await OrganizationModel.findById(branch._id).lean())?.ancestorIds).toEqual(above);
    const under = await DepartmentModel.findOne({ organizationId: target._id, parentId: null }).lean();
    expect(under?.name).toBe(source.name);
    expect(await DepartmentModel.findById(top).lean()).toMatchObject({
      organizationId: target._id,
      parentId: under?._id,
    });
    expect(await PersonModel.findById(inWard._id).lean()).toMatchObject({
      organizationId: target._id,
      organizationName: target.name,
      regionCode: "410105",
      departmentId: ward,
    });
    expect(await PersonModel.findById(inNone._id).lean()).toMatchObject({ departmentId: under?._id });
    expect(await PersonModel.findById(inBranch._id).lean()).toMatchObject({ organizationId: branch._id });
    // Hours are the person's own; the running year stands in the new unit.
    expect(await CreditEntryModel.find({ personId: inWard._id }).lean()).toEqual(hours);
    expect(await PersonYearModel.findOne({ personId: inWard._id }).lean()).toMatchObject({
      organizationId: target._id,
      organizationName: target.name,
      regionCode: "410105",
    });
    const theirs = await admin(target);
    for (const person of [inWard, inNone, inBranch])
      expect((await theirs.call(getPerson, { id: person._id })).status).toBe(200);
    expect((await theirs.call(getDeclaration, { id })).status).toBe(200);
    expect((await theirs.call(getOrganization, { id: source._id })).body).toMatchObject({ status: "merged" });
    const former = await admin(world.authority);
    expect((await former.call(getPerson, { id: inNone._id })).status).toBe(404);
    expect((await former.call(getPerson, { id: inBranch._id })).status).toBe(404);
    expect(await endOf(body)).toBe("executed");
    expect(await auditTypes(source._id)).toContain("organization.merged");
    expect(await messagesTo(target.adminAccountId, body.id)).toMatchObject([
      { kind: "application.advanced", title: "注销/合并申请进入下一步" },
      { kind: "organization.merged" },
    ]);
  });

  it("its code never registers again, and its administrators are told where it went (DRG-06, LOG-10)", async () => {
    const source = await freshUnit(world.authority);
    const target = await freshUnit(world.authority);
    const login = await buildLogin(server.app, world.hospital);
    const right = {
      accountId: login.accountId,
      organization: source,
      role: "employer" as const,
      modules: [],
    };
    await buildMembership(server.app, right);
    await execute(source, target, world.authority);
    const { available } = await server.client().ok(checkCreditCode, { creditCode: source.creditCode ?? "" });
    expect(available).toBe(false);
    const call = { id: source._id, reason: "核实无误" };
    const { body } = await (await admin(operator)).call(contracts.releaseCreditCode, call);
    expect(body.error?.message).toContain("单位已合并");
    const refused = await server
      .client()
      .logIn("employer", login.idNumber, password)
      .catch((error: unknown) => error);
    expect(String(refused)).toContain(`已合并至「${target.name}」`);
  });

  it("a subordinate takes its superior over: it takes its place, and its siblings", async () => {
    const source = await freshUnit(world.authority);
    const target = await freshUnit(source);
    const sibling = await freshUnit(source);
    await execute(source, target, world.authority);
    const above = [world.authority._id, world.city._id, world.province._id];
    const place = async (unit: Unit) => (await OrganizationModel.findById(unit._id).lean())?.ancestorIds;
    expect(await place(target)).toEqual(above);
    expect(await place(sibling)).toEqual([target._id, ...above]);
    expect(await place(source)).toEqual([target._id, ...above]);
  });

  it("a department of the source's name is there already: the new one gets a number", async () => {
    const source = await freshUnit(world.authority);
    const target = await freshUnit(world.authority);
    await newDepartment(server.app, target, { name: source.name });
    await execute(source, target, world.authority);
    const names = await DepartmentModel.find({ organizationId: target._id }).distinct("name");
    expect(new Set(names)).toEqual(new Set([source.name, `${source.name}（2）`]));
  });

  it("refused by the superior, the target or the operator, and withdrawn before each: nothing moves", async () => {
    const source = await freshUnit(world.authority);
    const target = await freshUnit(world.county);
    const client = await admin(source);
    const steps = [world.authority, target, operator];
    for (const [passed] of steps.entries()) {
      for (const ending of ["reject", "withdraw"] as const) {
        const { body } = await applyToClose(server, source, target);
        for (const holder of steps.slice(0, passed)) await decide(server, holder, body);
        const holder = steps[passed] ?? operator;
        if (ending === "withdraw") await client.ok(withdrawApplication, { id: body.id });
        else expect((await decide(server, holder, { ...body, outcome: "reject" })).status).toBe(200);
        expect(await endOf(body)).toBe(ending === "reject" ? "rejected" : "ended");
        const status = ending === "reject" ? "rejected" : "withdrawn";
        expect(await storedApplication(body.id)).toMatchObject({ status, openKey: null });
        const now = await OrganizationModel.findById(source._id).lean();
        expect(now).toMatchObject({ status: "active", closureId: null, superiorId: world.authority._id });
      }
    }
  });

  it("400: itself, or a target of another kind", async () => {
    const source = await freshUnit(world.authority);
    for (const target of [source, world.authority, world.base]) {
      const { status, body } = await applyToClose(server, source, target);
      expect([status, body.error?.code]).toEqual([400, "closure.target_invalid"]);
    }
  });

  it("404: a target that is closed", async () => {
    const source = await freshUnit(world.authority);
    const target = await freshUnit(world.authority);
    await OrganizationModel.updateOne({ _id: target._id }, { status: "closed" });
    expect((await applyToClose(server, source, target)).status).toBe(404);
  });

  describe("409", () => {
    it("open items of its people; people alone do not block (DRG-05)", async () => {
      const source = await freshUnit(world.authority);
      const target = await freshUnit(world.authority);
      const person = await newPerson(server.app, source);
      const client = await personClient(server.app, server.url, person);
      await declareOwn({ app: server.app, client, person });
      const { body } = await applyToClose(server, source, target);
      expect(body.error?.code).toBe("application.blocked");
      expect(body.error?.problems.map(({ message }) => message).join()).not.toContain("仍在本单位");
    });

    it("a target that is closing itself; and two that would merge into each other at once", async () => {
      const [one, two] = [await freshUnit(world.authority), await freshUnit(world.authority)];
      const answers = await Promise.all([applyToClose(server, one, two), applyToClose(server, two, one)]);
      expect(statusesOf(answers)).toEqual([200, 409]);
      const lost = answers.find(({ status }) => status === 409);
      expect(["organization.closing", "application.blocked"]).toContain(lost?.body.error?.code);
    });
  });
});
