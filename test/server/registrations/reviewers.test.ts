import { beforeEach, describe, expect, it } from "vitest";
import { DepartmentModel } from "../../../src/models/department.ts";
import { MembershipModel } from "../../../src/models/membership.ts";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { PersonModel } from "../../../src/models/person.ts";
import { RegistrationModel } from "../../../src/models/registration.ts";
import { SweepModel } from "../../../src/models/sweep.ts";
import { WorkflowTask } from "../../../src/models/workflow-task.ts";
import { checkHolders } from "../../../src/server/jobs/check-holders.ts";
import { changeDepartment, setDepartmentStatus } from "../../../src/shared/contracts/departments.ts";
import { reassignTask } from "../../../src/shared/contracts/instances.ts";
import { getFile } from "../../../src/shared/contracts/platform.ts";
import * as contracts from "../../../src/shared/contracts/registrations.ts";
import { decideTask, listTasks } from "../../../src/shared/contracts/workflow.ts";
import { newDepartment } from "../../support/departments.ts";
import { buildLogin, type Login, password } from "../../support/login.ts";
import { organizationForm, personForm, type PersonForm } from "../../support/registrations.ts";
import { useProvince } from "../../support/province.ts";
import { adminOf, newUnit, type Unit } from "../../support/world.ts";

/** Who reviews a registration when the usual reviewer cannot: it never waits for nobody (AUD-10, FLW-10). */

const { server, world } = useProvince();
let unit: Unit;

beforeEach(async () => {
  // Directly below a bureau: no authority stands between.
  unit = await newUnit(server.app, world.county);
});

const admin = (of: Unit) => adminOf(server.app, server.url, of);

async function register(given: Partial<PersonForm> = {}) {
  const client = server.client();
  const form = await personForm(client, world, { organizationId: unit._id, ...given });
  return { form, receipt: await client.ok(contracts.registerPerson, form) };
}

/** The task of a registration as its holder finds it in his list, with the form that he reads. */
async function taskAt(holder: Unit, registrationId: string) {
  const client = await admin(holder);
  const { rows } = await client.ok(listTasks, { pageSize: 200 });
  const task = rows.find(({ businessId }) => businessId === registrationId);
  const details = await client.call(contracts.getRegistration, { id: registrationId });
  const notice = (await WorkflowTask.findById(task?.id ?? "", { notice: 1 }).lean())?.notice;
  return { client, task, notice, details };
}

async function approveAt(holder: Unit, registrationId: string) {
  const { client, task } = await taskAt(holder, registrationId);
  await client.ok(decideTask, { id: task?.id ?? "", outcome: "approve" });
}

async function holdersChecked(): Promise<void> {
  await SweepModel.deleteMany({});
  for (let finished = false; !finished; ) ({ finished } = await checkHolders(server.app, { pages: 50 }));
}

/** The unit's only administrator, who is no professional yet. */
async function onlyAdministrator(): Promise<Login> {
  const login = await buildLogin(server.app, world.hospital);
  await PersonModel.deleteOne({ _id: login.personId });
  await MembershipModel.updateOne({ _id: unit.adminRoleKey }, { $set: { accountId: login.accountId } });
  return login;
}

describe("a unit's only administrator who registers as one of its people", () => {
  it("is reviewed by the bureau above, which sees why, and by nobody in the unit", async () => {
    const { idNumber } = await onlyAdministrator();
    const { receipt } = await register({ idNumber });
    expect(receipt.reviewer).toBe(world.county.name);
    const { notice, details } = await taskAt(world.county, receipt.registrationId);
    expect(notice).toBe(`「${unit.name}」暂无可用管理员，由「${world.county.name}」代审`);
    expect(details.status).toBe(200);
    const asHimself = await server.client().logIn("employer", idNumber, password);
    expect((await asHimself.ok(listTasks, {})).rows).toEqual([]);
    await approveAt(world.county, receipt.registrationId);
    const idNumberIndex = server.app.secrets.blindIndex(idNumber);
    expect(await PersonModel.findOne({ idNumberIndex }).lean()).toMatchObject({ organizationId: unit._id });
  });

  it("stays with the unit while somebody else there can review it", async () => {
    const { accountId, idNumber } = await buildLogin(server.app, world.hospital);
    await PersonModel.deleteOne({ accountId });
    const { receipt } = await register({ idNumber });
    expect(receipt.reviewer).toBe(unit.name);
  });

  it("registers a unit below his own: the next above reviews it", async () => {
    const { idNumber } = await onlyAdministrator();
    const client = server.client();
    const receipt = await client.ok(
      contracts.registerOrganization,
      await organizationForm(client, world, {
        superiorId: unit._id,
        bureauId: world.county._id,
        applicant: { kind: "existing", idNumber, password },
      }),
    );
    expect(receipt.reviewer).toBe(world.county.name);
    await approveAt(world.county, receipt.registrationId);
    expect(await OrganizationModel.countDocuments({ superiorId: unit._id })).toBe(1);
  });
});

