import { describe, expect, it } from "vitest";
import { computeHours } from "../../src/rules/evaluate-hours.ts";
import { awaitWitness, witnessDecisions } from "../../src/rules/engine-witness.ts";
import { defaultPacks } from "../../src/rules/load-packs.ts";

const packs = defaultPacks();
const conference = (days: number) =>
  computeHours(packs, { form: "04", year: 2025, facts: { level: "ministry", days, presented: true } });

describe("witnessDecisions", () => {
  it("runs the engine on each distinct decision once", async () => {
    await witnessDecisions();
    conference(3);
    conference(3);
    expect(await witnessDecisions()).toBeGreaterThan(0);
    conference(3);
    expect(await witnessDecisions()).toBe(0);
    conference(4);
    expect(await witnessDecisions()).toBeGreaterThan(0);
  });

  it("agrees over every form and year of a sample", async () => {
    for (let year = 2013; year <= 2026; year += 1) {
      for (const days of [1, 2, 30]) {
        computeHours(packs, { form: "12", year, facts: { days } });
        computeHours(packs, { form: "04", year, facts: { level: "province", days, presented: false } });
      }
    }
    await expect(witnessDecisions()).resolves.toBeGreaterThan(0);
  });

  it("refuses, again and again, what the engine decides differently", async () => {
    const decisions = Object.entries(packs.of["annual-requirement"].pack.decisions ?? {});
    const [entry] = decisions;
    if (entry === undefined) throw new Error("the pack has no decisions");
    const [name, decision] = entry;
    const values = { year: 2015, titleLevel: "junior", region: "410105", sector: "none" };
    awaitWitness({ decision, name, year: 2015, values, held: ["a rule that does not hold"] });
    await expect(witnessDecisions()).rejects.toThrow("differently");
    await expect(witnessDecisions()).rejects.toThrow("differently");
  });
});
