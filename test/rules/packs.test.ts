import { describe, expect, it } from "vitest";
import { defaultPacks } from "../../src/rules/load-packs.ts";
import { runCase } from "../../src/rules/run-case.ts";

const packs = defaultPacks();

describe.each([...Object.values(packs.of), ...packs.local].map((one) => [one.ref.id, one] as const))(
  "the cases of %s",
  (_, { pack }) => {
    it.each(pack.cases.map((one) => [one.name, one] as const))("%s", (__, packCase) => {
      expect(runCase(packs, packCase)).toBeNull();
    });

    it("expect something each", () => {
      expect(pack.cases.filter((one) => one.expect === undefined && one.error === undefined)).toEqual([]);
    });

    it("have different names", () => {
      expect(new Set(pack.cases.map((one) => one.name)).size).toBe(pack.cases.length);
    });
  },
);
