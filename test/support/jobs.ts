import { expect } from "vitest";
import { JobModel } from "../../src/models/job.ts";

/** Waits until what a unit's move or merger leaves to the jobs has been done for everybody below it. */
export async function movesFollowed(): Promise<void> {
  const open = { kind: "organization.follow-move", status: { $ne: "done" as const } };
  await expect.poll(() => JobModel.countDocuments(open), { timeout: 20_000, interval: 100 }).toBe(0);
}
