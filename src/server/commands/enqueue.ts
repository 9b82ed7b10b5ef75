import { JobModel } from "../../models/job.ts";
import type { CommandContext } from "../command-context.ts";
import { insertLater } from "../insert-later.ts";

/** Kinds of work that run after the transaction, and what each is told. */
export interface JobKinds {
  "certificate.render": { certificateId: string };
  "class.declare": { applicationId: string };
  "organization.follow-industry": { organizationId: string; before: string };
  "organization.follow-move": { organizationId: string; removed: string[] };
  "people.import": { importId: string };
  "notification.send": { notificationId: string };
  "years.follow-policy": { packId: string; packVersion: string };
  "phone.send": { phoneCipher: string; textCipher: string };
}

export type JobKind = keyof JobKinds;

/**
 * Writes a job in the command's transaction (the outbox): it exists if and only if the command committed. This
 * process's loops hear of it then, if somebody waits for it (`job-bell.ts`).
 */
export async function enqueue<Kind extends JobKind>(
  ctx: CommandContext,
  kind: Kind,
  job: { data: JobKinds[Kind]; delaySeconds?: number },
): Promise<string> {
  const now = ctx.clock.now();
  const jobId = ctx.newId();
  await insertLater(ctx, JobModel, {
    _id: jobId,
    kind,
    data: { ...job.data },
    status: "waiting",
    attempts: 0,
    runAt: new Date(now.getTime() + (job.delaySeconds ?? 0) * 1000),
    leasedBy: null,
    leasedUntil: null,
    problem: null,
    createdAt: now,
    finishedAt: null,
    version: 0,
  });
  return jobId;
}
