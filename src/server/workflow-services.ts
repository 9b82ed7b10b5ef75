import type { ServiceCommands } from "./command-context.ts";
import { confirmBaseClass } from "./commands/base-classes/confirm-base-class.ts";
import { creditHours } from "./commands/declarations/credit-hours.ts";
import { releaseDeclaration } from "./commands/declarations/release-declaration.ts";
import { returnDeclaration } from "./commands/declarations/return-declaration.ts";
import { rejectApplication, releaseApplication } from "./commands/applications/settle-application.ts";
import { executeClosure } from "./commands/closures/execute-closure.ts";
import { rejectClosure, withdrawClosure } from "./commands/closures/release-closure.ts";
import { applyOrganizationChange } from "./commands/organization-changes/apply-organization-change.ts";
import { applySuperiorChange } from "./commands/organization-changes/apply-superior-change.ts";
import { approveRegistration } from "./commands/registrations/approve-registration.ts";
import { rejectRegistration } from "./commands/registrations/reject-registration.ts";
import { withdrawRegistration } from "./commands/registrations/withdraw-registration.ts";
import { approveTrainingPlan } from "./commands/training-plans/approve-training-plan.ts";
import {
  creditPlanHours,
  returnPlanDeclaration,
  withdrawPlanDeclaration,
} from "./commands/training-plans/settle-plan-declaration.ts";
import { applyAdjustment } from "./commands/adjustments/apply-adjustment.ts";
import { applyProfileChange } from "./commands/people/apply-profile-change.ts";
import { deregisterPerson } from "./commands/people/deregister-person.ts";
import { completeTransfer } from "./commands/transfers/complete-transfer.ts";
import { escalateTransfer, rejectTransfer, withdrawTransfer } from "./commands/transfers/settle-transfer.ts";

/** The commands behind BPMN service tasks, by the name that definitions use (`${environment.services.<name>}`). */
export const serviceCommands: ServiceCommands = {
  approveRegistration,
  rejectRegistration,
  withdrawRegistration,
  creditHours,
  returnDeclaration,
  withdrawDeclaration: releaseDeclaration,
  applyOrganizationChange,
  rejectOrganizationChange: rejectApplication,
  withdrawOrganizationChange: releaseApplication,
  applySuperiorChange,
  rejectSuperiorChange: rejectApplication,
  withdrawSuperiorChange: releaseApplication,
  executeClosure,
  rejectClosure,
  withdrawClosure,
  completeTransfer,
  rejectTransfer,
  withdrawTransfer,
  escalateTransfer,
  applyProfileChange,
  rejectProfileChange: rejectApplication,
  withdrawProfileChange: releaseApplication,
  applyAdjustment,
  returnAdjustment: rejectApplication,
  withdrawAdjustment: releaseApplication,
  deregisterPerson,
  rejectDeregistration: rejectApplication,
  withdrawDeregistration: releaseApplication,
  approveTrainingPlan,
  returnTrainingPlan: rejectApplication,
  withdrawTrainingPlan: releaseApplication,
  creditPlanHours,
  returnPlanDeclaration,
  withdrawPlanDeclaration,
  confirmBaseClass,
  returnBaseClass: rejectApplication,
  withdrawBaseClass: releaseApplication,
};
