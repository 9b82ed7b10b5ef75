import { beforeEach, describe, expect, it } from "vitest";
import { DepartmentModel } from "../../../src/models/department.ts";
import { type Person, PersonModel } from "../../../src/models/person.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { withdrawApplication } from "../../../src/shared/contracts/applications.ts";
import { createDraft, listDrafts } from "../../../src/shared/contracts/drafts.ts";
import {
  getOwnProfile,
  saveContactData,
  submitProfileChange,
} from "../../../src/shared/contracts/profile-changes.ts";
import { submitTransfer } from "../../../src/shared/contracts/transfers.ts";
import { newDepartment } from "../../support/departments.ts";
import { useProvince } from "../../support/province.ts";
import { adminOf, newPerson, personClient } from "../../support/world.ts";

let doctor: Person & { idNumber: string };
let asDoctor: ApiClient;
const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

beforeEach(async () => {
  doctor = await build();
  asDoctor = await personClient(server.app, server.url, doctor);
});

const build = (given: Partial<Person> = {}) => newPerson(server.app, world.hospital, given);

const assistant = { series: "04", level: "4", name: "医师", obtainedOn: "2010-06-01" };
const physician = { series: "04", level: "3", name: "主治医师", obtainedOn: "2014-06-01" };

describe("a draft of a change", () => {
  const kind = "profile-change" as const;
  const content = JSON.stringify({ changes: { major: "临床医学" } });

  it("is gone with its submission; of two submissions of one draft only one succeeds", async () => {
    const { id: draftId } = await asDoctor.ok(createDraft, { kind, title: "修改所学专业", content });
    const changes = { major: "临床医学" };
    const refused = await asDoctor.call(submitProfileChange, { changes: {}, draftId });
    expect(refused.status).toBe(400);
    expect((await asDoctor.ok(listDrafts, { kind })).rows).toHaveLength(1);
    const { id } = await asDoctor.ok(submitProfileChange, { changes, draftId });
    expect((await asDoctor.ok(listDrafts, { kind })).rows).toEqual([]);
    await asDoctor.ok(withdrawApplication, { id });
    const again = await asDoctor.call(submitProfileChange, { changes, draftId });
    expect([again.status, again.body.error?.code]).toEqual([404, "draft.not_found"]);
    expect((await asDoctor.ok(submitProfileChange, { changes })).status).toBe("pending");
  });

  it("is a professional's: 403 for administrators, 404 for another kind's", async () => {
    const asHospital = await adminOf(server.app, server.url, world.hospital);
    expect((await asHospital.call(createDraft, { kind, title: "", content })).status).toBe(403);
    const declaration = { kind: "declaration" as const, title: "", content: "{}" };
    const { id: draftId } = await asDoctor.ok(createDraft, declaration);
    const answer = await asDoctor.call(submitProfileChange, { changes: { major: "临床医学" }, draftId });
    expect(answer.body.error?.code).toBe("draft.not_found");
  });
});

describe("GET /profile", () => {
  it("shows a professional his own data with the codes of the form", async () => {
    const departmentId = await newDepartment(server.app, world.hospital, { name: `药剂科${doctor._id}` });
    const person = await build({
      ...{ nation: "01", education: "20", degree: "4", school: "郑州大学", workStartedOn: "2012-07-01" },
      ...{ departmentId, departmentName: "药剂科", titles: [assistant, physician] },
    });
    const client = await personClient(server.app, server.url, person);
    await client.ok(saveContactData, { email: "wang@example.com", landline: "0371-65900000" });
    const profile = await client.ok(getOwnProfile, {});
    expect(profile).toMatchObject({
      ...{ id: person._id, name: person.name, maskedIdNumber: person.maskedIdNumber },
      ...{ email: "wang@example.com", landline: "0371-65900000" },
      ...{ nation: "01", education: "20", degree: "4", school: "郑州大学", workStartedOn: "2012-07-01" },
      ...{ departmentId, departmentName: "药剂科", departmentDisabled: false, isTransferring: false },
      organizationName: world.hospital.name,
      titles: [assistant, physician],
    });
    expect(JSON.stringify(profile)).not.toContain(person.idNumber);
    const changed = { status: "disabled" as const, available: false };
    await DepartmentModel.updateOne({ _id: departmentId }, { $set: changed });
    expect((await client.ok(getOwnProfile, {})).departmentDisabled).toBe(true);
  });

  it("shows today's title where no history was recorded, and that a transfer is under way", async () => {
    const person = await build({ titleSeries: null, titleLevel: "9", titleName: null, titles: [] });
    const client = await personClient(server.app, server.url, person);
    expect((await client.ok(getOwnProfile, {})).titles).toEqual([
      { series: null, level: "9", name: null, obtainedOn: null },
    ]);
    const to = { kind: "unit" as const, organizationId: world.company._id };
    await client.ok(submitTransfer, { to, reason: "工作调动" });
    expect((await client.ok(getOwnProfile, {})).isTransferring).toBe(true);
  });

  it("401 for strangers and once the record is closed, 403 in a role of administration", async () => {
    expect((await server.client().call(getOwnProfile, {})).status).toBe(401);
    expect(
      (await (await adminOf(server.app, server.url, world.hospital)).call(getOwnProfile, {})).status,
    ).toBe(403);
    await PersonModel.updateOne({ _id: doctor._id }, { $set: { status: "deregistered" } });
    expect((await asDoctor.call(getOwnProfile, {})).status).toBe(401);
  });
});
