import { JobModel } from "../../../models/job.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { retryJob as contract } from "../../../shared/contracts/instances.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeOperation } from "../../permissions/instances.ts";
import { recordAudit } from "../record-audit.ts";

/** Lets a job that was given up run again, with all its attempts (OPS-04); `job.not_found` (404) for any other. */
export async function retryJob(ctx: CommandContext, input: InputOf<typeof contract>): Promise<{ ok: true }> {
  authorizeOperation(requireActor(ctx));
  const again = { status: "waiting" as const, attempts: 0, runAt: ctx.clock.now(), problem: null };
  const job = await JobModel.findOneAndUpdate({ _id: input.id, status: "failed" }, { $set: again }).lean();
  if (job === null) throw new AppError("job.not_found");
  const data = { kind: job.kind, problem: job.problem, reason: input.reason };
  await recordAudit(ctx, "job.retried", { subjectId: job._id, data });
  return { ok: true };
}
