import { describe, expect, it } from "vitest";
import { MembershipModel } from "../../../src/models/membership.ts";
import { type Organization, OrganizationModel } from "../../../src/models/organization.ts";
import { RegistrationModel } from "../../../src/models/registration.ts";
import {
  submitOrganizationChange,
  submitSuperiorChange,
} from "../../../src/shared/contracts/organization-changes.ts";
import { getOrganization } from "../../../src/shared/contracts/organizations.ts";
import { getRegistration, registerOrganization } from "../../../src/shared/contracts/registrations.ts";
import { creditCode } from "../../../src/server/seeds/synthetic.ts";
import { codeOf } from "../../support/answers.ts";
import { approveApplication, decide } from "../../support/applications.ts";
import { useProvince } from "../../support/province.ts";
import { type OrganizationForm, organizationForm } from "../../support/registrations.ts";
import { adminOf, buildFile, nextSerial, newUnit, type Unit } from "../../support/world.ts";

/** Branches and campuses under one code (REG-23). */

const { server, world } = useProvince();

/** A university that nobody else works with, and a registration of a campus under its code. */
async function campusOf(given: Parameters<typeof organizationForm>[2] = {}) {
  const university = await newUnit(server.app, world.authority);
  const shared = { superiorId: university._id, creditCode: university.creditCode ?? "", sharesCode: true };
  const form = await organizationForm(server.client(), world, { ...shared, ...given });
  return { university, form };
}

const register = (form: OrganizationForm) => server.client().call(registerOrganization, form);
const newCode = () => creditCode("12", "410100", 700_000 + nextSerial());

async function registered(registrationId: string): Promise<{ instanceId: string }> {
  const registration = await RegistrationModel.findById(registrationId).lean();
  return { instanceId: registration?.instanceId ?? "" };
}

async function approvedCampus(): Promise<{ university: Unit; campus: Unit }> {
  const { university, form } = await campusOf();
  const { body } = await register(form);
  await approveApplication(server, [world.city], await registered(body.registrationId));
  const found = { superiorId: university._id, status: "active" as const };
  const campus = await OrganizationModel.findOne(found).lean<Organization>();
  if (campus === null) throw new Error("no campus came to be");
  // Its super-administrator is the applicant.
  const membership = await MembershipModel.findOne({ organizationId: campus._id }).lean();
  const admin = { adminAccountId: membership?.accountId ?? "", adminRoleKey: membership?._id ?? "" };
  return { university, campus: { ...campus, ...admin } };
}

describe("POST /registrations/organizations with sharesCode", () => {
  it("200: the 同级人社 reviews, not the superior; the campus shows its superior's code", async () => {
    const { university, form } = await campusOf();
    const answer = await register(form);
    expect([answer.status, answer.body.reviewer]).toEqual([200, world.city.name]);
    const { registrationId } = answer.body;
    const asCity = await adminOf(server.app, server.url, world.city);
    const details = await asCity.ok(getRegistration, { id: registrationId });
    expect(details.organization).toMatchObject({ creditCode: university.creditCode, sharesCode: true });
    await approveApplication(server, [world.city], await registered(registrationId));
    const found = { superiorId: university._id, sharedCreditCode: university.creditCode };
    const campus = await OrganizationModel.findOne(found).lean();
    expect(campus).toMatchObject({ creditCode: null, status: "active", bureauId: world.city._id });
    const shown = await asCity.ok(getOrganization, { id: campus?._id ?? "" });
    expect(shown).toMatchObject({ creditCode: university.creditCode, sharesCode: true });
    expect(await OrganizationModel.countDocuments({ creditCode: university.creditCode })).toBe(1);
  });

  it("200: several campuses wait at once; a rejection leaves the code with the university", async () => {
    const { university, form } = await campusOf();
    const other = await organizationForm(server.client(), world, {
      superiorId: university._id,
      creditCode: university.creditCode ?? "",
      sharesCode: true,
    });
    const answers = [await register(form), await register(other)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const first = await registered(answers[0]?.body.registrationId ?? "");
    expect((await decide(server, world.city, { ...first, outcome: "reject" })).status).toBe(200);
    expect(await OrganizationModel.countDocuments({ superiorId: university._id })).toBe(0);
  });

  it("409: a superior that has another code, is a bureau or authority, or an authority's own registration", async () => {
    const refused = [409, "registration.code_not_shared"];
    expect(await codeOf(register((await campusOf({ creditCode: newCode() })).form))).toEqual(refused);
    const { form: ofAuthority } = await campusOf({
      superiorId: world.authority._id,
      creditCode: world.authority.creditCode ?? "",
    });
    expect(await codeOf(register(ofAuthority))).toEqual(refused);
    const { form: asAuthority } = await campusOf({
      kind: "authority",
      superiorId: world.authority._id,
      creditCode: world.authority.creditCode ?? "",
    });
    expect(await codeOf(register(asAuthority))).toEqual(refused);
    // Without the leave asked for, the code is taken as ever.
    const { form } = await campusOf({ sharesCode: false });
    expect(await codeOf(register(form))).toEqual([409, "registration.credit_code_taken"]);
  });

  it("409 at the approval, when the superior has changed its code meanwhile", async () => {
    const { university, form } = await campusOf();
    const { body } = await register(form);
    await OrganizationModel.updateOne({ _id: university._id }, { $set: { creditCode: newCode() } });
    const answer = await decide(server, world.city, await registered(body.registrationId));
    expect([answer.status, answer.body.error?.code]).toEqual([409, "registration.code_not_shared"]);
  });
});

describe("a campus under its university's code", () => {
  it("follows the university's new code, and keeps its own once it has one", async () => {
    const { university, campus } = await approvedCampus();
    const change = async (unit: Unit, code: string) => ({
      mode: "rename" as const,
      creditCode: code,
      scan: await buildFile(server.app, unit.adminAccountId),
    });
    const next = newCode();
    const asUniversity = await adminOf(server.app, server.url, university);
    const first = await asUniversity.ok(submitOrganizationChange, {
      ...(await change(university, next)),
      name: university.name,
    });
    await approveApplication(server, [world.authority], first);
    expect((await OrganizationModel.findById(campus._id).lean())?.sharedCreditCode).toBe(next);
    const own = newCode();
    const asCampus = await adminOf(server.app, server.url, campus);
    const second = await asCampus.ok(submitOrganizationChange, {
      ...(await change(campus, own)),
      name: campus.name,
    });
    await approveApplication(server, [university], second);
    const settled = await OrganizationModel.findById(campus._id).lean();
    expect(settled).toMatchObject({ creditCode: own, sharedCreditCode: null });
  });

  it("400: leaves its university only with a code of its own", async () => {
    const { campus } = await approvedCampus();
    const asCampus = await adminOf(server.app, server.url, campus);
    const change = { superiorType: "authority" as const, superiorId: world.authority._id };
    const { status, body } = await asCampus.call(submitSuperiorChange, change);
    expect([status, body.error?.code]).toEqual([400, "organization.superior_invalid"]);
    expect(body.error?.message).toContain("共用统一社会信用代码");
  });
});
