import type { Organization } from "../../../models/organization.ts";
import type { Module } from "../../../shared/modules.ts";
import { actingParty } from "../../queries/organizations/acting-party.ts";
import type { Applicant } from "./registration-data.ts";
import type { Reviewer } from "./submit-registration.ts";

/**
 * Who reviews a registration in place of `usual` where nobody but the applicant himself could do it there: the nearest
 * above, with a notice that says so (AUD-10, FLW-10). Somebody without an account is nobody's administrator.
 */
export async function reviewerFor(
  usual: Organization,
  { accountId }: Pick<Applicant, "accountId">,
  module: Module,
): Promise<Reviewer> {
  if (accountId === null) return usual;
  const { organization, party } = await actingParty(usual, { module, own: [accountId] });
  const { _id, name } = organization;
  return { _id, name, ...(party.notice === undefined ? {} : { notice: party.notice }) };
}
