import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PositionMemo } from "../../src/workflows/runtime/memo.ts";
import { replay } from "../../src/workflows/runtime/replay.ts";
import { path, pickedPath, shipped } from "./support.ts";

const definitions = await Promise.all(
  ["declaration", "organization-registration", "person-registration"].map(shipped),
);

describe("PositionMemo", () => {
  it.each(definitions.map((definition) => [definition.key, definition] as const))(
    "answers as a cold replay does on random paths of %s",
    (_key, definition) => {
      const memo = new PositionMemo();
      const choices = fc.array(fc.nat(), { minLength: 1, maxLength: 9 });
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 4 }), choices, (routeLength, picks) => {
          const events = pickedPath(memo, definition, { routeLength, picks });
          expect(memo.position(definition, events)).toEqual(replay(definition, events));
        }),
        { numRuns: 50 },
      );
    },
  );

  it("stays under its bound and goes on answering rightly after it forgot", () => {
    const [definition] = definitions;
    if (definition === undefined) throw new Error("no definition");
    const memo = new PositionMemo(40_000);
    for (let length = 1; length <= 30; length += 1) {
      memo.position(definition, path(`started:${length} route=full review:0=reject`));
      expect(memo.statistics().bytes).toBeLessThanOrEqual(40_000);
    }
    const again = path("started:1 route=full review:0=reject");
    expect(memo.position(definition, again)).toEqual(replay(definition, again));
    expect(memo.statistics().misses).toBeGreaterThan(30);
  });

  it("does not keep impossible events", () => {
    const [definition] = definitions;
    if (definition === undefined) throw new Error("no definition");
    const memo = new PositionMemo();
    memo.position(definition, path("started:1 route=full"));
    const { bytes } = memo.statistics();
    expect(() => memo.position(definition, path("started:1 route=full review:1=approve"))).toThrow(
      "review:1 is not open",
    );
    expect(memo.statistics().bytes).toBe(bytes);
  });
});
