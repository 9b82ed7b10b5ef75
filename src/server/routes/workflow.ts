import * as contracts from "../../shared/contracts/workflow.ts";
import { decideTask } from "../commands/workflow/decide-task.ts";
import { decideTasks } from "../commands/workflow/decide-tasks.ts";
import { hideTask } from "../commands/workflow/hide-task.ts";
import { command, orchestration, query } from "../http/endpoint.ts";
import { presentInstance } from "../presenters/instance.ts";
import {
  presentBatch,
  presentCounts,
  presentDecision,
  presentTask,
  presentTasks,
} from "../presenters/task.ts";
import { countTasks } from "../queries/workflow/count-tasks.ts";
import { getInstance } from "../queries/workflow/get-instance.ts";
import { getTask } from "../queries/workflow/get-task.ts";
import { listRejectionReasons } from "../queries/workflow/list-rejection-reasons.ts";
import { listTasks } from "../queries/workflow/list-tasks.ts";

export const workflowRoutes = [
  query(contracts.countTasks, countTasks, presentCounts),
  query(contracts.listTasks, listTasks, presentTasks),
  query(contracts.getTask, getTask, presentTask),
  query(contracts.listRejectionReasons, listRejectionReasons),
  command(contracts.decideTask, decideTask, presentDecision),
  command(contracts.hideTask, hideTask),
  orchestration(contracts.decideTasks, decideTasks, presentBatch),
  query(contracts.getInstance, getInstance, presentInstance),
];
