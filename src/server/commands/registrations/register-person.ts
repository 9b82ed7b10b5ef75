import type { Department } from "../../../models/department.ts";
import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { PersonModel } from "../../../models/person.ts";
import { AppError, invalidFields } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { registerPerson as contract } from "../../../shared/contracts/registrations.ts";
import { isoDate } from "../../../shared/dates.ts";
import { sexOf } from "../../../shared/identity-number.ts";
import type { CommandContext } from "../../command-context.ts";
import { availableDepartment } from "../../queries/departments/available-department.ts";
import { actingReviewer } from "../../queries/organizations/acting-reviewer.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { checkCaptcha } from "../accounts/check-captcha.ts";
import { requireOpenOrganization } from "../closures/require-open-organization.ts";
import { limitRate } from "../limit-rate.ts";
import { consumeRegistrationDraft } from "../registration-drafts/consume-registration-draft.ts";
import { personApplicant } from "./find-applicant.ts";
import type { Receipt } from "./register-organization.ts";
import type { Applicant, PersonData } from "./registration-data.ts";
import { reviewerFor } from "./reviewer-for.ts";
import { requireFreeApplicant, submitRegistration } from "./submit-registration.ts";

export type PersonForm = Omit<InputOf<typeof contract>, "captchaId" | "captchaText" | "password">;

/** 专业技术人员注册 (PER-01, GEN-06): the chosen unit reviews it. */
export async function registerPerson(ctx: CommandContext, input: InputOf<typeof contract>): Promise<Receipt> {
  await limitRate(ctx, { action: "register", key: ctx.address, limit: 60, windowSeconds: 3600 });
  await checkCaptcha(ctx, input);
  await requireNoPerson(ctx, input.idNumber);
  const applicant = await personApplicant(ctx, input);
  return runCommand(ctx.app, callerOf(ctx), async (step) => {
    await consumeRegistrationDraft(step, input.draft);
    return submitPerson(step, input, applicant);
  });
}

/** What remains once the applicant is known: unit and department are checked and the review starts. */
export async function submitPerson(
  ctx: CommandContext,
  input: PersonForm,
  applicant: Applicant,
): Promise<Receipt> {
  requirePastTitle(ctx, input.titleObtainedOn);
  const unit = await chosenUnit(input.organizationId);
  const usual = await actingReviewer(unit, ["employer", "authority"]);
  if (usual === null) throw new AppError("organization.not_found");
  const reviewer = await reviewerFor(usual, applicant, "registrations:people");
  const department = await chosenDepartment(input);
  await requireNoPerson(ctx, input.idNumber);
  await requireFreeApplicant(ctx, applicant, "person");
  await requireOpenOrganization(unit._id);
  const registrationId = ctx.newId();
  const { receiptNumber } = await submitRegistration(ctx, registrationId, {
    kind: "person",
    applicant,
    subjectName: applicant.name,
    organizationName: unit.name,
    creditCode: null,
    reviewer,
    departmentId: department?._id ?? null,
    data: { ...dataOf(input, unit, department) },
  });
  return {
    registrationId,
    receiptNumber,
    message: "注册信息已经提交审核，请耐心等待",
    reviewer: reviewer.name,
  };
}

/** A title of the future would change what past years require (REQ-02). */
function requirePastTitle(ctx: CommandContext, obtainedOn: string | undefined): void {
  if (obtainedOn === undefined || obtainedOn <= isoDate(ctx.clock.now())) return;
  throw invalidFields([{ path: "body.titleObtainedOn", message: "职称取得时间不能晚于今天" }]);
}

async function requireNoPerson(ctx: CommandContext, idNumber: string): Promise<void> {
  const person = await PersonModel.findOne({ idNumberIndex: ctx.app.secrets.blindIndex(idNumber) }).lean();
  if (person === null) return;
  if (person.status === "deregistered") throw new AppError("registration.person_deregistered");
  throw new AppError("registration.person_exists", { organization: person.organizationName });
}

/** People belong to employers and authorities that are live. */
async function chosenUnit(organizationId: string): Promise<Organization> {
  const unit = await OrganizationModel.findOne({ _id: organizationId, status: "active" }).lean();
  if (unit === null || (unit.kind !== "employer" && unit.kind !== "authority")) {
    throw new AppError("organization.not_found");
  }
  return unit;
}

async function chosenDepartment(input: PersonForm): Promise<Department | null> {
  if (input.departmentId === undefined) return null;
  const { departmentId: _id, organizationId } = input;
  return await availableDepartment(_id, organizationId);
}

function dataOf(input: PersonForm, unit: Organization, department: Department | null): PersonData {
  return {
    email: input.email,
    organizationId: unit._id,
    organizationName: unit.name,
    departmentId: department?._id ?? null,
    departmentName: department?.name ?? null,
    sex: input.sex ?? sexOf(input.idNumber),
    ...optionalData(input),
    isAccountant: input.isAccountant,
    titleLevel: input.titleLevel,
  };
}

function optionalData(
  input: PersonForm,
): Pick<
  PersonData,
  "nation" | "nativePlace" | "school" | "major" | "titleSeries" | "titleName" | "titleObtainedOn"
> {
  return {
    nation: input.nation ?? null,
    nativePlace: input.nativePlace ?? null,
    school: input.school ?? null,
    major: input.major ?? null,
    titleSeries: input.titleSeries ?? null,
    titleName: input.titleName ?? null,
    titleObtainedOn: input.titleObtainedOn ?? null,
  };
}
