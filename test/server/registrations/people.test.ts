import { beforeAll, describe, expect, it } from "vitest";
import { DepartmentModel } from "../../../src/models/department.ts";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { PersonModel } from "../../../src/models/person.ts";
import { RegistrationModel } from "../../../src/models/registration.ts";
import { WorkflowTask } from "../../../src/models/workflow-task.ts";
import { getSession } from "../../../src/shared/contracts/accounts.ts";
import {
  changeRegistrationUnit,
  urgeRegistration,
} from "../../../src/shared/contracts/registration-changes.ts";
import * as contracts from "../../../src/shared/contracts/registrations.ts";
import { decideTask, listTasks } from "../../../src/shared/contracts/workflow.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { auditTypes, messagesTo } from "../../support/applications.ts";
import { buildLogin, password } from "../../support/login.ts";
import { organizationForm, personForm, type PersonForm } from "../../support/registrations.ts";
import { adminOf, buildMembership, inTransaction } from "../../support/world.ts";
import { codeOf, statusesOf } from "../../support/answers.ts";
import { newDepartment } from "../../support/departments.ts";
import { useProvince } from "../../support/province.ts";

let unit: ApiClient;
const { server, world } = useProvince();

beforeAll(async () => {
  unit = await adminOf(server.app, server.url, world.hospital);
});

async function register(given: Partial<PersonForm> = {}) {
  const client = server.client();
  const form = await personForm(client, world, given);
  return { client, form, answer: await client.call(contracts.registerPerson, form) };
}

async function taskOf(registrationId: string, reviewer = unit) {
  const { rows } = await reviewer.ok(listTasks, { pageSize: 200 });
  return rows.find(({ businessId }) => businessId === registrationId)?.id ?? "";
}

async function progressOf(form: Pick<PersonForm, "name" | "idNumber">, given: Record<string, unknown> = {}) {
  const client = server.client();
  const { name, idNumber } = form;
  return client.call(contracts.queryRegistrations, { name, idNumber, ...(await client.captcha()), ...given });
}

async function withdraw(id: string, form: PersonForm, given: Record<string, unknown> = {}) {
  const client = server.client();
  const { name, idNumber } = form;
  const body = { id, name, idNumber, password, ...(await client.captcha()), ...given };
  return client.call(contracts.withdrawRegistration, body);
}

