import { type GrantingLevel, type Organization, OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { registerOrganization as contract } from "../../../shared/contracts/registrations.ts";
import { regionOf } from "../../../shared/dictionaries/regions.ts";
import type { CommandContext } from "../../command-context.ts";
import { actingReviewer } from "../../queries/organizations/acting-reviewer.ts";
import { grantingBureau } from "../../queries/organizations/granting-bureau.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { checkCaptcha } from "../accounts/check-captcha.ts";
import { requireOpenOrganization } from "../closures/require-open-organization.ts";
import { limitRate } from "../limit-rate.ts";
import { consumeRegistrationDraft } from "../registration-drafts/consume-registration-draft.ts";
import { requireFreeCreditCode } from "../organizations/require-free-credit-code.ts";
import { organizationApplicant } from "./find-applicant.ts";
import type { Applicant, OrganizationData } from "./registration-data.ts";
import { reviewerFor } from "./reviewer-for.ts";
import { requireFreeApplicant, submitRegistration } from "./submit-registration.ts";
import { useScan } from "./use-scan.ts";

export type OrganizationForm = InputOf<typeof contract>;

/** What an applicant is told after submitting. */
export interface Receipt {
  registrationId: string;
  receiptNumber: string;
  message: string;
  reviewer: string;
}

/** 单位注册 (REG-01 – REG-29): captcha and password first, then one transaction. */
export async function registerOrganization(ctx: CommandContext, input: OrganizationForm): Promise<Receipt> {
  await limitRate(ctx, { action: "register", key: ctx.address, limit: 60, windowSeconds: 3600 });
  await checkCaptcha(ctx, input);
  const applicant = await organizationApplicant(ctx, input.applicant);
  return runCommand(ctx.app, callerOf(ctx), async (step) => {
    await consumeRegistrationDraft(step, input.draft);
    return submitOrganization(step, input, applicant);
  });
}

/** What remains once the applicant is known: superior, credit code and scan are checked and the review starts. */
export async function submitOrganization(
  ctx: CommandContext,
  input: Omit<OrganizationForm, "captchaId" | "captchaText">,
  applicant: Applicant,
): Promise<Receipt> {
  const chosen = await chosenSuperior(input);
  const grantingLevel = input.kind === "base" ? (input.grantingLevel ?? levelOf(chosen.bureau)) : null;
  const usual = await reviewerOf(input, { ...chosen, grantingLevel });
  const reviewer = await reviewerFor(usual, applicant, "registrations:organizations");
  if (input.sharesCode === true) requireSharedCode(chosen.superior, input);
  else await requireFreeCreditCode(input.creditCode);
  await requireFreeApplicant(ctx, applicant, input.kind);
  await requireOpenOrganization(input.superiorId);
  const registrationId = ctx.newId();
  const idNumberIndex = ctx.app.secrets.blindIndex(applicant.idNumber);
  await useScan(ctx, input.scan.fileId, { registrationId, idNumberIndex, reviewerId: reviewer._id });
  const registration = await submitRegistration(ctx, registrationId, {
    kind: input.kind,
    applicant,
    subjectName: input.name,
    organizationName: input.name,
    // What is shared is its superior's: only one's own code is kept from others.
    creditCode: input.sharesCode === true ? null : input.creditCode,
    reviewer,
    data: { ...dataOf(input), grantingLevel },
  });
  const { receiptNumber } = registration;
  return {
    registrationId,
    receiptNumber,
    message: "注册成功，待审核通过后，即可登录",
    reviewer: reviewer.name,
  };
}

/** Which kinds of organization may stand above which (REG-07, SUP-01, BAS-02). */
export const superiorKinds: Record<OrganizationForm["kind"], readonly Organization["kind"][]> = {
  employer: ["employer", "authority", "bureau"],
  authority: ["authority", "bureau"],
  base: ["authority", "bureau"],
};

interface Chosen {
  superior: Organization;
  bureau: Organization;
}

/**
 * Who reviews: an employer's superior (REG-20), an authority's 同级人社 (SUP-01), also that of a branch without a code
 * of its own (REG-23), a base's granting bureau (BAS-02); when it has no administrator, the nearest above that can act. `registration.superior_invalid` (400) when nobody can.
 */
async function reviewerOf(
  { kind, regionCode, sharesCode }: Pick<OrganizationForm, "kind" | "regionCode" | "sharesCode">,
  { superior, bureau, grantingLevel }: Chosen & { grantingLevel: GrantingLevel | null },
): Promise<Organization> {
  const usual =
    grantingLevel !== null
      ? await grantingBureau({ regionCode, grantingLevel })
      : kind === "authority" || sharesCode === true
        ? bureau
        : superior;
  const reviewer = usual === null ? null : await actingReviewer(usual, superiorKinds[kind]);
  if (reviewer === null) throw new AppError("registration.superior_invalid");
  return reviewer;
}

/** A branch stands directly below the employer whose code it shares (REG-23); `registration.code_not_shared` (409). */
export function requireSharedCode(
  superior: Pick<Organization, "kind" | "creditCode">,
  { kind, creditCode }: { kind: string; creditCode: string },
): void {
  if (kind !== "employer" || superior.kind !== "employer" || superior.creditCode !== creditCode)
    throw new AppError("registration.code_not_shared");
}

function levelOf(bureau: Organization): GrantingLevel {
  return regionOf(bureau.regionCode)?.level === "province" ? "province" : "city";
}

/** Only live organizations can be chosen (GEN-06); a superior that is a bureau is the 同级人社 itself (REG-08). */
async function chosenSuperior(input: Omit<OrganizationForm, "captchaId" | "captchaText">): Promise<Chosen> {
  const found = await OrganizationModel.find({
    _id: { $in: [input.superiorId, input.bureauId] },
    status: "active",
  }).lean();
  const superior = found.find((one) => one._id === input.superiorId);
  const bureau = found.find((one) => one._id === input.bureauId);
  const fits =
    superior !== undefined &&
    bureau?.kind === "bureau" &&
    superiorKinds[input.kind].includes(superior.kind) &&
    (superior.kind !== "bureau" || superior._id === bureau._id);
  if (!fits) throw new AppError("registration.superior_invalid");
  return { superior, bureau };
}

function dataOf(
  input: Omit<OrganizationForm, "captchaId" | "captchaText">,
): Omit<OrganizationData, "grantingLevel"> {
  const { applicant } = input;
  const { name, nature, level, phone, industry, regionCode, superiorId, bureauId, creditCode, sharesCode } =
    input;
  return {
    name,
    nature,
    level,
    phone,
    industry,
    regionCode,
    superiorId,
    bureauId,
    creditCode,
    sharesCode: sharesCode === true,
    scan: input.scan,
    address: input.address ?? null,
    email: applicant.kind === "new" ? (applicant.email ?? null) : null,
    landline: applicant.kind === "new" ? (applicant.landline ?? null) : null,
  };
}
