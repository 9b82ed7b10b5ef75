import { type Certificate, CertificateModel } from "../../../models/certificate.ts";
import type { Person } from "../../../models/person.ts";
import type { PersonYear } from "../../../models/person-year.ts";
import { readableCode } from "../../../shared/ids.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import type {
  CertificateView,
  MergedCertificateView,
  TranscriptView,
} from "../../printing/certificate-view.ts";
import { enqueue } from "../enqueue.ts";
import { nextNumber } from "../next-number.ts";
import { recordAudit } from "../record-audit.ts";
import { type Numbers, resultName } from "./certificate-content.ts";

/** A job renders the file if the request that issued it could not; late enough not to race it. */
const renderFallbackSeconds = 60;

export interface WantedCertificate {
  kind: "single" | "merged";
  /** of the number of a first edition */
  prefix: "ZS" | "ZH";
  /** the passed years that it certifies, in order and without a gap */
  personYears: readonly PersonYear[];
  view: (numbers: Numbers) => Promise<CertificateView | MergedCertificateView>;
}

/**
 * The valid certificate of these years, or a new one: what was issued for them before gives it its number and counts
 * its edition up, only the code to verify it is new (CRT-02, CRT-08).
 */
export async function issueEdition(
  ctx: CommandContext,
  person: Person,
  wanted: WantedCertificate,
): Promise<Certificate> {
  const { kind, personYears } = wanted;
  const key = {
    personId: person._id,
    kind,
    fromYear: personYears[0]?.year ?? 0,
    toYear: personYears.at(-1)?.year ?? 0,
  };
  const valid = await CertificateModel.findOne({ ...key, status: "valid" }).lean();
  if (valid !== null) return valid;
  const earlier = await CertificateModel.findOne(key).sort({ edition: -1 }).lean();
  const numbers = {
    number: earlier?.number ?? (await nextNumber(ctx.app, wanted.prefix)),
    verifyCode: readableCode(8),
  };
  const edition = (earlier?.edition ?? 0) + 1;
  const view = await wanted.view(numbers);
  return writeCertificate(ctx, person, {
    ...key,
    ...numbers,
    edition,
    years: certifiedYears(personYears),
    view,
  });
}

function certifiedYears(personYears: readonly PersonYear[]): Certificate["years"] {
  return personYears.map((entry) => ({
    year: entry.year,
    public: entry.public,
    professional: entry.professional,
    resultName: resultName(entry.result),
  }));
}

export type NewCertificate = Pick<
  Certificate,
  "personId" | "kind" | "fromYear" | "toYear" | "number" | "verifyCode" | "edition" | "years"
> & { view: CertificateView | MergedCertificateView | TranscriptView };

/** Writes a certificate, the job that renders it if nobody else does, and the audit event. */
export async function writeCertificate(
  ctx: CommandContext,
  person: Person,
  input: NewCertificate,
): Promise<Certificate> {
  const [certificate] = await CertificateModel.create([
    {
      _id: ctx.newId(),
      ...input,
      personName: person.name,
      maskedIdNumber: person.maskedIdNumber,
      organizationName: person.organizationName,
      scopeIds: person.scopeIds,
      issuer: input.view.issuer,
      view: { ...input.view },
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
    data: { number: input.number, edition: input.edition, years: input.years.map(({ year }) => year) },
  });
  return certificate.toObject();
}