describe("POST /registrations/people", () => {
  describe("200", () => {
    it("waits for the unit; approved, the person signs in and is found by those above", async () => {
      const departmentId = await inTransaction(server.app, async (ctx) => {
        const _id = ctx.newId();
        const department = {
          name: "内科",
          parentId: null,
          order: 1,
          status: "active" as const,
          available: true,
          createdAt: new Date(),
        };
        await DepartmentModel.create([{ _id, organizationId: world.hospital._id, ...department }]);
        return _id;
      });
      const { form, answer } = await register({ departmentId });
      expect(answer.body).toMatchObject({
        message: "注册信息已经提交审核，请耐心等待",
        reviewer: world.hospital.name,
      });
      const { registrationId } = answer.body;
      await unit.ok(decideTask, { id: await taskOf(registrationId), outcome: "approve" });
      const client = await server.client().logIn("professional", form.idNumber, password);
      const session = await client.ok(getSession, {});
      const person = await PersonModel.findById(session.personId).lean();
      expect(person).toMatchObject({
        departmentName: "内科",
        scopeIds: [world.hospital._id, world.authority._id, world.city._id, world.province._id],
        titles: [{ series: "04", level: "3", name: "主治医师", obtainedOn: "2018-09-01" }],
        firstYear: new Date().getFullYear(),
      });
      expect(await auditTypes(registrationId)).toContain("registration.approved");
      expect(await auditTypes(person?._id ?? "")).toEqual(["person.created"]);
    });

    it("makes an administrator a professional of the same account, by its password", async () => {
      const client = server.client();
      const form = await organizationForm(client, world);
      const { registrationId } = await client.ok(contracts.registerOrganization, form);
      const authority = await adminOf(server.app, server.url, world.authority);
      await authority.ok(decideTask, { id: await taskOf(registrationId, authority), outcome: "approve" });
      const wrong = await register({ idNumber: form.applicant.idNumber, password: "Falsch@123" });
      expect([wrong.answer.status, wrong.answer.body.error?.code]).toEqual([401, "login.wrong_password"]);
      const { answer } = await register({ idNumber: form.applicant.idNumber });
      await unit.ok(decideTask, { id: await taskOf(answer.body.registrationId), outcome: "approve" });
      const session = await server.client().logIn("employer", form.applicant.idNumber, password);
      expect((await session.ok(getSession, {})).roles.map(({ role }) => role)).toEqual([
        "employer",
        "professional",
      ]);
    });

    it("goes to the authority above a unit without an administrator", async () => {
      const without = { _id: world.hospital._id };
      await OrganizationModel.updateOne(without, { $set: { hasAdministrator: false } });
      const { answer } = await register();
      await OrganizationModel.updateOne(without, { $set: { hasAdministrator: true } });
      expect(answer.body.reviewer).toBe(world.authority.name);
      const authority = await adminOf(server.app, server.url, world.authority);
      const id = await taskOf(answer.body.registrationId, authority);
      await authority.ok(decideTask, { id, outcome: "approve" });
      const alone = { _id: world.company._id };
      await OrganizationModel.updateOne(alone, { $set: { hasAdministrator: false } });
      // Above the company is only a bureau, which reviews no people.
      expect((await register({ organizationId: world.company._id })).answer.status).toBe(404);
      await OrganizationModel.updateOne(alone, { $set: { hasAdministrator: true } });
    });

    it("is not decided by the applicant himself, though he is the unit's administrator", async () => {
      const login = await buildLogin(server.app, world.hospital);
      await PersonModel.deleteOne({ _id: login.personId });
      await buildMembership(server.app, {
        accountId: login.accountId,
        organization: world.hospital,
        role: "employer",
        modules: ["registrations:people"],
      });
      const { answer } = await register({ idNumber: login.idNumber });
      const self = await server.client().logIn("employer", login.idNumber, password);
      const id = await taskOf(answer.body.registrationId, self);
      const refused = await self.call(decideTask, { id, outcome: "approve" });
      expect([refused.status, refused.body.error?.code]).toEqual([403, "permission.self_review"]);
      expect((await WorkflowTask.findById(id).lean())?.status).toBe("open");
    });
  });

  describe("400", () => {
    it("a wrong captcha, and fields that are wrong", async () => {
      expect((await register({ captchaText: "XXXX" })).answer.body.error?.code).toBe("captcha.wrong");
      const { answer } = await register({
        phone: "12345",
        email: "nobody",
        titleLevel: "7",
        password: "short",
      });
      const paths = new Set(answer.body.error?.problems.map(({ path }) => path));
      expect([...paths].toSorted()).toEqual(["body.email", "body.password", "body.phone", "body.titleLevel"]);
    });
  });

  describe("400 by the date", () => {
    it("a title that is still to come", async () => {
      const { answer } = await register({ titleObtainedOn: "2099-01-01" });
      expect([answer.status, answer.body.error?.problems]).toEqual([
        400,
        [{ path: "body.titleObtainedOn", message: "职称取得时间不能晚于今天" }],
      ]);
    });
  });

  describe("404", () => {
    it("a unit that takes no people", async () => {
      for (const given of [
        { organizationId: world.city._id },
        { organizationId: world.base._id },
        { organizationId: "0".repeat(24) },
      ]) {
        const { answer } = await register(given);
        expect([answer.status, answer.body.error?.code]).toEqual([404, "organization.not_found"]);
      }
    });
  });

  describe("409", () => {
    it("a person who is registered, with the unit's name", async () => {
      const { idNumber } = await buildLogin(server.app, world.company);
      const { answer } = await register({ idNumber });
      expect([answer.status, answer.body.error?.code]).toEqual([409, "registration.person_exists"]);
      expect(answer.body.error?.message).toContain(world.company.name);
    });

    it("a person who left: the record is opened again by the bureau, not registered anew (PER-12, PER-13)", async () => {
      const login = await buildLogin(server.app, world.hospital);
      await PersonModel.updateOne({ _id: login.personId }, { $set: { status: "deregistered" } });
      const { answer } = await register({ idNumber: login.idNumber });
      expect([answer.status, answer.body.error?.code]).toEqual([409, "registration.person_deregistered"]);
    });

    it("somebody who waits already; one of three that race", async () => {
      const { form } = await register();
      const { answer } = await register({ idNumber: form.idNumber });
      expect(answer.body.error?.code).toBe("registration.pending_exists");
      const forms = await Promise.all([1, 2, 3].map(() => personForm(server.client(), world)));
      const racing = forms.map((one) => ({ ...one, idNumber: forms[0]?.idNumber ?? "" }));
      const answers = await Promise.all(
        racing.map((one) => server.client().call(contracts.registerPerson, one)),
      );
      expect(statusesOf(answers)).toEqual([200, 409, 409]);
    });

    it("the same task decided by two at once: one wins, one person comes to be", async () => {
      const { form, answer } = await register();
      const id = await taskOf(answer.body.registrationId);
      const answers = await Promise.all([1, 2].map(() => unit.call(decideTask, { id, outcome: "approve" })));
      expect(statusesOf(answers)).toEqual([200, 409]);
      const idNumberIndex = server.app.secrets.blindIndex(form.idNumber);
      expect(await PersonModel.countDocuments({ idNumberIndex })).toBe(1);
    });
  });
});

