import { keepFirstOrganizationVersions } from "./20261123-2-keep-first-organization-versions.ts";
import { sayWhatCanBeChosen } from "./20261123-6-say-what-can-be-chosen.ts";
import { keepClassIdentities } from "./20261124-3-keep-class-identities.ts";
import { keepDepartmentsOfItems } from "./20261124-2-keep-departments-of-items.ts";
import { keepPlansAndRecords } from "./20261124-7-keep-plans-and-records.ts";
import { keepRightToExport } from "./20261124-5-keep-right-to-export.ts";
import { keepWorkKeys } from "./20261124-6-keep-work-keys.ts";
import { markMakeUpTasks } from "./20261128-4-mark-make-up-tasks.ts";

/** One step from how databases were to how models are now; its name is kept in the database for ever. */
export interface Migration {
  /** begins with its date */
  name: string;
  /** changes data; may run twice (style rule 20). Without it the step is about collections and indexes only */
  up?(): Promise<void>;
}

/** Every migration in order. Collections and indexes are as the models say before the first one that is pending. */
export const migrations: readonly Migration[] = [
  { name: "20261123-1-create-collections-and-indexes" },
  { name: "20261123-2-keep-first-organization-versions", up: keepFirstOrganizationVersions },
  { name: "20261123-3-index-plans-and-classes" },
  { name: "20261123-4-search-instances" },
  { name: "20261123-5-make-up-windows" },
  { name: "20261123-6-index-messages-and-departments", up: sayWhatCanBeChosen },
  { name: "20261124-1-index-urgent-jobs-and-review-lists" },
  { name: "20261124-2-keep-departments-of-items", up: keepDepartmentsOfItems },
  { name: "20261124-3-keep-class-identities", up: keepClassIdentities },
  { name: "20261124-4-index-talent-pools" },
  { name: "20261124-5-keep-right-to-export", up: keepRightToExport },
  { name: "20261124-6-keep-work-keys", up: keepWorkKeys },
  { name: "20261124-7-keep-plans-and-records", up: keepPlansAndRecords },
  { name: "20261128-1-drafts" },
  { name: "20261128-2-registration-drafts" },
  { name: "20261128-3-uploads" },
  { name: "20261128-4-mark-make-up-tasks", up: markMakeUpTasks },
];
