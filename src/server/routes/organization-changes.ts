import * as closures from "../../shared/contracts/closures.ts";
import * as changes from "../../shared/contracts/organization-changes.ts";
import { releaseCreditCode } from "../commands/closures/release-credit-code.ts";
import { submitClosure } from "../commands/closures/submit-closure.ts";
import { allowOrganizationChange } from "../commands/organization-changes/allow-organization-change.ts";
import { submitOrganizationChange } from "../commands/organization-changes/submit-organization-change.ts";
import { submitSuperiorChange } from "../commands/organization-changes/submit-superior-change.ts";
import { command, query } from "../http/endpoint.ts";
import { presentSubmittedApplication } from "../presenters/application.ts";
import { presentMergedPeople } from "../presenters/closure.ts";
import { getClosureReport } from "../queries/closures/get-closure-report.ts";
import { getClosureTemplate } from "../queries/closures/get-closure-template.ts";
import { listMergedPeople } from "../queries/closures/list-merged-people.ts";

/** What an organization applies for about itself (ORG-04 – ORG-13, DRG), and what bureau and operator do about it. */
export const organizationChangeRoutes = [
  command(changes.submitOrganizationChange, submitOrganizationChange, presentSubmittedApplication),
  command(changes.submitSuperiorChange, submitSuperiorChange, presentSubmittedApplication),
  command(changes.allowOrganizationChange, allowOrganizationChange),
  command(closures.submitClosure, submitClosure, presentSubmittedApplication),
  query(closures.getClosureTemplate, getClosureTemplate),
  query(closures.getClosureReport, getClosureReport),
  query(closures.listMergedPeople, listMergedPeople, presentMergedPeople),
  command(closures.releaseCreditCode, releaseCreditCode),
];
