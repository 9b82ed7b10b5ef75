import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DepartmentModel } from "../../../src/models/department.ts";
import { PersonModel } from "../../../src/models/person.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import * as contracts from "../../../src/shared/contracts/departments.ts";
import { listPeople } from "../../../src/shared/contracts/people.ts";
import { registerPerson } from "../../../src/shared/contracts/registrations.ts";
import { personForm } from "../../support/registrations.ts";
import { adminOf, newMember, newPerson, nextSerial, personClient } from "../../support/world.ts";
import { codeOf } from "../../support/answers.ts";
import { auditTypes } from "../../support/applications.ts";
import { useProvince } from "../../support/province.ts";

let hospital: ApiClient;
const { server, world } = useProvince();

beforeAll(async () => {
  hospital = await adminOf(server.app, server.url, world.hospital);
});
beforeEach(async () => {
  await DepartmentModel.deleteMany({});
});

const missingId = "f".repeat(24);
const unique = (name: string) => `${name}${nextSerial()}`;

function add(name: string, parentId?: string) {
  return hospital.ok(contracts.addDepartment, { name, ...(parentId === undefined ? {} : { parentId }) });
}

async function without(modules: ("people:query" | "departments:manage")[]): Promise<ApiClient> {
  return (await newMember(server, world.hospital, { role: "employer", modules })).client;
}

describe("the tree", () => {
  it("200: adds below another, lists in order with people, recorded", async () => {
    const inner = await add("内科");
    const heart = await add("心内科", inner.id);
    const outer = await add("外科");
    expect([inner.order, outer.order, heart.order]).toEqual([0, 1, 0]);
    await newPerson(server.app, world.hospital, { departmentId: heart.id, departmentName: heart.name });
    const { rows } = await hospital.ok(contracts.listDepartments, { id: world.hospital._id });
    expect(rows.map(({ name, personCount }) => [name, personCount])).toEqual([
      ["内科", 0],
      ["心内科", 1],
      ["外科", 0],
    ]);
    expect(await auditTypes(heart.id)).toEqual(["department.added"]);
    const above = await adminOf(server.app, server.url, world.city);
    expect((await above.ok(contracts.listDepartments, { id: world.hospital._id })).rows).toHaveLength(3);
  });

  it("409: sibling names are unique, elsewhere the same name is fine", async () => {
    const one = await add("一部");
    const two = await add("二部");
    await add("财务", one.id);
    expect((await add("财务", two.id)).parentId).toBe(two.id);
    const again = { name: "财务", parentId: one.id };
    expect(await codeOf(hospital.call(contracts.addDepartment, again))).toEqual([409, "department.exists"]);
    const rename = hospital.call(contracts.changeDepartment, { id: two.id, name: "一部" });
    expect(await codeOf(rename)).toEqual([409, "department.exists"]);
  });

  it("400: at most eight levels, also by moving", async () => {
    let parentId: string | undefined;
    const chain: string[] = [];
    for (let level = 1; level <= contracts.deepestDepartment; level += 1) {
      const { id } = await add(`第${level}级`, parentId);
      chain.push(id);
      parentId = id;
    }
    const ninth = { name: "第9级", parentId };
    expect(await codeOf(hospital.call(contracts.addDepartment, ninth))).toEqual([400, "department.too_deep"]);
    const top = await add("顶");
    await add("顶下", top.id);
    const move = { id: top.id, parentId: chain[6] ?? null };
    expect(await codeOf(hospital.call(contracts.changeDepartment, move))).toEqual([
      400,
      "department.too_deep",
    ]);
    await hospital.ok(contracts.changeDepartment, { id: top.id, parentId: chain[5] ?? null });
  });

  it("400: a department cannot lie below itself; of two moves that would make a circle one wins", async () => {
    const left = await add("左");
    const right = await add("右");
    const leftChild = await add("左下", left.id);
    const rightChild = await add("右下", right.id);
    for (const parentId of [left.id, leftChild.id]) {
      const answer = hospital.call(contracts.changeDepartment, { id: left.id, parentId });
      expect(await codeOf(answer)).toEqual([400, "department.in_cycle"]);
    }
    const moves = await Promise.all([
      hospital.call(contracts.changeDepartment, { id: left.id, parentId: rightChild.id }),
      hospital.call(contracts.changeDepartment, { id: right.id, parentId: leftChild.id }),
    ]);
    expect(moves.filter(({ status }) => status === 200)).toHaveLength(1);
    const { rows } = await hospital.ok(contracts.listDepartments, { id: world.hospital._id });
    expect(rows.filter(({ parentId }) => parentId === null)).toHaveLength(1);
  });

  it("200: renames its people's department, moves to the top, sorts", async () => {
    const first = await add("甲");
    const { id } = await add("旧名", first.id);
    const person = await newPerson(server.app, world.hospital, { departmentId: id, departmentName: "旧名" });
    const changed = await hospital.ok(contracts.changeDepartment, {
      id,
      name: "新名",
      parentId: null,
      order: 7,
    });
    expect(changed).toMatchObject({ name: "新名", parentId: null, order: 7 });
    expect((await PersonModel.findById(person._id).lean())?.departmentName).toBe("新名");
    expect(await auditTypes(id)).toEqual(["department.added", "department.changed"]);
  });
});