describe("a reviewer who goes while a registration waits", () => {
  it("is followed by the nearest above that can: it reads the form, the applicant finds it, it decides", async () => {
    const { form, receipt } = await register();
    await MembershipModel.deleteMany({ organizationId: unit._id });
    await holdersChecked();
    const { notice, details } = await taskAt(world.county, receipt.registrationId);
    expect(notice).toContain(`由「${world.county.name}」代审`);
    expect([details.status, details.body.applicantName]).toEqual([200, form.name]);
    const asked = server.client();
    const { name, idNumber } = form;
    const query = { name, idNumber, ...(await asked.captcha()) };
    const [progress] = (await asked.ok(contracts.queryRegistrations, query)).registrations;
    expect(progress?.reviewer.name).toBe(world.county.name);
    await approveAt(world.county, receipt.registrationId);
    expect((await RegistrationModel.findById(receipt.registrationId).lean())?.status).toBe("approved");
  });

  it("hands the scan over with the task that a bureau gives to another; the former reads it no longer", async () => {
    const client = server.client();
    const form = await organizationForm(client, world, { superiorId: world.authority._id });
    const { registrationId } = await client.ok(contracts.registerOrganization, form);
    const before = await taskAt(world.authority, registrationId);
    const other = await newUnit(server.app, world.city, { kind: "authority" });
    await (await admin(world.city)).ok(reassignTask, {
      id: before.task?.id ?? "",
      organizationId: other._id,
      reason: "申请单位选错主管部门",
    });
    const { client: asOther, details } = await taskAt(other, registrationId);
    expect(details.status).toBe(200);
    const id = form.scan.fileId;
    expect((await asOther.call(getFile, { id })).status).toBe(200);
    expect((await taskAt(world.authority, registrationId)).details.status).toBe(404);
    await approveAt(other, registrationId);
    // Only who reviews differs: the unit stands where it applied to stand.
    const created = await OrganizationModel.findOne({ creditCode: form.creditCode }).lean();
    expect(created?.superiorId).toBe(world.authority._id);
  });
});

describe("the department that an applicant chose", () => {
  it("is as it is called when he is approved; one that is disabled by then leaves him in none (DEP-06)", async () => {
    const client = await admin(unit);
    const renamed = await newDepartment(server.app, unit, { name: "旧名科" });
    const closed = await newDepartment(server.app, unit, { name: "撤销科" });
    const first = await register({ departmentId: renamed });
    const second = await register({ departmentId: closed });
    await client.ok(changeDepartment, { id: renamed, name: "新名科" });
    await client.ok(setDepartmentStatus, { id: closed, status: "disabled" });
    for (const { receipt } of [first, second]) await approveAt(unit, receipt.registrationId);
    const personOf = ({ form }: { form: PersonForm }) =>
      PersonModel.findOne({ idNumberIndex: server.app.secrets.blindIndex(form.idNumber) }).lean();
    expect(await personOf(first)).toMatchObject({ departmentId: renamed, departmentName: "新名科" });
    expect(await personOf(second)).toMatchObject({ departmentId: null, departmentName: null });
    expect(await DepartmentModel.countDocuments({ organizationId: unit._id })).toBe(2);
  });
});