describe("POST /registrations/query", () => {
  it("200: state, reviewer and the path above it, the ID number masked", async () => {
    const { form } = await register();
    const { body, status } = await progressOf(form);
    expect(status).toBe(200);
    expect(body.registrations[0]).toMatchObject({
      statusName: "待审核",
      kindName: "专业技术人员",
      maskedIdNumber: `${form.idNumber.slice(0, 4)}**********${form.idNumber.slice(-4)}`,
      reviewer: {
        name: world.hospital.name,
        kindName: "用人单位",
        regionPath: "河南省 / 郑州市",
        path: [world.province.name, world.city.name, world.authority.name, world.hospital.name],
      },
    });
    expect(JSON.stringify(body)).not.toContain(form.idNumber);
  });

  it("200: the reason of a rejection", async () => {
    const { form, answer } = await register();
    const id = await taskOf(answer.body.registrationId);
    await unit.ok(decideTask, { id, outcome: "reject", comment: "不是本单位人员" });
    const { body } = await progressOf(form);
    expect(body.registrations[0]).toMatchObject({ statusName: "审核不通过", reason: "不是本单位人员" });
  });

  it("400: a wrong captcha", async () => {
    const { form } = await register();
    expect((await progressOf(form, { captchaText: "XXXX" })).body.error?.code).toBe("captcha.wrong");
  });

  it("404: the same answer for a wrong name and for nobody", async () => {
    const { form } = await register();
    const wrongName = await progressOf({ ...form, name: "别人" });
    const nobody = await progressOf(await personForm(server.client(), world));
    expect(wrongName.status).toBe(404);
    expect(wrongName.body.error?.message).toBe(nobody.body.error?.message);
    expect(wrongName.body.error?.code).toBe(nobody.body.error?.code);
  });
});

describe("POST /registrations/query by 受理号 (REG-28)", () => {
  it("200: with the name alone, or beside the ID number for that registration only", async () => {
    const { form, answer } = await register();
    const { receiptNumber } = answer.body;
    const byNumber = await progressOf(form, { idNumber: undefined, receiptNumber });
    expect(byNumber.body.registrations).toMatchObject([{ receiptNumber, statusName: "待审核" }]);
    expect(JSON.stringify(byNumber.body)).not.toContain(form.idNumber);
    await withdraw(answer.body.registrationId, form);
    const second = await register({ idNumber: form.idNumber });
    expect((await progressOf(form)).body.registrations).toHaveLength(2);
    const only = await progressOf(form, { receiptNumber: second.answer.body.receiptNumber });
    expect(only.body.registrations.map(({ id }) => id)).toEqual([second.answer.body.registrationId]);
  });

  it("404: the same answer for a wrong name, another's number and none; 400: neither of the two", async () => {
    const { form, answer } = await register();
    const { receiptNumber } = answer.body;
    const other = await register();
    for (const given of [
      { idNumber: undefined, receiptNumber, name: "别人" },
      { idNumber: other.form.idNumber, receiptNumber },
      { idNumber: undefined, receiptNumber: "ZC20200101-999999" },
    ])
      expect(await codeOf(progressOf(form, given))).toEqual([404, "registration.not_found"]);
    for (const given of [{ idNumber: undefined }, { idNumber: undefined, receiptNumber: "1" }])
      expect((await progressOf(form, given)).status).toBe(400);
  });
});

