import { grantingLevelNames } from "../../shared/contracts/registrations.ts";
import { nameOf } from "../../shared/dictionaries/entry.ts";
import {
  industries,
  organizationKinds,
  organizationLevels,
  organizationNatures,
} from "../../shared/dictionaries/organizations.ts";
import { nations, sexes } from "../../shared/dictionaries/people.ts";
import { regionPath } from "../../shared/dictionaries/regions.ts";
import { titleLevels, titleSeries } from "../../shared/dictionaries/titles.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import {
  type getRegistration,
  type queryRegistrations,
  registrationStatusNames,
} from "../../shared/contracts/registrations.ts";
import { maskPhone } from "../../shared/identity-number.ts";
import type { CommandContext } from "../command-context.ts";
import {
  organizationData,
  personData,
  registrationKindNames,
} from "../commands/registrations/registration-data.ts";
import type { RegistrationDetails } from "../queries/registrations/get-registration.ts";
import type { ReviewedRegistration } from "../queries/registrations/registration-with-reviewer.ts";

type Progress = ResponseOf<typeof queryRegistrations>;
type RegistrationView = Progress["registrations"][number];
type Details = ResponseOf<typeof getRegistration>;

/** The progress of an applicant's registrations. */
export function presentProgress(found: readonly ReviewedRegistration[]): Progress {
  return { registrations: found.map(presentRegistration) } satisfies Progress;
}

function presentRegistration(reviewed: ReviewedRegistration): RegistrationView {
  const { registration } = reviewed;
  return {
    id: registration._id,
    receiptNumber: registration.receiptNumber,
    kind: registration.kind,
    kindName: registrationKindNames[registration.kind],
    applicantName: registration.applicantName,
    maskedIdNumber: registration.maskedIdNumber,
    subjectName: registration.subjectName,
    status: registration.status,
    statusName: registrationStatusNames[registration.status],
    submittedAt: registration.submittedAt.toISOString(),
    decidedAt: registration.decidedAt?.toISOString() ?? null,
    reason: registration.reason,
    reviewer: presentReviewer(reviewed),
  };
}

function presentReviewer({ reviewer, path }: ReviewedRegistration): RegistrationView["reviewer"] {
  if (reviewer === null) return { name: "—", kindName: "—", regionPath: "—", path, phone: null };
  return {
    name: reviewer.name,
    kindName: nameOf(organizationKinds, reviewer.kind),
    regionPath: regionPath(reviewer.regionCode),
    path,
    phone: reviewer.phone,
  };
}

/** A registration with all that its form said, for the reviewer. */
export function presentRegistrationDetails(details: RegistrationDetails, ctx: CommandContext): Details {
  const { registration } = details;
  const { secrets } = ctx.app;
  const { email } = registration.data;
  return {
    ...presentRegistration(details),
    applicantPhone:
      registration.phoneCipher === null ? null : maskPhone(secrets.decrypt(registration.phoneCipher)),
    applicantEmail: typeof email === "string" ? email : null,
    organization: registration.kind === "person" ? null : presentOrganization(details),
    person: registration.kind === "person" ? presentPerson(details) : null,
  } satisfies Details;
}

function presentOrganization({ registration, names }: RegistrationDetails): Details["organization"] {
  const data = organizationData.parse(registration.data);
  return {
    creditCode: data.creditCode,
    sharesCode: data.sharesCode,
    natureName: nameOf(organizationNatures, data.nature),
    levelName: nameOf(organizationLevels, data.level),
    industryName: nameOf(industries, data.industry),
    regionPath: regionPath(data.regionCode),
    address: data.address,
    phone: data.phone,
    superiorName: names.get(data.superiorId) ?? "—",
    bureauName: names.get(data.bureauId) ?? "—",
    grantingLevelName: data.grantingLevel === null ? null : grantingLevelNames[data.grantingLevel],
    scan: data.scan,
  };
}

function presentPerson({ registration }: RegistrationDetails): Details["person"] {
  const data = personData.parse(registration.data);
  return {
    organizationName: data.organizationName,
    departmentName: data.departmentName,
    sexName: nameOf(sexes, data.sex),
    nationName: data.nation === null ? null : nameOf(nations, data.nation),
    nativePlace: data.nativePlace,
    school: data.school,
    major: data.major,
    isAccountant: data.isAccountant,
    titleSeriesName: data.titleSeries === null ? null : nameOf(titleSeries, data.titleSeries),
    titleLevelName: nameOf(titleLevels, data.titleLevel),
    titleName: data.titleName,
    titleObtainedOn: data.titleObtainedOn,
  };
}
