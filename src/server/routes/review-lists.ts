import * as contracts from "../../shared/contracts/review-lists.ts";
import { exportApplications } from "../commands/exports/export-applications.ts";
import { exportDeclarations } from "../commands/exports/export-declarations.ts";
import { exportTasks } from "../commands/exports/export-tasks.ts";
import type { Workbook } from "../commands/exports/export-records.ts";
import { orchestration, query } from "../http/endpoint.ts";
import { presentApplications } from "../presenters/application.ts";
import { presentDeclarations } from "../presenters/declaration.ts";
import { presentTasks } from "../presenters/task.ts";
import { listApplications } from "../queries/applications/list-applications.ts";
import { listDeclarations } from "../queries/declarations/list-declarations.ts";
import { listTasks } from "../queries/workflow/list-tasks.ts";

const asItIs = (workbook: Workbook) => workbook;
/** Each export is an event of its own, and personal data is not kept for a repeated submit. */
const once = { keepAnswer: false };

export const reviewListRoutes = [
  query(contracts.findTasks, listTasks, presentTasks),
  orchestration(contracts.exportTasks, exportTasks, asItIs, once),
  query(contracts.findDeclarations, listDeclarations, presentDeclarations),
  orchestration(contracts.exportDeclarations, exportDeclarations, asItIs, once),
  query(contracts.findApplications, listApplications, presentApplications),
  orchestration(contracts.exportApplications, exportApplications, asItIs, once),
];
