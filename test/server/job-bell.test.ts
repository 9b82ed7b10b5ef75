import { describe, expect, it } from "vitest";
import { JobBell } from "../../src/server/job-bell.ts";

const never = new AbortController().signal;
const hourMs = 3_600_000;

describe("the bell of the job loops", () => {
  it("wakes everybody who waits", async () => {
    const bell = new JobBell();
    const waiting = [1, 2].map(() => bell.wait(bell.rings, hourMs, never));
    bell.ring();
    expect(await Promise.all(waiting)).toEqual([undefined, undefined]);
  });

  it("is heard by who looked for jobs while it rang", async () => {
    const bell = new JobBell();
    const before = bell.rings;
    bell.ring();
    expect(await bell.wait(before, hourMs, never)).toBeUndefined();
  });

  it("lets nobody wait beyond his time, or after the loops were told to stop", async () => {
    const bell = new JobBell();
    const stopping = new AbortController();
    const long = bell.wait(bell.rings, hourMs, stopping.signal);
    stopping.abort();
    await long;
    await bell.wait(bell.rings, hourMs, stopping.signal);
    expect(await bell.wait(bell.rings, 1, never)).toBeUndefined();
  });
});
