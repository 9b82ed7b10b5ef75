import type { Endpoint } from "../http/endpoint.ts";
import { accountRoutes } from "./accounts.ts";
import { administratorRoutes } from "./administrators.ts";
import { applicationRoutes } from "./applications.ts";
import { baseClassRoutes } from "./base-classes.ts";
import { certificateRoutes } from "./certificates.ts";
import { declarationRoutes } from "./declarations.ts";
import { departmentRoutes } from "./departments.ts";
import { uploadRoutes } from "./uploads.ts";
import { draftRoutes } from "./drafts.ts";
import { importRoutes } from "./imports.ts";
import { instanceRoutes } from "./instances.ts";
import { makeUpWindowRoutes } from "./make-up-windows.ts";
import { organizationChangeRoutes } from "./organization-changes.ts";
import { notificationRoutes } from "./notifications.ts";
import { organizationRoutes } from "./organizations.ts";
import { peopleRoutes } from "./people.ts";
import { personApplicationRoutes } from "./person-applications.ts";
import { platformRoutes } from "./platform.ts";
import { policyRoutes } from "./policies.ts";
import { reviewListRoutes } from "./review-lists.ts";
import { registrationDraftRoutes } from "./registration-drafts.ts";
import { registrationRoutes } from "./registrations.ts";
import { workflowDefinitionRoutes } from "./workflow-definitions.ts";
import { trainingPlanRoutes } from "./training-plans.ts";
import { subordinateRoutes } from "./subordinates.ts";
import { workflowRoutes } from "./workflow.ts";
import { yearRoutes } from "./years.ts";

/** Every endpoint of the platform. */
export const endpoints: readonly Endpoint[] = [
  ...platformRoutes,
  ...accountRoutes,
  ...administratorRoutes,
  ...departmentRoutes,
  ...subordinateRoutes,
  ...notificationRoutes,
  ...registrationRoutes,
  ...registrationDraftRoutes,
  ...organizationRoutes,
  ...workflowRoutes,
  ...declarationRoutes,
  ...draftRoutes,
  ...uploadRoutes,
  ...reviewListRoutes,
  ...makeUpWindowRoutes,
  ...yearRoutes,
  ...peopleRoutes,
  ...importRoutes,
  ...certificateRoutes,
  ...policyRoutes,
  ...workflowDefinitionRoutes,
  ...instanceRoutes,
  ...applicationRoutes,
  ...organizationChangeRoutes,
  ...personApplicationRoutes,
  ...trainingPlanRoutes,
  ...baseClassRoutes,
];
