import { beforeEach, describe, expect, it } from "vitest";
import { ThreadTask } from "../../src/shared/thread-task.ts";

const minuteMs = 60_000;
const code = new URL("./counting-thread.ts", import.meta.url);

describe("a thread", () => {
  let task: ThreadTask<string, number>;
  beforeEach(() => {
    task = new ThreadTask(code, (count) => count < 3);
  });

  it("takes the next order too while its answers are kept, and ends with one that is not", async () => {
    const counts = [];
    for (const order of ["a", "b", "c", "d"]) counts.push(await task.run(order, minuteMs));
    expect(counts).toEqual([1, 2, 3, 1]);
  });

  it("ends with an order that is not done in time; the next one has another", async () => {
    expect(await task.run("a", minuteMs)).toBe(1);
    expect(await task.run("never-done", 50)).toBeNull();
    expect(await task.run("b", minuteMs)).toBe(1);
  });

  it("that has answered others does not have the last word when it dies", async () => {
    expect(await task.run("a", minuteMs)).toBe(1);
    expect(await task.run("die-if-used", minuteMs)).toBe(1);
  });
});
