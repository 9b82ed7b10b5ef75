import { beforeAll, describe, expect, it } from "vitest";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import {
  addAdministrator,
  createRole,
  listAdministrators,
  listRoles,
} from "../../../src/shared/contracts/administrators.ts";
import { listPeople } from "../../../src/shared/contracts/people.ts";
import { adminOf, freshIdNumber, newPerson, personClient } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

let hospital: ApiClient;
const { server, world } = useProvince();

beforeAll(async () => {
  hospital = await adminOf(server.app, server.url, world.hospital);
});

const missingId = "f".repeat(24);
const password = "Xueshi@2026";

describe("POST /roles", () => {
  it("makes a role of modules that the organization has, and records it", async () => {
    const role = await hospital.ok(createRole, { name: "查询员", modules: ["people:query", "people:query"] });
    expect(role.modules).toEqual(["people:query"]);
    const [event] = await AuditEventModel.find({ subjectId: role.id }).lean();
    expect([event?.type, event?.data]).toEqual(["role.created", { modules: ["people:query"] }]);
    const { rows, available } = await hospital.ok(listRoles, {});
    expect(rows).toContainEqual(role);
    expect(available.map((entry) => entry.module)).not.toContain("bureaus:create");
  });

  it("409 for a name that exists, 400 for a module that the organization lacks", async () => {
    await hospital.ok(createRole, { name: "重名", modules: ["people:query"] });
    expect(
      (await hospital.call(createRole, { name: "重名", modules: ["people:query"] })).body.error?.code,
    ).toBe("role.exists");
    const lacking = await hospital.call(createRole, { name: "越权", modules: ["bureaus:create"] });
    expect([lacking.status, lacking.body.error?.code]).toEqual([400, "role.module_not_available"]);
    expect((await hospital.call(createRole, { name: "空", modules: [] })).status).toBe(400);
  });

  it("403 for a professional, 401 for nobody", async () => {
    const person = await newPerson(server.app, world.hospital);
    const professional = await personClient(server.app, server.url, person);
    expect((await professional.call(createRole, { name: "x", modules: ["people:query"] })).status).toBe(403);
    expect((await server.client().call(createRole, { name: "x", modules: ["people:query"] })).status).toBe(
      401,
    );
  });
});

describe("POST /administrators", () => {
  it("adds a new account that may do what its role grants, from its first request", async () => {
    const role = await hospital.ok(createRole, { name: "人员查询", modules: ["people:query"] });
    const idNumber = freshIdNumber();
    const administrator = {
      kind: "new" as const,
      idNumber,
      name: "新管理员",
      phone: "13900000001",
      password,
    };
    const added = await hospital.ok(addAdministrator, { roleIds: [role.id], administrator });
    expect(added).toMatchObject({ name: "新管理员", isSuperAdministrator: false, roleNames: ["人员查询"] });
    expect(
      await AuditEventModel.countDocuments({ type: "administrator.added", "data.membershipId": added.id }),
    ).toBe(1);
    const client = await server.client().logIn("employer", idNumber, password);
    expect((await client.call(listPeople, {})).status).toBe(200);
    expect((await client.call(createRole, { name: "自授", modules: ["people:query"] })).status).toBe(403);
    const { rows } = await hospital.ok(listAdministrators, { id: world.hospital._id });
    expect(rows.filter((row) => row.isSuperAdministrator)).toHaveLength(1);
    expect(rows.map((row) => row.name)).toContain("新管理员");
  });

  it("appoints one of the unit's people by ID number, once", async () => {
    const role = await hospital.ok(createRole, { name: "本单位人员", modules: ["people:query"] });
    const person = await newPerson(server.app, world.hospital);
    const request = {
      roleIds: [role.id],
      administrator: { kind: "existing" as const, idNumber: person.idNumber },
    };
    await hospital.ok(addAdministrator, request);
    expect((await hospital.call(addAdministrator, request)).body.error?.code).toBe("administrator.exists");
  });

  it("404 for another organization's role; 409 for an unknown or known ID number", async () => {
    const role = await hospital.ok(createRole, { name: "编号", modules: ["people:query"] });
    const company = await adminOf(server.app, server.url, world.company);
    const foreign = await company.ok(createRole, { name: "他单位", modules: ["people:query"] });
    const idNumber = freshIdNumber();
    const administrator = { kind: "existing" as const, idNumber };
    expect(
      (await hospital.call(addAdministrator, { roleIds: [foreign.id], administrator })).body.error?.code,
    ).toBe("role.not_found");
    expect(
      (await hospital.call(addAdministrator, { roleIds: [role.id], administrator })).body.error?.code,
    ).toBe("registration.not_user");
    const person = await newPerson(server.app, world.hospital);
    const again = { kind: "new" as const, idNumber: person.idNumber, name: "重复", phone: "13900000002" };
    expect(
      (await hospital.call(addAdministrator, { roleIds: [role.id], administrator: again })).body.error?.code,
    ).toBe("registration.already_user");
  });
});

describe("GET /organizations/:id/administrators", () => {
  it("shows one's own and those below; others do not exist", async () => {
    const authority = await adminOf(server.app, server.url, world.authority);
    expect((await authority.call(listAdministrators, { id: world.hospital._id })).status).toBe(200);
    for (const id of [world.company._id, missingId]) {
      expect((await authority.call(listAdministrators, { id })).body.error?.code).toBe(
        "organization.not_found",
      );
    }
  });
});
