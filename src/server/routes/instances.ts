import * as contracts from "../../shared/contracts/instances.ts";
import { cancelInstance } from "../commands/instances/cancel-instance.ts";
import { reassignTask } from "../commands/instances/reassign-task.ts";
import { retryJob } from "../commands/instances/retry-job.ts";
import { retryTimer } from "../commands/instances/retry-timer.ts";
import { urgeInstance } from "../commands/instances/urge-instance.ts";
import { command, orchestration, query } from "../http/endpoint.ts";
import {
  presentFailedJobs,
  presentInstanceOptions,
  presentInstances,
  presentOperations,
  presentUrged,
} from "../presenters/instance-row.ts";
import { getInstanceOperations } from "../queries/instances/get-instance-operations.ts";
import { listFailedJobs } from "../queries/instances/list-failed-jobs.ts";
import { listInstanceOptions } from "../queries/instances/list-instance-options.ts";
import { searchInstances } from "../queries/instances/search-instances.ts";

/** Instances for inspectors, applicants who urge, and operators. */
export const instanceRoutes = [
  query(contracts.listInstanceOptions, listInstanceOptions, presentInstanceOptions),
  query(contracts.searchInstances, searchInstances, presentInstances),
  command(contracts.urgeInstance, urgeInstance, presentUrged),
  query(contracts.getInstanceOperations, getInstanceOperations, presentOperations),
  command(contracts.reassignTask, reassignTask),
  command(contracts.cancelInstance, cancelInstance),
  orchestration(contracts.retryTimer, retryTimer),
  query(contracts.listFailedJobs, listFailedJobs, presentFailedJobs),
  command(contracts.retryJob, retryJob),
];
