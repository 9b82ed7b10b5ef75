import type { Certificate } from "../../models/certificate.ts";
import type { issueCertificate, verifyCertificate } from "../../shared/contracts/certificates.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import { dateTimeText, isoDate } from "../../shared/dates.ts";
import type { CommandContext } from "../command-context.ts";

export const certificateStatusNames = {
  valid: "有效",
  revoked: "已撤销",
  updated: "已更新",
  unknown: "未查到",
} as const;

/** A certificate as lists and answers show it. */
export function presentCertificate(certificate: Certificate): ResponseOf<typeof issueCertificate> {
  return {
    id: certificate._id,
    number: certificate.number,
    version: certificate.edition,
    kind: certificate.kind,
    personId: certificate.personId,
    personName: certificate.personName,
    maskedIdNumber: certificate.maskedIdNumber,
    organizationName: certificate.organizationName,
    years: certificate.years.map((entry) => entry.year),
    status: certificate.status,
    statusName: certificateStatusNames[certificate.status],
    issuedAt: certificate.issuedAt.toISOString(),
    verifyCode: certificate.verifyCode,
  };
}

/** The public answer about a number and code: live status, and what is printed there. */
export function presentVerification(
  certificate: Certificate | null,
  ctx: CommandContext,
): ResponseOf<typeof verifyCertificate> {
  const status = certificate?.status ?? "unknown";
  return {
    status,
    statusName: certificateStatusNames[status],
    checkedAt: dateTimeText(ctx.clock.now()),
    certificate:
      certificate === null
        ? null
        : {
            kind: certificate.kind,
            number: certificate.number,
            version: certificate.edition,
            personName: certificate.personName,
            maskedIdNumber: certificate.maskedIdNumber,
            organizationName: certificate.organizationName,
            years: certificate.years,
            issuer: certificate.issuer,
            issuedOn: isoDate(certificate.issuedAt),
          },
  };
}
