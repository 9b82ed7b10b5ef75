import { describe, expect, it } from "vitest";
import * as contracts from "../../../src/shared/contracts/closures.ts";
import { getPerson } from "../../../src/shared/contracts/people.ts";
import { codeOf } from "../../support/answers.ts";
import { decide } from "../../support/applications.ts";
import { newDepartment } from "../../support/departments.ts";
import { useProvince } from "../../support/province.ts";
import { adminOf, newPerson, newUnit, personClient, type Unit } from "../../support/world.ts";
import { applyToClose, findOperator } from "./support.ts";

const { server, world } = useProvince();
const admin = (unit: Unit) => adminOf(server.app, server.url, unit);

describe("GET /organization-closures/:id/people", () => {
  it("200: whoever decides a merger reads whom it takes along, in pages, before it is done (DRG-05)", async () => {
    const source = await newUnit(server.app, world.authority);
    const target = await newUnit(server.app, world.county);
    const departmentId = await newDepartment(server.app, source, { name: "内科" });
    const first = await newPerson(server.app, source, { name: "甲", departmentId, departmentName: "内科" });
    const second = await newPerson(server.app, source, { name: "乙", status: "deregistered" });
    await newPerson(server.app, world.hospital);
    const { body } = await applyToClose(server, source, target);
    const operator = await findOperator();
    const list = async (unit: Unit, paging: object = {}) =>
      (await admin(unit)).ok(contracts.listMergedPeople, { id: body.id, ...paging });
    for (const unit of [source, world.authority, target, operator])
      expect((await list(unit)).rows.map(({ id }) => id).toSorted()).toEqual(
        [first._id, second._id].toSorted(),
      );
    const { rows, total } = await list(target, { pageSize: 1, page: 2 });
    expect([rows.length, total]).toEqual([1, 2]);
    const all = (await list(target)).rows;
    expect(all.find(({ id }) => id === first._id)).toEqual({
      id: first._id,
      name: "甲",
      maskedIdNumber: first.maskedIdNumber,
      departmentName: "内科",
      titleLevelName: expect.any(String),
      isActive: true,
    });
    expect(all.find(({ id }) => id === second._id)?.isActive).toBe(false);
    // The list is all that the target may see of them before they are its own.
    expect((await (await admin(target)).call(getPerson, { id: first._id })).status).toBe(404);

    for (const unit of [world.authority, target]) await decide(server, unit, body);
    await decide(server, operator, { ...body, outcome: "execute", comment: "" });
    const done = (await admin(target)).call(contracts.listMergedPeople, { id: body.id });
    expect(await codeOf(done)).toEqual([404, "application.not_found"]);
    expect((await (await admin(target)).call(getPerson, { id: first._id })).status).toBe(200);
  });

  it("404: whom it does not concern, a 注销, an unknown one; 401: nobody; 400: beyond reason", async () => {
    const source = await newUnit(server.app, world.authority);
    const target = await newUnit(server.app, world.county);
    const person = await newPerson(server.app, source);
    const { body } = await applyToClose(server, source, target);
    const closing = (await applyToClose(server, await newUnit(server.app, world.authority))).body;
    const asPerson = await personClient(server.app, server.url, person);
    const notFound = [404, "application.not_found"];
    const call = async (unit: Unit, id: string) =>
      codeOf((await admin(unit)).call(contracts.listMergedPeople, { id }));
    expect(await call(world.elsewhere, body.id)).toEqual(notFound);
    expect(await call(world.authority, closing.id)).toEqual(notFound);
    expect(await call(world.authority, "f".repeat(24))).toEqual(notFound);
    expect(await codeOf(asPerson.call(contracts.listMergedPeople, { id: body.id }))).toEqual(notFound);
    expect((await server.client().call(contracts.listMergedPeople, { id: body.id })).status).toBe(401);
    const wide = (await admin(target)).call(contracts.listMergedPeople, { id: body.id, pageSize: 5000 });
    expect(await codeOf(wide)).toEqual([400, "request.invalid"]);
  });
});
