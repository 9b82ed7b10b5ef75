import { beforeAll, describe, expect, it } from "vitest";
import { AccountModel } from "../../../src/models/account.ts";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { RegistrationModel } from "../../../src/models/registration.ts";
import { StoredFileModel } from "../../../src/models/stored-file.ts";
import { WorkflowInstance } from "../../../src/models/workflow-instance.ts";
import { getFile } from "../../../src/shared/contracts/platform.ts";
import { changeRegistrationSuperior } from "../../../src/shared/contracts/registration-changes.ts";
import * as contracts from "../../../src/shared/contracts/registrations.ts";
import { decideTask, listTasks } from "../../../src/shared/contracts/workflow.ts";
import { creditCode } from "../../../src/server/seeds/synthetic.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { buildLogin, password } from "../../support/login.ts";
import { newApplicant, organizationForm, uploadScan } from "../../support/registrations.ts";
import { adminOf, freshIdNumber, type Unit } from "../../support/world.ts";
import { statusesOf } from "../../support/answers.ts";
import { auditTypes, messagesTo } from "../../support/applications.ts";
import { useProvince } from "../../support/province.ts";

let reviewer: ApiClient;
const { server, world } = useProvince();

beforeAll(async () => {
  reviewer = await adminOf(server.app, server.url, world.authority);
});

async function register(given: Parameters<typeof organizationForm>[2] = {}) {
  const client = server.client();
  const form = await organizationForm(client, world, given);
  return { client, form, answer: await client.call(contracts.registerOrganization, form) };
}

/** What a refused registration must not have left. */
async function counts() {
  return {
    registrations: await RegistrationModel.countDocuments({}),
    instances: await WorkflowInstance.countDocuments({}),
    used: await StoredFileModel.countDocuments({ usedBy: { $type: "string" } }),
  };
}

async function decideAs(unit: Unit, registrationId: string) {
  const client = await adminOf(server.app, server.url, unit);
  const { rows } = await client.ok(listTasks, { pageSize: 200 });
  const task = rows.find(({ businessId }) => businessId === registrationId);
  return client.ok(decideTask, { id: task?.id ?? "", outcome: "approve" });
}

async function decide(registrationId: string, outcome: string, comment = "") {
  const { rows } = await reviewer.ok(listTasks, { pageSize: 200 });
  const task = rows.find(({ businessId }) => businessId === registrationId);
  return reviewer.ok(decideTask, { id: task?.id ?? "", outcome, comment });
}

