import * as contracts from "../../shared/contracts/registrations.ts";
import { storeRegistrationFile } from "../commands/platform/store-file.ts";
import { queryRegistrations } from "../commands/registrations/query-registrations.ts";
import { registerOrganization } from "../commands/registrations/register-organization.ts";
import { registerPerson } from "../commands/registrations/register-person.ts";
import { requestWithdrawal } from "../commands/registrations/request-withdrawal.ts";
import { orchestration, query } from "../http/endpoint.ts";
import { presentStoredFile } from "../presenters/file.ts";
import { presentProgress, presentRegistrationDetails } from "../presenters/registration.ts";
import { checkCreditCode } from "../queries/registrations/check-credit-code.ts";
import { getRegistration } from "../queries/registrations/get-registration.ts";

/** Registration of organizations and people, its progress, and withdrawal. */
export const registrationRoutes = [
  orchestration(contracts.uploadRegistrationFile, storeRegistrationFile, presentStoredFile),
  query(contracts.checkCreditCode, checkCreditCode),
  orchestration(contracts.registerOrganization, registerOrganization),
  orchestration(contracts.registerPerson, registerPerson),
  orchestration(contracts.queryRegistrations, queryRegistrations, presentProgress, { keepAnswer: false }),
  orchestration(contracts.withdrawRegistration, requestWithdrawal),
  query(contracts.getRegistration, getRegistration, presentRegistrationDetails),
];