describe("POST /registrations/:id/unit", () => {
  async function changeTo(id: string, form: PersonForm, given: object = {}) {
    const client = server.client();
    const { name, idNumber } = form;
    const body = { id, name, idNumber, password, organizationId: world.company._id };
    return await client.call(changeRegistrationUnit, { ...body, ...(await client.captcha()), ...given });
  }

  it("200: withdraws and submits the same data to the new unit, which approves it (PRG-06, PRG-09)", async () => {
    const { form, answer } = await register();
    const { registrationId } = answer.body;
    const before = await RegistrationModel.findById(registrationId).lean();
    const departmentId = await newDepartment(server.app, world.company, { name: "研发部" });
    const changed = await changeTo(registrationId, form, { departmentId });
    expect([changed.status, changed.body.reviewer]).toEqual([200, world.company.name]);
    const old = await RegistrationModel.findById(registrationId).lean();
    expect([old?.status, old?.passwordHash]).toEqual(["withdrawn", null]);
    const fresh = await RegistrationModel.findById(changed.body.registrationId).lean();
    expect(fresh?.data).toEqual({
      ...before?.data,
      organizationId: world.company._id,
      organizationName: world.company.name,
      departmentId,
      departmentName: "研发部",
    });
    expect(await auditTypes(registrationId)).toContain("registration.superior_changed");
    const asCompany = await adminOf(server.app, server.url, world.company);
    const id = await taskOf(changed.body.registrationId, asCompany);
    await asCompany.ok(decideTask, { id, outcome: "approve" });
    await server.client().logIn("professional", form.idNumber, password);
    const person = await PersonModel.findOne({ organizationId: world.company._id, name: form.name }).lean();
    expect(person).toMatchObject({ departmentId, titleName: form.titleName });
  });

  it("400, 401, 404, 409: nothing is withdrawn", async () => {
    const { form, answer } = await register();
    const { registrationId } = answer.body;
    const departmentId = await newDepartment(server.app, world.hospital, { name: `他单位${registrationId}` });
    const refused: [object, [number, string]][] = [
      [{ organizationId: world.city._id }, [404, "organization.not_found"]],
      [{ departmentId }, [400, "department.unavailable"]],
      [{ password: "Falsch@123" }, [401, "login.wrong_password"]],
      [{ name: "别人" }, [404, "registration.not_found"]],
      [{ captchaText: "XXXX" }, [400, "captcha.wrong"]],
    ];
    for (const [given, expected] of refused)
      expect(await codeOf(changeTo(registrationId, form, given))).toEqual(expected);
    expect((await RegistrationModel.findById(registrationId).lean())?.status).toBe("pending");
    await unit.ok(decideTask, { id: await taskOf(registrationId), outcome: "approve" });
    expect(await codeOf(changeTo(registrationId, form))).toEqual([409, "registration.not_pending"]);
  });

  it("404: a unit's registration is changed by its superior, not here", async () => {
    const client = server.client();
    const form = await organizationForm(client, world);
    const { registrationId } = await client.ok(contracts.registerOrganization, form);
    const { name, idNumber } = form.applicant as { name: string; idNumber: string };
    const own = { ...(await personForm(client, world)), name, idNumber };
    expect(await codeOf(changeTo(registrationId, own))).toEqual([404, "organization.not_found"]);
  });

  it("409: of the change and the approval at once one happens, wholly", async () => {
    const { form, answer } = await register();
    const { registrationId } = answer.body;
    const id = await taskOf(registrationId);
    const both = await Promise.all([
      changeTo(registrationId, form),
      unit.call(decideTask, { id, outcome: "approve" }),
    ]);
    expect(statusesOf(both)).toEqual([200, 409]);
    const { status } = (await RegistrationModel.findById(registrationId).lean()) ?? {};
    expect(status).toBe(both[0].status === 200 ? "withdrawn" : "approved");
  });
});