describe("disabling", () => {
  it("takes what is below along, flags the people, and gives back only what was not disabled itself", async () => {
    const top = await add("总部");
    const child = await add("分部", top.id);
    const own = await add("自停", top.id);
    const name = unique("被标记");
    await newPerson(server.app, world.hospital, { name, departmentId: child.id, departmentName: "分部" });
    await hospital.ok(contracts.setDepartmentStatus, { id: own.id, status: "disabled" });
    await hospital.ok(contracts.setDepartmentStatus, { id: top.id, status: "disabled" });
    const options = await server.client().ok(contracts.listDepartmentOptions, { id: world.hospital._id });
    expect(options.rows).toEqual([]);
    const flagged = await hospital.ok(listPeople, { departmentId: child.id });
    expect(flagged.rows).toMatchObject([{ name, departmentName: "分部", departmentDisabled: true }]);
    await hospital.ok(contracts.setDepartmentStatus, { id: top.id, status: "active" });
    const open = await server.client().ok(contracts.listDepartmentOptions, { id: world.hospital._id });
    expect(open.rows.map((row) => row.id).toSorted()).toEqual([top.id, child.id].toSorted());
    expect((await hospital.ok(listPeople, { departmentId: child.id })).rows[0]?.departmentDisabled).toBe(
      false,
    );
    expect(await auditTypes(top.id)).toEqual([
      "department.added",
      "department.status_changed",
      "department.status_changed",
    ]);
  });

  it("what moves below a disabled one cannot be chosen, and can again when it moves away", async () => {
    const closed = await add("停用");
    await hospital.ok(contracts.setDepartmentStatus, { id: closed.id, status: "disabled" });
    const moving = await add("移动");
    const below = await hospital.ok(contracts.changeDepartment, { id: moving.id, parentId: closed.id });
    expect(below.available).toBe(false);
    expect((await add("新下级", closed.id)).available).toBe(false);
    const away = await hospital.ok(contracts.changeDepartment, { id: moving.id, parentId: null });
    expect(away.available).toBe(true);
  });

  it("400: registration refuses a department that cannot be chosen, and another unit's", async () => {
    const top = await add("关");
    const child = await add("关下", top.id);
    const client = server.client();
    await client.ok(registerPerson, await personForm(client, world, { departmentId: child.id }));
    await hospital.ok(contracts.setDepartmentStatus, { id: top.id, status: "disabled" });
    const company = await adminOf(server.app, server.url, world.company);
    const foreign = await company.ok(contracts.addDepartment, { name: "他单位" });
    for (const departmentId of [child.id, foreign.id]) {
      const answer = client.call(registerPerson, await personForm(client, world, { departmentId }));
      expect(await codeOf(answer)).toEqual([400, "department.unavailable"]);
    }
  });
});

describe("deleting", () => {
  it("200: an unused one; 409: with departments below, people in it, or an applicant", async () => {
    const top = await add("上");
    const child = await add("下", top.id);
    const remove = (id: string) => hospital.call(contracts.deleteDepartment, { id });
    expect(await codeOf(remove(top.id))).toEqual([409, "department.in_use"]);
    const client = server.client();
    await client.ok(registerPerson, await personForm(client, world, { departmentId: child.id }));
    expect((await remove(child.id)).body.error?.message).toContain("待审核的注册人员");
    const peopled = await add("有人");
    await newPerson(server.app, world.hospital, { departmentId: peopled.id, departmentName: "有人" });
    expect((await remove(peopled.id)).body.error?.message).toContain("所属人员");
    const unused = await add("没人用");
    expect((await remove(unused.id)).status).toBe(200);
    expect(await codeOf(remove(unused.id))).toEqual([404, "department.not_found"]);
    expect(await auditTypes(unused.id)).toEqual(["department.added", "department.deleted"]);
  });
});

describe("who may", () => {
  it("403 without the module and for professionals; 401 for nobody", async () => {
    const { id } = await add("权限");
    const person = await newPerson(server.app, world.hospital);
    for (const client of [
      await without(["people:query"]),
      await personClient(server.app, server.url, person),
    ]) {
      for (const answer of [
        client.call(contracts.addDepartment, { name: "x" }),
        client.call(contracts.changeDepartment, { id, name: "x" }),
        client.call(contracts.setDepartmentStatus, { id, status: "disabled" }),
        client.call(contracts.deleteDepartment, { id }),
      ]) {
        expect(await codeOf(answer)).toEqual([403, "permission.denied"]);
      }
    }
    expect((await server.client().call(contracts.addDepartment, { name: "x" })).status).toBe(401);
    const granted = await without(["departments:manage"]);
    expect((await granted.call(contracts.changeDepartment, { id, name: "改名" })).status).toBe(200);
  });

  it("404: another organization's department does not exist", async () => {
    const { id } = await add("别家");
    for (const unit of [world.company, world.authority]) {
      const other = await adminOf(server.app, server.url, unit);
      const name = unique("改");
      expect(await codeOf(other.call(contracts.changeDepartment, { id, name }))).toEqual([
        404,
        "department.not_found",
      ]);
      expect(await codeOf(other.call(contracts.deleteDepartment, { id }))).toEqual([
        404,
        "department.not_found",
      ]);
    }
    const company = await adminOf(server.app, server.url, world.company);
    expect((await company.call(contracts.listDepartments, { id: world.hospital._id })).status).toBe(404);
    expect((await server.client().call(contracts.listDepartmentOptions, { id: missingId })).status).toBe(404);
    expect((await company.call(contracts.addDepartment, { name: "y", parentId: id })).status).toBe(404);
  });
});
