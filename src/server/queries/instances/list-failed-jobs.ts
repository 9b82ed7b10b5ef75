import { type Job, JobModel } from "../../../models/job.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeOperation } from "../../permissions/instances.ts";

const jobsAtMost = 200;

/** Jobs that were given up after all their attempts, latest first. What they are about stays out of it. */
export async function listFailedJobs(ctx: CommandContext): Promise<Job[]> {
  authorizeOperation(requireActor(ctx));
  return JobModel.find({ status: "failed" }, { data: 0 }).sort({ runAt: -1 }).limit(jobsAtMost).lean<Job[]>();
}