describe("POST /registrations/organizations", () => {
  describe("200", () => {
    it("waits for the chosen superior; approved, the applicant signs in as super-administrator", async () => {
      const { form, answer } = await register();
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ reviewer: world.authority.name });
      expect(answer.body.receiptNumber).toMatch(/^ZC\d{8}-\d{6}$/);
      const { registrationId } = answer.body;
      // The reviewer's administrators learn of it (NOT-01).
      expect(await messagesTo(world.authority.adminAccountId, registrationId)).toMatchObject([
        { kind: "organization-registration.submitted", title: "有新的用人单位注册待审核" },
      ]);
      await decide(registrationId, "approve");
      const created = await OrganizationModel.findOne({ creditCode: form.creditCode }).lean();
      expect(created).toMatchObject({
        superiorId: world.authority._id,
        bureauId: world.city._id,
        ancestorIds: [world.authority._id, world.city._id, world.province._id],
        address: "郑州市示例路（东段）1号",
      });
      await server.client().logIn("employer", form.applicant.idNumber, password);
      expect(await auditTypes(registrationId)).toEqual([
        "registration.approved",
        "registration.submitted",
        "task.decided",
      ]);
      // The password's hash is in one place only, and the ID number nowhere in the clear.
      const registration = await RegistrationModel.findById(registrationId).lean();
      expect(registration?.passwordHash).toBeNull();
      expect(JSON.stringify(registration)).not.toContain(form.applicant.idNumber);
    });

    it("registers a second organization for an existing user, who proves the password", async () => {
      const login = await buildLogin(server.app, world.hospital);
      const applicant = { kind: "existing" as const, idNumber: login.idNumber, password };
      const { answer } = await register({ applicant, superiorId: world.city._id });
      expect(answer.status).toBe(200);
      expect(answer.body.reviewer).toBe(world.city.name);
    });

    it("goes to the nearest organization above that can act, when the superior has no administrator", async () => {
      const without = { _id: world.hospital._id };
      await OrganizationModel.updateOne(without, { $set: { hasAdministrator: false } });
      const { answer } = await register({ superiorId: world.hospital._id });
      expect(answer.body.reviewer).toBe(world.authority.name);
      await decide(answer.body.registrationId, "approve");
      const created = await OrganizationModel.findOne({ superiorId: world.hospital._id }).lean();
      expect(created?.ancestorIds[0]).toBe(world.hospital._id);
      await OrganizationModel.updateOne(without, { $set: { hasAdministrator: true } });
    });

    it("an authority's registration goes to its 同级人社, whatever authority it chooses above it", async () => {
      const { answer } = await register({ kind: "authority" });
      expect(answer.body.reviewer).toBe(world.city.name);
    });

    it("a base's registration goes to the bureau of the level that grants it, which the base keeps", async () => {
      const city = await register({ kind: "base", superiorId: world.authority._id });
      expect(city.answer.body.reviewer).toBe(world.city.name);
      const base = { kind: "base" as const, superiorId: world.city._id };
      for (const grantingLevel of ["national", "province"] as const) {
        const { answer } = await register({ ...base, grantingLevel });
        expect(answer.body.reviewer).toBe(world.province.name);
      }
      const { form, answer } = await register({ ...base, regionCode: "410105", grantingLevel: "city" });
      expect(answer.body.reviewer).toBe(world.city.name);
      await decideAs(world.city, answer.body.registrationId);
      const created = await OrganizationModel.findOne({ creditCode: form.creditCode }).lean();
      expect(created).toMatchObject({ kind: "base", grantingLevel: "city", superiorId: world.city._id });
    });

    it("answers a repeated submit with the first answer and registers once", async () => {
      const client = server.client();
      const form = await organizationForm(client, world);
      const key = { "idempotency-key": "a-key-of-this-test" };
      const first = await client.call(contracts.registerOrganization, form, key);
      const second = await client.call(contracts.registerOrganization, form, key);
      expect(second.body).toEqual(first.body);
      expect(await RegistrationModel.countDocuments({ creditCode: form.creditCode })).toBe(1);
      const changed = { ...form, name: "另一个名称" };
      const third = await client.call(contracts.registerOrganization, changed, key);
      expect([third.status, third.body.error?.code]).toEqual([409, "request.idempotency_mismatch"]);
    });

    it("frees code, ID number and scan when it is rejected", async () => {
      const { form, answer } = await register();
      await decide(answer.body.registrationId, "reject", "材料不清晰");
      const again = await register({ ...form, ...(await server.client().captcha()) });
      expect(again.answer.status).toBe(200);
    });
  });

  describe("400", () => {
    it("a wrong captcha", async () => {
      const { answer } = await register({ captchaText: "XXXX" });
      expect(answer.body.error?.code).toBe("captcha.wrong");
    });

    it("wrong check digits at their fields, in Chinese", async () => {
      const { form } = await register();
      const wrong = (text: string) => text.slice(0, -1) + (text.endsWith("1") ? "2" : "1");
      const { answer } = await register({
        creditCode: wrong(form.creditCode),
        applicant: { ...newApplicant(), idNumber: wrong(freshIdNumber()) },
      });
      expect(answer.status).toBe(400);
      expect(answer.body.error?.problems.map(({ path }) => path)).toEqual(
        expect.arrayContaining(["body.creditCode", "body.applicant.idNumber"]),
      );
    });

    it("a superior that is no superior: a base, a closed one, a bureau that is not the 同级人社", async () => {
      await OrganizationModel.updateOne({ _id: world.company._id }, { $set: { status: "closed" } });
      const before = await counts();
      for (const given of [
        { superiorId: world.base._id },
        { superiorId: world.company._id },
        { superiorId: "0".repeat(24) },
        { superiorId: world.county._id },
        { bureauId: world.hospital._id },
        { kind: "authority" as const, superiorId: world.hospital._id },
      ]) {
        const { answer } = await register(given);
        expect([answer.status, answer.body.error?.code]).toEqual([400, "registration.superior_invalid"]);
      }
      expect(await counts()).toEqual(before);
      await OrganizationModel.updateOne({ _id: world.company._id }, { $set: { status: "active" } });
    });

    it("an unknown field", async () => {
      const client = server.client();
      const form = { ...(await organizationForm(client, world)), status: "approved" };
      expect((await client.call(contracts.registerOrganization, form)).status).toBe(400);
    });
  });

  describe("401", () => {
    it("an existing user's wrong password, which counts towards the lock", async () => {
      const login = await buildLogin(server.app, world.hospital);
      const applicant = { kind: "existing" as const, idNumber: login.idNumber, password: "wrong" };
      const { answer } = await register({ applicant });
      expect([answer.status, answer.body.error?.code]).toEqual([401, "login.wrong_password"]);
      expect((await AccountModel.findById(login.accountId).lean())?.failedAttempts).toBe(1);
    });

    it("an existing user who is disabled", async () => {
      const login = await buildLogin(server.app, world.hospital);
      await AccountModel.updateOne({ _id: login.accountId }, { $set: { status: "disabled" } });
      const applicant = { kind: "existing" as const, idNumber: login.idNumber, password };
      expect((await register({ applicant })).answer.body.error?.code).toBe("login.disabled");
    });
  });

  describe("403", () => {
    it("a demonstration account from another machine: its password is known to everybody", async () => {
      const login = await buildLogin(server.app, world.hospital);
      await AccountModel.updateOne({ _id: login.accountId }, { $set: { demonstration: true } });
      const client = server.client();
      const applicant = { kind: "existing" as const, idNumber: login.idNumber, password };
      const form = await organizationForm(client, world, { applicant });
      const elsewhere = { "x-forwarded-for": "203.0.113.9" };
      const answer = await client.call(contracts.registerOrganization, form, elsewhere);
      expect([answer.status, answer.body.error?.code]).toEqual([403, "login.demonstration_only_here"]);
    });
  });

  describe("404", () => {
    it("a scan that does not exist, or that another registration uses", async () => {
      const { form } = await register();
      const before = await counts();
      for (const scan of [form.scan, { fileId: "0".repeat(24), name: "x" }]) {
        const { answer } = await register({ scan });
        expect([answer.status, answer.body.error?.code]).toEqual([404, "file.not_found"]);
      }
      expect(await counts()).toEqual(before);
    });
  });

  describe("409", () => {
    it("a credit code that a live organization holds: with its name and whom to ask", async () => {
      const { answer } = await register({ creditCode: world.hospital.creditCode ?? "" });
      expect(answer.status).toBe(409);
      expect(answer.body.error?.message).toContain(world.hospital.name);
      expect(answer.body.error?.details).toEqual({
        holder: world.hospital.name,
        contact: `${world.authority.name} ${world.authority.phone}`,
      });
    });

    it("a credit code that waits for review", async () => {
      const { form } = await register();
      const { answer } = await register({ creditCode: form.creditCode });
      expect(answer.body.error?.code).toBe("registration.credit_code_taken");
    });

    it("one of two that race for a code", async () => {
      const code = creditCode("12", "410100", 999_001);
      const forms = await Promise.all(
        [1, 2, 3].map(() => organizationForm(server.client(), world, { creditCode: code })),
      );
      const answers = await Promise.all(
        forms.map((one) => server.client().call(contracts.registerOrganization, one)),
      );
      expect(statusesOf(answers)).toEqual([200, 409, 409]);
    });

    it("new chosen by a user, existing chosen by a stranger", async () => {
      const login = await buildLogin(server.app, world.hospital);
      const taken = await register({ applicant: newApplicant({ idNumber: login.idNumber }) });
      expect(taken.answer.body.error?.code).toBe("registration.already_user");
      const stranger = await register({
        applicant: { kind: "existing", idNumber: freshIdNumber(), password },
      });
      expect(stranger.answer.body.error?.code).toBe("registration.not_user");
    });

    it("an applicant who waits already, with the receipt number", async () => {
      const first = await register();
      const { answer } = await register({ applicant: first.form.applicant });
      expect(answer.body.error).toMatchObject({
        code: "registration.pending_exists",
        details: { receiptNumber: first.answer.body.receiptNumber },
      });
    });
  });
});

