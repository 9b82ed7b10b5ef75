import { describe, expect, it, vi } from "vitest";
import { AccountModel } from "../../../src/models/account.ts";
import { JobModel } from "../../../src/models/job.ts";
import { RegistrationModel } from "../../../src/models/registration.ts";
import * as contracts from "../../../src/shared/contracts/registrations.ts";
import { decideTasks } from "../../../src/shared/contracts/workflow.ts";
import { decide, messagesTo, openTask } from "../../support/applications.ts";
import { buildLogin, password } from "../../support/login.ts";
import { useProvince } from "../../support/province.ts";
import { newApplicant, organizationForm, personForm } from "../../support/registrations.ts";
import { adminOf, type Unit } from "../../support/world.ts";

/** REG-26, AUD-01, AUD-05, NOT-01: an applicant who has no account yet hears of a decision, too. */

const { server, world } = useProvince();

let phones = 0;
function freshPhone(): string {
  phones += 1;
  return `139${String(phones).padStart(8, "0")}`;
}

async function applyAsUnit(phone = freshPhone()) {
  const client = server.client();
  const applicant = { ...newApplicant(), phone };
  const form = await organizationForm(client, world, { applicant });
  const { registrationId } = await client.ok(contracts.registerOrganization, form);
  return { phone, form, registration: await stored(registrationId) };
}

async function applyAsPerson(phone = freshPhone()) {
  const client = server.client();
  const form = await personForm(client, world, { phone });
  const { registrationId } = await client.ok(contracts.registerPerson, form);
  return { phone, form, registration: await stored(registrationId) };
}

async function stored(id: string) {
  const registration = await RegistrationModel.findById(id).lean();
  if (registration === null) throw new Error("the registration is not stored");
  return registration;
}

const textsTo = (phone: string) => server.texts.filter((sent) => sent.phone === phone);

async function textTo(phone: string): Promise<string> {
  await vi.waitFor(() => expect(textsTo(phone)).toHaveLength(1), { timeout: 20_000 });
  return textsTo(phone)[0]?.text ?? "";
}

describe("a rejected registration", () => {
  it("is told on the phone with its reason to whoever has no account; nothing readable is kept for it", async () => {
    for (const [apply, unit] of [
      [applyAsUnit, world.authority],
      [applyAsPerson, world.hospital],
    ] as const) {
      const { phone, registration } = await apply();
      const rejection = { ...registration, outcome: "reject", comment: "扫描件不清晰" };
      expect((await decide(server, unit, rejection)).status).toBe(200);
      const text = await textTo(phone);
      expect(text).toContain(`（受理号${registration.receiptNumber}）未通过审核，原因：扫描件不清晰`);
      expect(text).toContain(registration.subjectName);
      const job = await JobModel.findOne({ kind: "phone.send" }).sort({ createdAt: -1 }).lean();
      expect(Object.keys(job?.data ?? {}).toSorted()).toEqual(["phoneCipher", "textCipher"]);
      expect(JSON.stringify(job?.data)).not.toMatch(new RegExp(`${phone}|扫描件`));
      expect(await AccountModel.exists({ idNumberIndex: registration.idNumberIndex })).toBeNull();
    }
  });

  it("is told within the platform to an existing user", async () => {
    const login = await buildLogin(server.app, world.company);
    const client = server.client();
    const applicant = { kind: "existing" as const, idNumber: login.idNumber, password };
    const form = await organizationForm(client, world, { applicant });
    const { registrationId } = await client.ok(contracts.registerOrganization, form);
    const registration = await stored(registrationId);
    await decide(server, world.authority, { ...registration, outcome: "reject", comment: "已有同名单位" });
    const told = await messagesTo(login.accountId, registrationId);
    expect(told.map(({ title }) => title)).toEqual(["注册申请审核不通过"]);
    expect(told[0]?.text).toContain("原因：已有同名单位");
  });
});

describe("registrations decided in a batch", () => {
  async function batch(unit: Unit, applied: { registration: { instanceId: string } }[], outcome: string) {
    const taskIds = [];
    for (const { registration } of applied) taskIds.push((await openTask(registration))._id);
    const client = await adminOf(server.app, server.url, unit);
    return await client.ok(decideTasks, { taskIds, outcome, comment: "材料不全" });
  }

  it("each applicant is told; whoever was rejected registers anew with the same number (PRG-05)", async () => {
    const people = [await applyAsPerson(), await applyAsPerson()];
    expect(await batch(world.hospital, people, "reject")).toMatchObject({ succeeded: 2, failed: 0 });
    for (const { phone, form } of people) {
      expect(await textTo(phone)).toContain("原因：材料不全");
      const client = server.client();
      const again = { ...form, ...(await client.captcha()) };
      expect((await client.call(contracts.registerPerson, again)).status).toBe(200);
    }
  });

  it("units come to be one by one; one that was withdrawn meanwhile fails alone (AUD-05, AUD-09)", async () => {
    const units = [await applyAsUnit(), await applyAsUnit(), await applyAsUnit()];
    const [first, gone, last] = units;
    if (first === undefined || gone === undefined || last === undefined) throw new Error("too few");
    const taskOfGone = (await openTask(gone.registration))._id;
    const taskIds = [
      (await openTask(first.registration))._id,
      taskOfGone,
      (await openTask(last.registration))._id,
    ];
    const client = server.client();
    const { idNumber } = gone.form.applicant;
    const credentials = { name: "申请人", idNumber, password, ...(await client.captcha()) };
    await client.ok(contracts.withdrawRegistration, { id: gone.registration._id, ...credentials });
    const asAuthority = await adminOf(server.app, server.url, world.authority);
    const answer = await asAuthority.ok(decideTasks, { taskIds, outcome: "approve" });
    expect(answer).toMatchObject({ succeeded: 2, failed: 1 });
    expect(answer.results.find(({ ok }) => !ok)).toMatchObject({
      taskId: taskOfGone,
      code: "task.withdrawn",
    });
    const states = await Promise.all(units.map(({ registration }) => stored(registration._id)));
    expect(states.map(({ status }) => status)).toEqual(["approved", "withdrawn", "approved"]);
    expect(await textTo(last.phone)).toContain("已审核通过");
    expect(textsTo(gone.phone)).toEqual([]);
  });
});
