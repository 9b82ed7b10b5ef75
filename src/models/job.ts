import { anything, defineModel, moment, number, optionalMoment, optionalText, text } from "./schema.ts";

/**
 * Work to do after a transaction (the outbox): written in it, claimed by lease by any node, retried with growing
 * pauses (style rule 5).
 */
export interface Job {
  _id: string;
  kind: string;
  data: Record<string, unknown>;
  status: "waiting" | "running" | "done" | "failed";
  attempts: number;
  runAt: Date;
  leasedBy: string | null;
  leasedUntil: Date | null;
  problem: string | null;
  createdAt: Date;
  finishedAt: Date | null;
  version: number;
}

export const JobModel = defineModel<Job>(
  { name: "Job", collection: "jobs" },
  {
    kind: text,
    data: anything,
    status: text,
    attempts: number,
    runAt: moment,
    leasedBy: optionalText,
    leasedUntil: optionalMoment,
    problem: optionalText,
    createdAt: moment,
    finishedAt: optionalMoment,
  },
  [
    { fields: { status: 1, runAt: 1 } },
    { fields: { status: 1, kind: 1, runAt: 1 } },
    { fields: { finishedAt: 1 }, expireAfterSeconds: 7 * 24 * 3600 },
  ],
);
