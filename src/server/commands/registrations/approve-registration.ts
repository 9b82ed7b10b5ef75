import { AccountModel } from "../../../models/account.ts";
import { type Registration, RegistrationModel } from "../../../models/registration.ts";
import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { createAccount } from "../accounts/create-account.ts";
import { requireOpenOrganization } from "../closures/require-open-organization.ts";
import { addMembership, createOrganization } from "../organizations/create-organization.ts";
import { requireFreeCreditCode } from "../organizations/require-free-credit-code.ts";
import { notify } from "../notify.ts";
import { recordAudit } from "../record-audit.ts";
import { requireSharedCode } from "./register-organization.ts";
import { createRegisteredPerson } from "./create-registered-person.ts";
import { organizationData, personData } from "./registration-data.ts";
import { settleRegistration } from "./settle-registration.ts";

/**
 * The command behind the service task of an approved registration (REG-19, AUD-01): the organization with its
 * super-administrator, or the person, comes to be, with an account where there was none.
 */
export async function approveRegistration(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const registration = await settleRegistration(ctx, call.businessId, { status: "approved", reason: null });
  const accountId = await accountOf(ctx, registration);
  const createdId =
    registration.kind === "person"
      ? await createRegisteredPerson(ctx, registration, accountId)
      : await createRegisteredOrganization(ctx, registration, accountId);
  // The hash has moved to the account: one copy of it is enough.
  await RegistrationModel.updateOne({ _id: registration._id }, { $set: { passwordHash: null, accountId } });
  await recordAudit(ctx, "registration.approved", {
    subjectId: registration._id,
    data: { kind: registration.kind, createdId },
  });
  await notify(ctx, accountId, {
    kind: "registration",
    title: "注册申请审核通过",
    text: `您提交的「${registration.subjectName}」注册申请（受理号${registration.receiptNumber}）已审核通过。`,
    subjectId: registration._id,
  });
}

/** The applicant's account: his own, one that has come to be meanwhile (an import), or a new one. */
async function accountOf(ctx: CommandContext, registration: Registration): Promise<string> {
  if (registration.accountId !== null) return registration.accountId;
  const { idNumberIndex } = registration;
  const account = await AccountModel.findOne({ idNumberIndex }, { _id: 1 }).lean();
  if (account !== null) return account._id;
  const { secrets } = ctx.app;
  const contact =
    registration.kind === "person"
      ? { email: personData.parse(registration.data).email, landline: null }
      : organizationData.parse(registration.data);
  return createAccount(ctx, {
    name: registration.applicantName,
    idNumber: secrets.decrypt(registration.idNumberCipher),
    phone: registration.phoneCipher === null ? null : secrets.decrypt(registration.phoneCipher),
    email: contact.email,
    landline: contact.landline,
    passwordHash: registration.passwordHash,
  });
}

async function createRegisteredOrganization(
  ctx: CommandContext,
  registration: Registration,
  accountId: string,
): Promise<string> {
  if (registration.kind === "person") throw new Error("a person is no organization");
  const {
    scan,
    email: _email,
    landline: _landline,
    superiorId,
    sharesCode,
    creditCode,
    ...data
  } = organizationData.parse(registration.data);
  const superior = await requireOpenOrganization(superiorId);
  const { kind } = registration;
  if (sharesCode) requireSharedCode(superior, { kind, creditCode });
  else await requireFreeCreditCode(creditCode);
  const code = sharesCode ? { creditCode: null, sharedCreditCode: creditCode } : { creditCode };
  const place = { kind, scanFileId: scan.fileId, superior };
  const organization = await createOrganization(ctx, { ...data, ...code, ...place });
  await addMembership(ctx, { accountId, organization, role: kind, isSuperAdministrator: true, modules: [] });
  return organization._id;
}
