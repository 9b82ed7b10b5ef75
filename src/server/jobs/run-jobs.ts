import { setTimeout as pause } from "node:timers/promises";
import { JobModel, type Job } from "../../models/job.ts";
import type { App } from "../command-context.ts";
import type { JobKind, JobKinds } from "../commands/enqueue.ts";

const leaseSeconds = 120;
const idlePauseMs = 250;
const problemPauseMs = 2_000;
const maxAttempts = 6;

/** What runs a kind of job. It may run twice (a node can die after its work, before it says so). */
export type JobHandlers = { [Kind in JobKind]: (app: App, data: JobKinds[Kind]) => Promise<void> };

export interface JobRunner {
  /** stops claiming, waits for the job under way */
  stop(): Promise<void>;
}

/** What somebody sits and waits for. These have a loop of their own, so no import or slow gateway is ever before them. */
const urgentKinds: readonly JobKind[] = ["phone.send", "certificate.render"];

/**
 * Claims jobs by lease, one at a time in each loop: two for all kinds, one for urgent ones. Any number of nodes may
 * run it at once.
 */
export function startJobs(app: App, handlers: JobHandlers): JobRunner {
  const stopping = new AbortController();
  const loops = [null, null, urgentKinds].map((kinds) =>
    loop(app, handlers, { kinds, signal: stopping.signal }),
  );
  return {
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

interface Loop {
  /** what it claims; null for everything */
  kinds: readonly JobKind[] | null;
  signal: AbortSignal;
}

async function loop(app: App, handlers: JobHandlers, { kinds, signal }: Loop): Promise<void> {
  while (!signal.aborted) {
    const { rings } = app.jobBell;
    try {
      const job = await claim(app, kinds);
      if (job === null) await app.jobBell.wait(rings, idlePauseMs, signal);
      else await run(app, handlers, job);
    } catch (error) {
      if (signal.aborted) return;
      app.log.error({ kind: error instanceof Error ? error.name : "unknown" }, "claiming a job failed");
      await pause(problemPauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/**
 * Takes the oldest job that is due, or one whose node let its lease lapse. Nearly always there is none: to look costs a
 * third of a claim, and three loops of each node look four times a second.
 */
async function claim(app: App, kinds: readonly JobKind[] | null): Promise<Job | null> {
  const now = app.clock.now();
  const ofKinds = kinds === null ? {} : { kind: { $in: kinds } };
  const due = { status: "waiting" as const, runAt: { $lte: now }, ...ofKinds };
  const lapsed = { status: "running" as const, leasedUntil: { $lt: now }, ...ofKinds };
  if ((await JobModel.exists({ $or: [due, lapsed] })) === null) return null;
  const leasedUntil = new Date(now.getTime() + leaseSeconds * 1000);
  const claimed = { $set: { status: "running", leasedBy: app.nodeId, leasedUntil }, $inc: { attempts: 1 } };
  const taken = { returnDocument: "after" } as const;
  return (
    (await JobModel.findOneAndUpdate(due, claimed, { ...taken, sort: { runAt: 1 } }).lean()) ??
    (await JobModel.findOneAndUpdate(lapsed, claimed, taken).lean())
  );
}

async function run(app: App, handlers: JobHandlers, job: Job): Promise<void> {
  const renewal = setInterval(() => void renew(app, job), (leaseSeconds * 1000) / 3);
  try {
    const handler = handlers[job.kind as JobKind] as (app: App, data: unknown) => Promise<void>;
    await handler(app, job.data);
    await finish(app, job, { status: "done", finishedAt: app.clock.now(), problem: null });
  } catch (error) {
    const problem = error instanceof Error ? `${error.name}` : "unknown";
    app.log.error(
      { job: job._id, kind: job.kind, attempt: job.attempts, problem, stack: stackOf(error) },
      "job failed",
    );
    const pauseMs = 1000 * 2 ** job.attempts;
    const again = job.attempts < maxAttempts;
    await finish(
      app,
      job,
      again
        ? { status: "waiting", runAt: new Date(app.clock.now().getTime() + pauseMs), problem }
        : { status: "failed", problem },
    );
  } finally {
    clearInterval(renewal);
  }
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack?.split("\n").slice(1, 6).join("\n") : undefined;
}

async function renew(app: App, job: Job): Promise<void> {
  const leasedUntil = new Date(app.clock.now().getTime() + leaseSeconds * 1000);
  await JobModel.updateOne({ _id: job._id, leasedBy: app.nodeId }, { $set: { leasedUntil } }).catch(
    () => undefined,
  );
}

async function finish(app: App, job: Job, change: Partial<Job>): Promise<void> {
  await JobModel.updateOne(
    { _id: job._id, leasedBy: app.nodeId },
    { $set: { ...change, leasedBy: null, leasedUntil: null } },
  );
}
