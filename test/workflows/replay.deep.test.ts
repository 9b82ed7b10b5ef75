import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pathText } from "../../src/workflows/check/explore.ts";
import { PositionMemo } from "../../src/workflows/runtime/memo.ts";
import type { Position } from "../../src/workflows/runtime/position.ts";
import { replay } from "../../src/workflows/runtime/replay.ts";
import { positionsOnEveryMove } from "./engine-peer.ts";
import { pickedPath, shipped, shippedKeys } from "./support.ts";

describe.each(shippedKeys())("%s", (key) => {
  it("memo and cold replay agree on 1,000 random paths", async () => {
    const definition = await shipped(key);
    // Small, so that it forgets and computes again; a path drawn twice is replayed cold once.
    const memo = new PositionMemo(200_000);
    const cold = new Map<string, Position>();
    const choices = fc.array(fc.nat(), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), choices, (routeLength, picks) => {
        const events = pickedPath(memo, definition, { routeLength, picks });
        const path = pathText(events);
        const expected = cold.get(path) ?? replay(definition, events);
        cold.set(path, expected);
        expect(memo.position(definition, events)).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it("stands where bpmn-engine's Engine stands, on every move of its graph", async () => {
    const { ours, engines } = await positionsOnEveryMove(await shipped(key));
    expect(ours.length).toBeGreaterThan(0);
    expect(ours).toEqual(engines);
  });
});
