import { createCollectionsAndIndexes } from "./20261123-1-create-collections-and-indexes.ts";
import { keepFirstOrganizationVersions } from "./20261123-2-keep-first-organization-versions.ts";
import { indexPlansAndClasses } from "./20261123-3-index-plans-and-classes.ts";
import { addMakeUpWindows } from "./20261123-5-make-up-windows.ts";
import { searchInstances } from "./20261123-4-search-instances.ts";
import { indexMessagesAndDepartments } from "./20261123-6-index-messages-and-departments.ts";
import { indexUrgentJobs } from "./20261124-1-index-urgent-jobs.ts";
import { indexApprovedAbsences } from "./20261124-2-index-approved-absences.ts";
import { indexScheduledChanges } from "./20261124-3-index-scheduled-changes.ts";
import { indexReviewLists } from "./20261124-4-index-review-lists.ts";
import { indexLimitedAdministrators } from "./20261124-5-index-limited-administrators.ts";

/** Every migration in order: dated name → an `up` that may run twice (style rule 20). */
export const migrations: readonly { name: string; up(): Promise<void> }[] = [
  { name: "20261123-1-create-collections-and-indexes", up: createCollectionsAndIndexes },
  { name: "20261123-2-keep-first-organization-versions", up: keepFirstOrganizationVersions },
  { name: "20261123-3-index-plans-and-classes", up: indexPlansAndClasses },
  { name: "20261123-4-search-instances", up: searchInstances },
  { name: "20261123-5-make-up-windows", up: addMakeUpWindows },
  { name: "20261123-6-index-messages-and-departments", up: indexMessagesAndDepartments },
  { name: "20261124-1-index-urgent-jobs", up: indexUrgentJobs },
  { name: "20261124-2-index-approved-absences", up: indexApprovedAbsences },
  { name: "20261124-3-index-scheduled-changes", up: indexScheduledChanges },
  { name: "20261124-4-index-review-lists", up: indexReviewLists },
  { name: "20261124-5-index-limited-administrators", up: indexLimitedAdministrators },
];