describe("GET /registrations/credit-codes/:creditCode", () => {
  it("200: free or taken, with the natures that the code suggests", async () => {
    const client = server.client();
    const freeCode = creditCode("12", "410100", 999_002);
    const free = await client.ok(contracts.checkCreditCode, { creditCode: freeCode.toLowerCase() });
    expect(free).toEqual({ available: true, holder: null, contact: null, suggestedNatures: ["20", "21"] });
    const taken = await client.ok(contracts.checkCreditCode, { creditCode: world.hospital.creditCode ?? "" });
    expect(taken).toMatchObject({ available: false, holder: world.hospital.name });
  });

  it("400: a code that cannot exist", async () => {
    const answer = await server.client().call(contracts.checkCreditCode, { creditCode: "123" });
    expect(answer.body.error?.problems[0]).toEqual({
      path: "params.creditCode",
      message: "统一社会信用代码应为18位",
    });
  });
});

describe("GET /registrations/:id and its scan", () => {
  it("200: the reviewer sees the form and the scan, phone masked", async () => {
    const { form, answer } = await register();
    const view = await reviewer.ok(contracts.getRegistration, { id: answer.body.registrationId });
    expect(view).toMatchObject({
      applicantPhone: "137****0001",
      person: null,
      organization: { creditCode: form.creditCode, superiorName: world.authority.name, scan: form.scan },
    });
    const file = await reviewer.bytes(`/files/${form.scan.fileId}`);
    expect([file.status, file.headers.get("content-type")]).toEqual([200, "application/pdf"]);
  });

  it("401: without a session", async () => {
    const { form, answer } = await register();
    const { registrationId: id } = answer.body;
    expect((await server.client().call(contracts.getRegistration, { id })).status).toBe(401);
    expect((await server.client().call(getFile, { id: form.scan.fileId })).status).toBe(401);
  });

  it("404: for every other organization, even above", async () => {
    const { form, answer } = await register();
    for (const unit of [world.city, world.company, world.hospital]) {
      const other = await adminOf(server.app, server.url, unit);
      const view = await other.call(contracts.getRegistration, { id: answer.body.registrationId });
      expect([view.status, view.body.error?.code]).toEqual([404, "registration.not_found"]);
      expect((await other.call(getFile, { id: form.scan.fileId })).status).toBe(404);
    }
  });
});

