import { expect, it } from "vitest";
import { runOfficial } from "./official.ts";

/** `MONGODB_SPECIFICATIONS` names a checkout of the official specifications; without one there is nothing to run. */
const checkout = process.env.MONGODB_SPECIFICATIONS;

if (checkout) {
  it("no official unified test is answered wrongly", async () => {
    const outcomes = await runOfficial(checkout);
    expect(outcomes.filter(({ status }) => status === "failed")).toEqual([]);
    expect(outcomes.filter(({ status }) => status === "passed").length).toBeGreaterThan(850);
  });
} else {
  it("the official tests wait for a checkout in MONGODB_SPECIFICATIONS", () => {
    expect(checkout).toBeUndefined();
  });
}
