import { beforeEach, describe, expect, it } from "vitest";
import { AccountModel } from "../../../src/models/account.ts";
import { DepartmentModel } from "../../../src/models/department.ts";
import { MembershipModel } from "../../../src/models/membership.ts";
import { type Person, PersonModel } from "../../../src/models/person.ts";
import { PersonYearModel } from "../../../src/models/person-year.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { getApplication, withdrawApplication } from "../../../src/shared/contracts/applications.ts";
import { importCreditHistory } from "../../../src/shared/contracts/imports.ts";
import { saveContactData, submitProfileChange } from "../../../src/shared/contracts/profile-changes.ts";
import { submitTransfer } from "../../../src/shared/contracts/transfers.ts";
import { decideTasks } from "../../../src/shared/contracts/workflow.ts";
import {
  approveApplication,
  attachmentsOf,
  auditTypes,
  decide,
  endOf,
  messagesTo,
  openTask,
  storedApplication,
} from "../../support/applications.ts";
import { adminOf, newPerson, personClient, type Unit } from "../../support/world.ts";
import { statusesOf } from "../../support/answers.ts";
import { useProvince } from "../../support/province.ts";
import { newDepartment } from "../../support/departments.ts";

let doctor: Person & { idNumber: string };
let asDoctor: ApiClient;
const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

beforeEach(async () => {
  doctor = await build();
  asDoctor = await personClient(server.app, server.url, doctor);
});

const build = (given: Partial<Person> = {}, unit: Unit = world.hospital) =>
  newPerson(server.app, unit, given);
const admin = (unit: Unit) => adminOf(server.app, server.url, unit);
const stored = (person: Person) => PersonModel.findById(person._id).lean<Person>();
const proofs = (...keys: ("name" | "title")[]) =>
  attachmentsOf(server.app, doctor.accountId, keys) as Promise<
    { key: "name" | "title"; fileId: string; name: string }[]
  >;

const assistant = { series: "04", level: "4", name: "医师", obtainedOn: "2010-06-01" };
const newTitle = { series: "04", level: "3", name: "主治医师", obtainedOn: "2014-06-01" };

const department = (unit: Unit, name: string) => newDepartment(server.app, unit, { name });