describe("POST /registrations/files", () => {
  it("200: recognises by content and keeps equal bytes once", async () => {
    const scan = await uploadScan(server.client());
    const file = await StoredFileModel.findById(scan.fileId).lean();
    expect(file).toMatchObject({ mimeType: "application/pdf", usedBy: null, uploadedByAccountId: null });
  });

  it("415: a program that calls itself a picture", async () => {
    const answer = await server.client().upload(contracts.uploadRegistrationFile, {
      name: "scan.jpg",
      bytes: Buffer.from("MZ\u0090\u0000 not a picture"),
      type: "image/jpeg",
    });
    expect([answer.status, answer.body.error?.code]).toEqual([415, "file.wrong_type"]);
  });

  it("413: more than 10 MB", async () => {
    const bytes = Buffer.concat([Buffer.from("%PDF-1.4\n"), Buffer.alloc(10 * 1024 * 1024)]);
    const answer = await server
      .client()
      .upload(contracts.uploadRegistrationFile, { name: "a.pdf", bytes, type: "application/pdf" });
    expect([answer.status, answer.body.error?.code]).toEqual([413, "file.too_large"]);
  });

  it("400: without a file", async () => {
    const form = new FormData();
    form.append("other", "x");
    const answer = await server.client().raw("POST", "/api/registrations/files", { body: form });
    expect(answer.status).toBe(400);
  });
});

describe("POST /registrations/:id/superior", () => {
  async function changeTo(id: string, form: { applicant: { idNumber: string } }, given: object = {}) {
    const client = server.client();
    return client.call(changeRegistrationSuperior, {
      id,
      name: "申请人",
      idNumber: form.applicant.idNumber,
      password,
      superiorId: world.city._id,
      bureauId: world.city._id,
      ...(await client.captcha()),
      ...given,
    });
  }

  it("200: withdraws and submits the same data to the new superior, who approves it (PRG-09)", async () => {
    const { form, answer } = await register();
    const { registrationId } = answer.body;
    const before = await RegistrationModel.findById(registrationId).lean();
    const changed = await changeTo(registrationId, form);
    expect([changed.status, changed.body.reviewer]).toEqual([200, world.city.name]);
    const old = await RegistrationModel.findById(registrationId).lean();
    const fresh = await RegistrationModel.findById(changed.body.registrationId).lean();
    expect(old?.status).toBe("withdrawn");
    expect(fresh).toMatchObject({ status: "pending", reviewerId: world.city._id, subjectName: form.name });
    expect(fresh?.data).toEqual({ ...before?.data, superiorId: world.city._id });
    expect(await auditTypes(registrationId)).toContain("registration.superior_changed");
    await decideAs(world.city, changed.body.registrationId);
    await server.client().logIn("employer", form.applicant.idNumber, password);
    const found = await OrganizationModel.findOne({ creditCode: form.creditCode }).lean();
    expect(found?.superiorId).toBe(world.city._id);
  });

  it("400, 401, 404, 409: nothing is withdrawn", async () => {
    const { form, answer } = await register();
    const { registrationId } = answer.body;
    const refused = [
      await changeTo(registrationId, form, { superiorId: world.hospital._id, bureauId: world.hospital._id }),
      await changeTo(registrationId, form, { password: "Falsch@123" }),
      await changeTo(registrationId, form, { name: "别人" }),
    ];
    expect(refused.map(({ body }) => body.error?.code)).toEqual([
      "registration.superior_invalid",
      "login.wrong_password",
      "registration.not_found",
    ]);
    expect((await RegistrationModel.findById(registrationId).lean())?.status).toBe("pending");
    await decide(registrationId, "approve");
    const late = await changeTo(registrationId, form);
    expect([late.status, late.body.error?.code]).toEqual([409, "registration.not_pending"]);
    // Who has not signed in learns which organization decided, as in the progress query, and nobody's name.
    expect(late.body.error?.message).toMatch(
      new RegExp(`^该申请已办结（审核通过，由 ${world.authority.name} 于 [-\\d]+ [:\\d]+ 办理），不能撤回$`),
    );
  });
});