describe("POST /registrations/:id/urge", () => {
  async function urge(id: string, form: PersonForm, given: Record<string, unknown> = {}) {
    const client = server.client();
    const { name, idNumber } = form;
    const body = { id, name, idNumber, password, ...(await client.captcha()), ...given };
    return client.call(urgeRegistration, body);
  }

  it("tells the reviewer's administrators, once in 24 hours; only whoever registered may (PRG-09)", async () => {
    const { answer, form } = await register();
    const { registrationId } = answer.body;
    const wrong = await urge(registrationId, form, { password: "Falsch@123" });
    expect([wrong.status, wrong.body.error?.code]).toEqual([401, "login.wrong_password"]);
    const other = await urge(registrationId, { ...form, name: "别人" });
    expect([other.status, other.body.error?.code]).toEqual([404, "registration.not_found"]);
    const urged = await urge(registrationId, form);
    expect([urged.status, urged.body.holders]).toEqual([200, [world.hospital.name]]);
    const instanceId = (await RegistrationModel.findById(registrationId).lean())?.instanceId ?? "";
    const messages = await messagesTo(world.hospital.adminAccountId, instanceId);
    expect(messages.map(({ kind }) => kind)).toEqual(["instance.urged"]);
    const again = await urge(registrationId, form);
    expect([again.status, again.body.error?.code]).toEqual([429, "instance.urged_already"]);
    await withdraw(registrationId, form);
    const ended = await urge(registrationId, form);
    expect([ended.status, ended.body.error?.code]).toEqual([409, "registration.not_pending"]);
  });
});

describe("POST /registrations/:id/withdrawal", () => {
  it("200: ends the review and frees the ID number", async () => {
    const { form, answer } = await register();
    const { registrationId } = answer.body;
    const id = await taskOf(registrationId);
    expect((await withdraw(registrationId, form)).status).toBe(200);
    expect((await progressOf(form)).body.registrations[0]?.statusName).toBe("已撤回");
    const late = await unit.call(decideTask, { id, outcome: "approve" });
    expect([late.status, late.body.error?.code]).toEqual([409, "task.withdrawn"]);
    expect((await register({ idNumber: form.idNumber })).answer.status).toBe(200);
    expect(await auditTypes(registrationId)).toEqual(["registration.submitted", "registration.withdrawn"]);
    expect((await RegistrationModel.findById(registrationId).lean())?.passwordHash).toBeNull();
  });

  it("400: a wrong captcha", async () => {
    const { form, answer } = await register();
    const refused = await withdraw(answer.body.registrationId, form, { captchaText: "XXXX" });
    expect(refused.body.error?.code).toBe("captcha.wrong");
  });

  it("401: a wrong password", async () => {
    const { form, answer } = await register();
    const refused = await withdraw(answer.body.registrationId, form, { password: "Falsch@123" });
    expect([refused.status, refused.body.error?.code]).toEqual([401, "login.wrong_password"]);
    expect((await progressOf(form)).body.registrations[0]?.statusName).toBe("待审核");
  });

  it("404: a registration of somebody else", async () => {
    const [mine, theirs] = [await register(), await register()];
    const refused = await withdraw(theirs.answer.body.registrationId, mine.form);
    expect([refused.status, refused.body.error?.code]).toEqual([404, "registration.not_found"]);
  });

  it("409: races with the approval: one of the two happens, wholly", async () => {
    for (let round = 0; round < 3; round += 1) {
      const { form, answer } = await register();
      const { registrationId } = answer.body;
      const id = await taskOf(registrationId);
      const [withdrawn, decided] = await Promise.all([
        withdraw(registrationId, form),
        unit.call(decideTask, { id, outcome: "approve" }),
      ]);
      expect(statusesOf([withdrawn, decided])).toEqual([200, 409]);
      const registration = await RegistrationModel.findById(registrationId).lean();
      const people = await PersonModel.countDocuments({
        name: form.name,
        accountId: registration?.accountId ?? "",
      });
      expect([registration?.status, people]).toEqual(
        decided.status === 200 ? ["approved", 1] : ["withdrawn", 0],
      );
    }
  });

  it("409: one that is decided", async () => {
    const { form, answer } = await register();
    const { registrationId } = answer.body;
    await unit.ok(decideTask, { id: await taskOf(registrationId), outcome: "approve" });
    const refused = await withdraw(registrationId, form);
    expect([refused.status, refused.body.error?.code]).toEqual([409, "registration.not_pending"]);
    expect(refused.body.error?.message).toContain("审核通过");
  });
});
