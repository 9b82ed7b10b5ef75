import { beforeAll, describe, expect, it } from "vitest";
import { DepartmentModel } from "../../../src/models/department.ts";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { listBlockingItems } from "../../../src/shared/contracts/applications.ts";
import { getClosureReport } from "../../../src/shared/contracts/closures.ts";
import {
  addDepartment,
  deleteDepartment,
  mostDepartments,
} from "../../../src/shared/contracts/departments.ts";
import { newId } from "../../../src/shared/ids.ts";
import { decide } from "../../support/applications.ts";
import { newDepartment } from "../../support/departments.ts";
import { useProvince } from "../../support/province.ts";
import { adminOf, newUnit, type Unit } from "../../support/world.ts";
import { applyToClose, findOperator } from "./support.ts";

/** A merged unit's departments come to stand one level lower: what would not fit blocks the merger (DEP-07, DRG-06). */

let operator: Unit;
const { server, world } = useProvince();

beforeAll(async () => {
  operator = await findOperator();
});

const freshUnit = () => newUnit(server.app, world.authority);
const admin = (unit: Unit) => adminOf(server.app, server.url, unit);

/** A chain of departments, one below the other; ids from the top. */
async function chainOf(unit: Unit, levels: number): Promise<string[]> {
  const ids: string[] = [];
  for (let level = 1; level <= levels; level += 1) {
    const above = ids.at(-1);
    const given = { name: `第${level}级`, ...(above === undefined ? {} : { parentId: above }) };
    ids.push(await newDepartment(server.app, unit, given));
  }
  return ids;
}

async function kindsAgainst(unit: Unit): Promise<string[]> {
  const { items } = await (await admin(unit)).ok(listBlockingItems, { kind: "organization-merger" });
  return items.map(({ kind }) => kind);
}

describe("departments on the lowest level that a tree may have", () => {
  it("409: block the merger with an item that says so; without them it goes through, eight levels deep", async () => {
    const [source, target] = [await freshUnit(), await freshUnit()];
    const lowest = (await chainOf(source, 8)).at(-1) ?? "";
    expect(await kindsAgainst(source)).toEqual(["departments-too-deep"]);
    const { status, body } = await applyToClose(server, source, target);
    expect([status, body.error?.code]).toEqual([409, "application.blocked"]);
    expect(body.error?.problems).toEqual([
      {
        path: "/workspace/departments",
        message: "第8级的部门：并入后将超过8级，请先上移或删除（1项）",
      },
    ]);
    expect((await OrganizationModel.findById(source._id).lean())?.closureId).toBeNull();
    await (await admin(source)).ok(deleteDepartment, { id: lowest });
    expect(await kindsAgainst(source)).toEqual([]);
    const { body: application } = await applyToClose(server, source, target);
    for (const holder of [world.authority, target]) await decide(server, holder, application);
    const executed = await decide(server, operator, { ...application, outcome: "execute", comment: "" });
    expect(executed.status).toBe(200);
    const moved = await DepartmentModel.find({ organizationId: target._id }).lean();
    expect(moved).toHaveLength(8);
    // The tree is full: it takes nothing below its lowest level.
    const deepest = moved.find(({ name }) => name === "第7级");
    const deeper = { name: "再下一级", parentId: deepest?._id ?? "" };
    const refused = await (await admin(target)).call(addDepartment, deeper);
    expect([refused.status, refused.body.error?.code]).toEqual([400, "department.too_deep"]);
  });

  it("409: that came after the approval block the execution, and the report shows it", async () => {
    const [source, target] = [await freshUnit(), await freshUnit()];
    const chain = await chainOf(source, 7);
    const { body: application } = await applyToClose(server, source, target);
    for (const holder of [world.authority, target]) await decide(server, holder, application);
    const below = { name: "第8级", parentId: chain.at(-1) ?? "" };
    await (await admin(source)).ok(addDepartment, below);
    const asOperator = await admin(operator);
    const report = await asOperator.ok(getClosureReport, { id: application.id });
    expect(report.canExecute).toBe(false);
    expect(report.blocking).toMatchObject([{ kind: "departments-too-deep", count: 1, countIsExact: true }]);
    const refused = await decide(server, operator, { ...application, outcome: "execute", comment: "" });
    expect([refused.status, refused.body.error?.code]).toEqual([409, "application.blocked"]);
    expect(await DepartmentModel.countDocuments({ organizationId: target._id })).toBe(0);
    expect((await OrganizationModel.findById(source._id).lean())?.status).toBe("active");
  });

  it("do not stand against closing for good: nothing moves", async () => {
    const source = await freshUnit();
    await chainOf(source, 8);
    expect((await applyToClose(server, source)).status).toBe(200);
  });
});

describe("more departments than a tree may have", () => {
  it("409: those of both together block the merger", async () => {
    const [source, target] = [await freshUnit(), await freshUnit()];
    await chainOf(source, 2);
    const now = server.app.clock.now();
    await DepartmentModel.insertMany(
      Array.from({ length: mostDepartments - 2 }, (_, index) => ({
        ...{ _id: newId(now), organizationId: target._id, name: `科室${index}`, parentId: null },
        ...{ order: index, status: "active", available: true, createdAt: now, version: 0 },
      })),
    );
    const { status, body } = await applyToClose(server, source, target);
    expect([status, body.error?.code]).toEqual([409, "application.blocked"]);
    expect(body.error?.problems[0]?.message).toContain("两单位合计2001个");
  });
});
