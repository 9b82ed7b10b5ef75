import type { Certificate } from "../../../models/certificate.ts";
import { PersonYearModel } from "../../../models/person-year.ts";
import { isPassed } from "../../../rules/determine-year.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { issueCertificate as contract } from "../../../shared/contracts/certificates.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../../command-context.ts";
import { certificateView } from "./certificate-content.ts";
import { issueEdition } from "./issue-edition.ts";
import { loadHolder } from "./load-holder.ts";
import { missingText } from "./missing-text.ts";

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
  if (personYear === null || !isPassed(personYear.result)) {
    const missing = await missingText(ctx, person, { year: input.year, personYear });
    throw new AppError("certificate.year_not_passed", { year: input.year, missing });
  }
  return issueEdition(ctx, person, {
    kind: "single",
    prefix: "ZS",
    personYears: [personYear],
    view: (numbers) => certificateView(ctx, { person, personYear }, numbers),
  });
}