describe("POST /profile-changes", () => {
  it("changes nothing before the unit has approved, then all lines at once (PER-04, AUD-04)", async () => {
    const departmentId = await department(world.hospital, `检验科${doctor._id}`);
    const change = await asDoctor.ok(submitProfileChange, {
      changes: { name: "王更名", education: "10", school: "郑州大学", departmentId, isAccountant: true },
      attachments: await proofs("name"),
    });
    expect(change).toMatchObject({
      kind: "profile-change",
      status: "pending",
      holderName: world.hospital.name,
    });
    const asHospital = await admin(world.hospital);
    const reviewed = await asHospital.ok(getApplication, { id: change.id });
    expect(reviewed.data["changes"]).toEqual([
      { field: "name", name: "姓名", old: doctor.name, new: "王更名" },
      { field: "education", name: "学历", old: null, new: "研究生" },
      { field: "school", name: "毕业院校", old: null, new: "郑州大学" },
      { field: "isAccountant", name: "是否会计人员", old: "否", new: "是" },
      { field: "departmentId", name: "所属工作部门", old: null, new: `检验科${doctor._id}` },
    ]);
    expect(await stored(doctor)).toMatchObject({ name: doctor.name, education: null, isAccountant: false });
    await approveApplication(server, [world.hospital], change);
    expect(await endOf(change)).toBe("applied");
    expect(await stored(doctor)).toMatchObject({
      name: "王更名",
      education: "10",
      school: "郑州大学",
      departmentId,
      departmentName: `检验科${doctor._id}`,
      isAccountant: true,
      major: null,
      organizationId: world.hospital._id,
    });
    expect((await AccountModel.findById(doctor.accountId).lean())?.name).toBe("王更名");
    expect(await auditTypes(change.id)).toEqual([
      "application.approved",
      "application.submitted",
      "task.decided",
    ]);
    expect(await auditTypes(doctor._id)).toContain("person.changed");
    expect((await messagesTo(doctor.accountId, change.id))[0]?.kind).toBe("application.approved");
  });

  it("keeps the history of titles and determines the years anew that a title decides (REQ-02)", async () => {
    const young = await build({ titleLevel: "4", titleName: "医师", titles: [assistant] });
    const client = await personClient(server.app, server.url, young);
    const proof = () => attachmentsOf(server.app, young.accountId, ["title"]) as ReturnType<typeof proofs>;
    const row = { idNumber: young.idNumber, title: "年度学时", public: 12, professional: 60 };
    const rows = [2014, 2015].map((year) => ({ ...row, year }));
    await (await admin(world.province)).ok(importCreditHistory, { source: "原平台", rows });
    const years = () =>
      PersonYearModel.find({ personId: young._id }, { year: 1, titleLevel: 1, required: 1 })
        .sort({ year: 1 })
        .lean();
    const [before2014, before2015] = await years();
    expect([before2014?.titleLevel, before2015?.titleLevel]).toEqual(["4", "4"]);
    const change = await client.ok(submitProfileChange, {
      changes: { title: newTitle },
      attachments: await proof(),
    });
    await approveApplication(server, [world.hospital], change);
    expect(await stored(young)).toMatchObject({
      titleLevel: "3",
      titleName: "主治医师",
      titles: [assistant, newTitle],
    });
    const [after2014, after2015] = await years();
    expect(after2014).toEqual(before2014);
    expect(after2015?.titleLevel).toBe("3");
    expect(after2015?.required.total).toBeGreaterThan(before2015?.required.total ?? 0);

    // The same day again is a correction, not another title.
    const corrected = await client.ok(submitProfileChange, {
      changes: { title: { ...newTitle, level: "2", name: "副主任医师" } },
      attachments: await proof(),
    });
    await approveApplication(server, [world.hospital], corrected);
    expect((await stored(young))?.titles.map(({ level }) => level)).toEqual(["4", "2"]);
  });

  it("is refused with a reason and may be asked for again", async () => {
    const change = await asDoctor.ok(submitProfileChange, { changes: { school: "郑州大学" } });
    expect((await decide(server, world.hospital, { ...change, outcome: "reject" })).status).toBe(200);
    const refused = await asDoctor.ok(getApplication, { id: change.id });
    expect(refused).toMatchObject({ status: "rejected", reason: "材料不全", canResubmit: false });
    expect(await endOf(change)).toBe("rejected");
    expect((await stored(doctor))?.school).toBeNull();
    const again = await asDoctor.ok(submitProfileChange, { changes: { school: "河南大学" } });
    await asDoctor.ok(withdrawApplication, { id: again.id });
    expect(await endOf(again)).toBe("ended");
    expect((await storedApplication(again.id)).status).toBe("withdrawn");
    expect((await stored(doctor))?.school).toBeNull();
  });

  it("is decided in a batch, each row for itself (AUD-09)", async () => {
    const other = await build();
    const asOther = await personClient(server.app, server.url, other);
    const changes = [
      await asDoctor.ok(submitProfileChange, { changes: { major: "临床医学" } }),
      await asOther.ok(submitProfileChange, { changes: { major: "护理学" } }),
    ];
    const taskIds = [];
    for (const change of changes) taskIds.push((await openTask(change))._id);
    await asOther.ok(withdrawApplication, { id: changes[1]?.id ?? "" });
    const asHospital = await admin(world.hospital);
    const batch = await asHospital.ok(decideTasks, { taskIds, outcome: "approve" });
    expect(batch.results.map(({ code }) => code)).toEqual([null, "task.withdrawn"]);
    expect((await stored(doctor))?.major).toBe("临床医学");
    expect((await stored(other))?.major).toBeNull();
  });

  it("of the unit's only administrator goes to the superior, with a notice (AUD-10, FLW-10)", async () => {
    const person = await build({ accountId: world.company.adminAccountId }, world.company);
    const client = await personClient(server.app, server.url, person);
    const change = await client.ok(submitProfileChange, { changes: { major: "财务管理" } });
    expect(change.holderName).toBe(world.county.name);
    expect((await openTask(change)).notice).toContain(`由「${world.county.name}」代审`);
    expect(await MembershipModel.countDocuments({ organizationId: world.company._id })).toBe(1);
    await approveApplication(server, [world.county], change);
    expect((await stored(person))?.major).toBe("财务管理");
  });

  it("leaves the person without a department that was closed meanwhile", async () => {
    const departmentId = await department(world.hospital, `撤并科室${doctor._id}`);
    const change = await asDoctor.ok(submitProfileChange, { changes: { departmentId } });
    await DepartmentModel.updateOne(
      { _id: departmentId },
      { $set: { status: "disabled", available: false } },
    );
    await approveApplication(server, [world.hospital], change);
    expect((await stored(doctor))?.departmentId).toBeNull();
  });

  it.each([
    ["nothing changes", { changes: {} }, "没有修改任何信息"],
    ["only what it is already", { changes: { nation: null, isAccountant: false } }, "没有修改任何信息"],
    ["a name without evidence", { changes: { name: "王更名" } }, "修改姓名须上传证明材料"],
    ["a title without evidence", { changes: { title: newTitle } }, "修改职称须上传证明材料"],
    ["a title to come", { changes: { title: { ...newTitle, obtainedOn: "2027-01-01" } } }, "不能晚于今天"],
    ["a first day to come", { changes: { workStartedOn: "2027-01-01" } }, "不能晚于今天"],
    ["an unknown code", { changes: { education: "77" } }, "请选择学历"],
    ["the ID number", { changes: { idNumber: "410105198003070018" } }, ""],
    ["the unit", { changes: { organizationId: "0".repeat(24) } }, ""],
  ])("400: %s", async (_case, body, message) => {
    const { status, body: answer } = await asDoctor.call(submitProfileChange, body);
    expect(status).toBe(400);
    expect(answer.error?.problems.map((problem) => problem.message).join()).toContain(message);
  });

  it("403 for administrators, 404 for strangers' files, 400 for another unit's department", async () => {
    const changes = { major: "临床医学" };
    expect((await (await admin(world.hospital)).call(submitProfileChange, { changes })).status).toBe(403);
    expect((await server.client().call(submitProfileChange, { changes })).status).toBe(401);
    const attachments = await attachmentsOf(server.app, world.company.adminAccountId, ["other"]);
    const stolen = await asDoctor.call(submitProfileChange, { changes, attachments });
    expect(stolen.body.error?.code).toBe("file.not_found");
    const departmentId = await department(world.company, `外单位${doctor._id}`);
    const foreign = await asDoctor.call(submitProfileChange, { changes: { departmentId } });
    expect(foreign.body.error?.code).toBe("department.unavailable");
  });

  it("409 for a second one, and of a change and a transfer at once one wins (TRF-01)", async () => {
    await asDoctor.ok(submitProfileChange, { changes: { major: "临床医学" } });
    const second = await asDoctor.call(submitProfileChange, { changes: { major: "护理学" } });
    expect(second.body.error?.code).toBe("application.pending_exists");
    const to = { kind: "unit" as const, organizationId: world.company._id };
    const blocked = await asDoctor.call(submitTransfer, { to, reason: "工作调动" });
    expect(blocked.body.error?.code).toBe("application.blocked");
    const other = await build();
    const client = await personClient(server.app, server.url, other);
    const answers = await Promise.all([
      client.call(submitTransfer, { to, reason: "工作调动" }),
      client.call(submitProfileChange, { changes: { major: "护理学" } }),
    ]);
    expect(statusesOf(answers)).toEqual([200, 409]);
  });
});

describe("PUT /profile/contact", () => {
  it("saves at once what nobody needs to check; nothing else changes", async () => {
    await asDoctor.ok(saveContactData, { email: "wang@example.com", nativePlace: "河南开封" });
    expect(await AccountModel.findById(doctor.accountId).lean()).toMatchObject({
      email: "wang@example.com",
      landline: null,
      name: doctor.name,
    });
    expect(await stored(doctor)).toMatchObject({ nativePlace: "河南开封", name: doctor.name });
    expect(await auditTypes(doctor._id)).toContain("person.changed");
    await asDoctor.ok(saveContactData, { email: null });
    expect((await AccountModel.findById(doctor.accountId).lean())?.email).toBeNull();
  });

  it("400 on a wrong address or a controlled field, 403 for administrators", async () => {
    expect((await asDoctor.call(saveContactData, { email: "无" })).status).toBe(400);
    expect((await asDoctor.call(saveContactData, { name: "王更名" })).status).toBe(400);
    expect((await (await admin(world.hospital)).call(saveContactData, { nativePlace: "郑州" })).status).toBe(
      403,
    );
  });
});
