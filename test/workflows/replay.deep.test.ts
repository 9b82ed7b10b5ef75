import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explorePositions, pathText, possibleEvents } from "../../src/workflows/check/explore.ts";
import { PositionMemo } from "../../src/workflows/runtime/memo.ts";
import type { PathEvent, Position } from "../../src/workflows/runtime/position.ts";
import { replay } from "../../src/workflows/runtime/replay.ts";
import { runInEngine } from "./engine-peer.ts";
import { shipped, shippedKeys } from "./support.ts";

describe.each(shippedKeys())("%s", (key) => {
  it("memo and cold replay agree on 1,000 random paths", async () => {
    const definition = await shipped(key);
    // Small, so that it forgets and computes again; a path drawn twice is replayed cold once.
    const memo = new PositionMemo(200_000);
    const cold = new Map<string, Position>();
    const choices = fc.array(fc.nat(), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), choices, (routeLength, picks) => {
        const events: PathEvent[] = [{ type: "started", routeLength }];
        for (const pick of picks) {
          const next = possibleEvents(memo.position(definition, events));
          const chosen = next[pick % next.length];
          if (chosen === undefined) break;
          events.push(chosen);
        }
        const path = pathText(events);
        const expected = cold.get(path) ?? replay(definition, events);
        cold.set(path, expected);
        expect(memo.position(definition, events)).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it("stands where bpmn-engine's Engine stands, on every move of its graph", async () => {
    const definition = await shipped(key);
    const { states, edges } = explorePositions(definition);
    for (const edge of edges) {
      const events = [...(states[edge.from]?.path ?? []), edge.event];
      const position = replay(definition, events);
      const open = [
        ...position.openTasks.map((task) => task.key),
        ...position.openRules.map((rule) => `${rule.elementId}:0`),
      ];
      expect({ path: pathText(events), ...(await runInEngine(definition, events)) }).toEqual({
        path: pathText(events),
        open: open.toSorted(),
        calls: position.serviceCalls.map((call) => call.name),
        ended: position.ended,
      });
    }
  });
});
