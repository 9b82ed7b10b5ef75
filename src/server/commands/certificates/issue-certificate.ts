import { type Certificate, CertificateModel } from "../../../models/certificate.ts";
import type { Person } from "../../../models/person.ts";
import { type PersonYear, PersonYearModel } from "../../../models/person-year.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { issueCertificate as contract } from "../../../shared/contracts/certificates.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { readableCode } from "../../../shared/ids.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { enqueue } from "../enqueue.ts";
import { nextNumber } from "../next-number.ts";
import { recordAudit } from "../record-audit.ts";
import { certificateView, resultName } from "./certificate-content.ts";
import { loadHolder } from "./load-holder.ts";
import { missingText } from "./missing-text.ts";

/** A job renders the file if the request that issued it could not; late enough not to race it. */
export const renderFallbackSeconds = 60;

/**
 * Issues the certificate of a passed year, or returns the valid one that exists (CRT-02, CRT-08). A year that was
 * re-issued keeps its number and counts its edition up. Errors: `person.not_found`, `certificate.year_not_passed`
 * with what is missing.
 */
export async function issueCertificate(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Certificate> {
  const person = await loadHolder(ctx, input.id);
  const personYear = await PersonYearModel.findById(`${person._id}-${input.year}`).lean();
  if (personYear === null || !isPassed(personYear)) {
    const missing = await missingText(ctx, person, { year: input.year, personYear });
    throw new AppError("certificate.year_not_passed", { year: input.year, missing });
  }
  const key = { personId: person._id, kind: "single" as const, fromYear: input.year, toYear: input.year };
  const valid = await CertificateModel.findOne({ ...key, status: "valid" }).lean();
  if (valid !== null) return valid;
  const earlier = await CertificateModel.findOne(key).sort({ edition: -1 }).lean();
  return createCertificate(ctx, { person, personYear, earlier });
}

export function isPassed(personYear: PersonYear): boolean {
  return personYear.result === "passed" || personYear.result === "passed-by-adjustment";
}

async function createCertificate(
  ctx: CommandContext,
  subject: { person: Person; personYear: PersonYear; earlier: Certificate | null },
): Promise<Certificate> {
  const { person, personYear, earlier } = subject;
  const numbers = {
    number: earlier?.number ?? (await nextNumber(ctx.app, "ZS")),
    verifyCode: readableCode(8),
  };
  const view = await certificateView(ctx, { person, personYear }, numbers);
  const years = [
    {
      year: personYear.year,
      public: personYear.public,
      professional: personYear.professional,
      resultName: resultName(personYear.result),
    },
  ];
  return writeCertificate(ctx, {
    person,
    kind: "single",
    edition: (earlier?.edition ?? 0) + 1,
    numbers,
    years,
    view: { ...view },
  });
}

export interface NewCertificate {
  person: Person;
  kind: Certificate["kind"];
  edition: number;
  numbers: { number: string; verifyCode: string };
  years: Certificate["years"];
  view: Record<string, unknown>;
}

/** Writes a certificate, the job that renders it if nobody else does, and the audit event. */
export async function writeCertificate(ctx: CommandContext, input: NewCertificate): Promise<Certificate> {
  const { person, numbers, years } = input;
  const [certificate] = await CertificateModel.create([
    {
      _id: ctx.newId(),
      kind: input.kind,
      ...numbers,
      edition: input.edition,
      personId: person._id,
      personName: person.name,
      maskedIdNumber: person.maskedIdNumber,
      organizationName: person.organizationName,
      scopeIds: person.scopeIds,
      years,
      fromYear: years[0]?.year ?? 0,
      toYear: years.at(-1)?.year ?? 0,
      issuer: String(input.view["issuer"]),
      view: input.view,
      fileId: null,
      status: "valid",
      issuedByAccountId: requireActor(ctx).accountId,
      issuedAt: ctx.clock.now(),
    },
  ]);
  if (certificate === undefined) throw new Error("the certificate was not written");
  await enqueue(ctx, "certificate.render", {
    data: { certificateId: certificate._id },
    delaySeconds: renderFallbackSeconds,
  });
  await recordAudit(ctx, "certificate.issued", {
    subjectId: certificate._id,
    data: { number: numbers.number, edition: input.edition, years: years.map((entry) => entry.year) },
  });
  return certificate.toObject();
}
