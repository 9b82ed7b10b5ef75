import {
  exportClosedTranscript as exportClosedTranscriptContract,
  getCertificatePdf,
  issueCertificate as issueCertificateContract,
  issueMergedCertificate as issueMergedContract,
  issueTranscript as issueTranscriptContract,
  listPrintable as listPrintableContract,
  verifyCertificate as verifyCertificateContract,
} from "../../shared/contracts/certificates.ts";
import { exportClosedTranscript } from "../commands/certificates/export-closed-transcript.ts";
import { issueAndRender } from "../commands/certificates/issue-and-render.ts";
import { issueCertificate } from "../commands/certificates/issue-certificate.ts";
import { issueMergedCertificate } from "../commands/certificates/issue-merged-certificate.ts";
import { issueTranscript } from "../commands/certificates/issue-transcript.ts";
import { printCertificate } from "../commands/certificates/print-certificate.ts";
import { orchestration, query } from "../http/endpoint.ts";
import { presentCertificate, presentVerification } from "../presenters/certificate.ts";
import { presentPrintable } from "../presenters/person.ts";
import { listPrintable } from "../queries/certificates/list-printable.ts";
import { verifyCertificate } from "../queries/certificates/verify-certificate.ts";

export const certificateRoutes = [
  orchestration(issueCertificateContract, issueAndRender(issueCertificate), presentCertificate),
  orchestration(issueMergedContract, issueAndRender(issueMergedCertificate), presentCertificate),
  orchestration(issueTranscriptContract, issueAndRender(issueTranscript), presentCertificate),
  orchestration(exportClosedTranscriptContract, exportClosedTranscript),
  orchestration(getCertificatePdf, printCertificate),
  query(listPrintableContract, listPrintable, presentPrintable),
  query(verifyCertificateContract, verifyCertificate, presentVerification),
];
