import type { Organization } from "../../../models/organization.ts";
import { type Registration, RegistrationModel } from "../../../models/registration.ts";
import { AccountModel } from "../../../models/account.ts";
import { AppError } from "../../../shared/app-error.ts";
import { maskIdentityNumber } from "../../../shared/identity-number.ts";
import { startInstance } from "../../../workflows/runtime/store.ts";
import type { CommandContext } from "../../command-context.ts";
import { workflowContext } from "../../workflow-runtime.ts";
import { tellAdministrators } from "../applications/tell-administrators.ts";
import { departmentPart } from "../departments/department-part.ts";
import { nextNumber } from "../next-number.ts";
import { recordAudit } from "../record-audit.ts";
import { type Applicant, registrationKindNames } from "./registration-data.ts";

/** The organization that reviews a registration, and why it is not the usual one where it is not. */
export type Reviewer = Pick<Organization, "_id" | "name"> & { notice?: string };

/** What the four kinds of registration differ in. */
export interface Submission {
  kind: Registration["kind"];
  applicant: Applicant;
  subjectName: string;
  /** the organization that is to be, or the person's */
  organizationName: string;
  creditCode: string | null;
  /** the organization that reviews it (REG-20, AUD-01) */
  reviewer: Reviewer;
  /** the department that a person chose */
  departmentId?: string | null;
  data: Record<string, unknown>;
}

/** Writes a checked registration and starts its review: one row, one instance, one task of the reviewer (REG-28). */
export async function submitRegistration(
  ctx: CommandContext,
  registrationId: string,
  submission: Submission,
): Promise<Registration> {
  const { kind, applicant, reviewer } = submission;
  const { secrets } = ctx.app;
  const receiptNumber = await nextNumber(ctx.app, "ZC");
  const instanceId = await startReview(ctx, { registrationId, receiptNumber, submission });
  const registration: Registration = {
    _id: registrationId,
    receiptNumber,
    kind,
    applicantName: applicant.name,
    idNumberIndex: secrets.blindIndex(applicant.idNumber),
    maskedIdNumber: maskIdentityNumber(applicant.idNumber),
    idNumberCipher: secrets.encrypt(applicant.idNumber),
    phoneCipher: applicant.phone === null ? null : secrets.encrypt(applicant.phone),
    passwordHash: applicant.passwordHash,
    accountId: applicant.accountId,
    subjectName: submission.subjectName,
    creditCode: submission.creditCode,
    reviewerId: reviewer._id,
    data: submission.data,
    instanceId,
    status: "pending",
    reason: null,
    submittedAt: ctx.clock.now(),
    decidedAt: null,
    version: 0,
  };
  await RegistrationModel.create([registration]);
  const data = { kind, receiptNumber, reviewerId: reviewer._id };
  await recordAudit(ctx, "registration.submitted", { subjectId: registrationId, data });
  if (kind !== "person") await tellReviewer(ctx, registration);
  return registration;
}

/** A unit below comes once in years; people by the thousand are the to-do list's to show (NOT-01). */
async function tellReviewer(
  ctx: CommandContext,
  { _id: subjectId, kind, reviewerId, subjectName, receiptNumber }: Registration,
): Promise<void> {
  await tellAdministrators(
    ctx,
    { organizationId: reviewerId, module: "registrations:organizations", item: {} },
    {
      kind: "organization-registration.submitted",
      title: `有新的${registrationKindNames[kind]}注册待审核`,
      text: `「${subjectName}」提交了注册申请（受理号${receiptNumber}），请及时办理。`,
      subjectId,
    },
  );
}

interface Review {
  registrationId: string;
  receiptNumber: string;
  submission: Submission;
}

async function startReview(ctx: CommandContext, review: Review): Promise<string> {
  const { registrationId, receiptNumber, submission } = review;
  const { kind, applicant, reviewer, subjectName } = submission;
  const { instance } = await startInstance(workflowContext(ctx), {
    processKey: kind === "person" ? "person-registration" : "organization-registration",
    businessKey: { kind: "registration", id: registrationId },
    organizationId: reviewer._id,
    // Somebody without an account is known by his registration until it is approved.
    startedBy: { accountId: applicant.accountId ?? registrationId, name: applicant.name },
    parties: {
      [kind === "person" ? "employer" : "superior"]: {
        kind: "organization",
        id: reviewer._id,
        ...(reviewer.notice === undefined ? {} : { notice: reviewer.notice }),
      },
    },
    subject: {
      applicantName: applicant.name,
      number: receiptNumber,
      origin: null,
      title: subjectName,
      year: null,
      form: null,
      hours: null,
      organizationName: submission.organizationName,
      batchId: null,
      ...departmentPart(submission),
    },
  });
  return instance._id;
}

/**
 * Refuses an applicant who waits for a decision already (REG-26), or who has got an account since his password was
 * checked. Somebody with an account may have one registration of each kind waiting; somebody without only one.
 */
export async function requireFreeApplicant(
  ctx: CommandContext,
  applicant: Applicant,
  kind: Registration["kind"],
): Promise<void> {
  const idNumberIndex = ctx.app.secrets.blindIndex(applicant.idNumber);
  const same = { idNumberIndex, status: "pending" as const };
  const pending = await RegistrationModel.findOne(
    applicant.accountId === null ? same : { ...same, kind },
  ).lean();
  if (pending !== null) {
    throw new AppError("registration.pending_exists", { receiptNumber: pending.receiptNumber });
  }
  if (applicant.accountId !== null) return;
  if ((await AccountModel.exists({ idNumberIndex })) !== null)
    throw new AppError("registration.already_user");
}
