import { describe, expect, it } from "vitest";
import { replay } from "../../src/workflows/runtime/replay.ts";
import { positionsOnEveryMove, runInEngine } from "./engine-peer.ts";
import { path, shipped } from "./support.ts";

/** Every move of the explored graph, not only the shortest way to each position. All processes: replay.deep.test.ts. */
describe.each(["organization-registration", "person-registration"])("%s", (key) => {
  it("stands where bpmn-engine's Engine stands, on every path", async () => {
    const { ours, engines } = await positionsOnEveryMove(await shipped(key));
    expect(ours.length).toBeGreaterThan(0);
    expect(ours).toEqual(engines);
  });
});

describe("declaration and transfer", () => {
  it.each([
    ["declaration", "started:3 route=full review:0=approve review:1=approve review:2=approve"],
    [
      "declaration",
      "started:2 route=full review:0=approve review:1=reject resubmit:0=resubmit review:0=approve",
    ],
    ["declaration", "started:2 route=full review:0=approve !withdraw"],
    ["transfer", "started:0 way=person @overdue escalated:0=approve accept:0=approve"],
    ["transfer", "started:0 way=employer accept:0=reject"],
  ])("%s: %s", async (key, text) => {
    const definition = await shipped(key);
    const position = replay(definition, path(text));
    expect(await runInEngine(definition, path(text))).toEqual({
      open: position.openTasks.map((task) => task.key).toSorted(),
      calls: position.serviceCalls.map((call) => call.name),
      ended: position.ended,
    });
  });
});
