import { DepartmentModel } from "../../../models/department.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import type { Registration } from "../../../models/registration.ts";
import { SessionModel } from "../../../models/session.ts";
import { AppError } from "../../../shared/app-error.ts";
import { yearOf } from "../../../shared/dates.ts";
import { birthDateOf } from "../../../shared/identity-number.ts";
import type { CommandContext } from "../../command-context.ts";
import { firstYearOf } from "../people/first-year.ts";
import { requireOpenOrganization } from "../closures/require-open-organization.ts";
import { recordAudit } from "../record-audit.ts";
import { type PersonData, personData } from "./registration-data.ts";

/** The professional of an approved registration, with the first year that he owes hours for (REQ-09). */
export async function createRegisteredPerson(
  ctx: CommandContext,
  registration: Registration,
  accountId: string,
): Promise<string> {
  const data = personData.parse(registration.data);
  const { idNumberIndex } = registration;
  const existing = await PersonModel.findOne({ idNumberIndex }).lean();
  if (existing !== null) {
    throw new AppError("registration.person_exists", { organization: existing.organizationName });
  }
  const unit = await requireOpenOrganization(data.organizationId);
  const fields = fieldsOf(data);
  const person: Person = {
    _id: ctx.newId(),
    accountId,
    name: registration.applicantName,
    idNumberIndex,
    maskedIdNumber: registration.maskedIdNumber,
    birthDate: birthDateOf(ctx.app.secrets.decrypt(registration.idNumberCipher)),
    organizationId: unit._id,
    organizationName: unit.name,
    regionCode: unit.regionCode,
    industry: unit.industry,
    scopeIds: [unit._id, ...unit.ancestorIds],
    ...fields,
    ...(await departmentOf(data)),
    firstYear: firstYearOf(ctx.app.packs, { ...fields, registeredIn: yearOf(registration.submittedAt) }),
    status: "active",
    registeredAt: ctx.clock.now(),
    version: 0,
  };
  await PersonModel.create([person]);
  // Sessions know the account's person: an administrator who becomes a professional goes on in the same session.
  await SessionModel.updateMany({ accountId, revokedAt: null }, { $set: { personId: person._id } });
  await recordAudit(ctx, "person.created", {
    subjectId: person._id,
    data: { organizationId: unit._id, by: "registration" },
  });
  return person._id;
}

/** As it is called now; one that cannot be chosen any more leaves him in none, and the unit assigns one later (DEP-06). */
async function departmentOf({
  departmentId,
  organizationId,
}: PersonData): Promise<Pick<Person, "departmentId" | "departmentName">> {
  const chosen = { _id: departmentId ?? "", organizationId, available: true };
  const department = await DepartmentModel.findOne(chosen, { name: 1 }).lean();
  return { departmentId: department?._id ?? null, departmentName: department?.name ?? null };
}

type FormFields = Omit<
  Person,
  | "_id"
  | "accountId"
  | "name"
  | "idNumberIndex"
  | "maskedIdNumber"
  | "birthDate"
  | "organizationId"
  | "organizationName"
  | "regionCode"
  | "industry"
  | "scopeIds"
  | "firstYear"
  | "status"
  | "registeredAt"
  | "version"
  | "departmentId"
  | "departmentName"
>;

function fieldsOf(data: PersonData): FormFields {
  const { titleSeries: series, titleLevel: level, titleName: name, titleObtainedOn: obtainedOn } = data;
  return {
    sex: data.sex,
    nation: data.nation,
    nativePlace: data.nativePlace,
    education: null,
    degree: null,
    school: data.school,
    major: data.major,
    titleSeries: series,
    titleLevel: level,
    titleName: name,
    titles: [{ series, level, name, obtainedOn }],
    isAccountant: data.isAccountant,
    workStartedOn: null,
    importId: null,
    deregisteredAt: null,
    deregistrationCase: null,
    openTransferId: null,
    formerUnits: [],
  };
}
