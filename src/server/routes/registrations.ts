import * as changes from "../../shared/contracts/registration-changes.ts";
import * as contracts from "../../shared/contracts/registrations.ts";
import { storeRegistrationFile } from "../commands/platform/store-file.ts";
import { changeRegistrationSuperior } from "../commands/registrations/change-registration-superior.ts";
import { changeRegistrationUnit } from "../commands/registrations/change-registration-unit.ts";
import { queryRegistrations } from "../commands/registrations/query-registrations.ts";
import { registerOrganization } from "../commands/registrations/register-organization.ts";
import { registerPerson } from "../commands/registrations/register-person.ts";
import { requestWithdrawal } from "../commands/registrations/request-withdrawal.ts";
import { urgeRegistration } from "../commands/registrations/urge-registration.ts";
import { orchestration, query } from "../http/endpoint.ts";
import { presentStoredFile } from "../presenters/file.ts";
import { presentUrged } from "../presenters/instance-row.ts";
import { presentProgress, presentRegistrationDetails } from "../presenters/registration.ts";
import { checkCreditCode } from "../queries/registrations/check-credit-code.ts";
import { getRegistration } from "../queries/registrations/get-registration.ts";

/** Registration of organizations and people, its progress, urging, change of the superior, and withdrawal. */
export const registrationRoutes = [
  orchestration(contracts.uploadRegistrationFile, storeRegistrationFile, presentStoredFile),
  query(contracts.checkCreditCode, checkCreditCode),
  orchestration(contracts.registerOrganization, registerOrganization),
  orchestration(contracts.registerPerson, registerPerson),
  orchestration(contracts.queryRegistrations, queryRegistrations, presentProgress, { keepAnswer: false }),
  orchestration(contracts.withdrawRegistration, requestWithdrawal),
  orchestration(changes.urgeRegistration, urgeRegistration, presentUrged),
  orchestration(changes.changeRegistrationSuperior, changeRegistrationSuperior),
  orchestration(changes.changeRegistrationUnit, changeRegistrationUnit),
  query(contracts.getRegistration, getRegistration, presentRegistrationDetails),
];
