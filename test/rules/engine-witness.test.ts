import { Engine } from "json-rules-engine";
import { afterEach, describe, expect, it, vi } from "vitest";
import { determineYear } from "../../src/rules/determine-year.ts";
import { computeHours, evaluateHours } from "../../src/rules/evaluate-hours.ts";
import { noteDecision, witnessed } from "../../src/rules/engine-witness.ts";
import { defaultPacks } from "../../src/rules/load-packs.ts";

const packs = defaultPacks();
const conference = (days: number) =>
  evaluateHours(packs, { form: "04", year: 2025, facts: { level: "ministry", days, presented: true } });

const runs = vi.spyOn(Engine.prototype, "run");
afterEach(() => runs.mockClear());

describe("witnessed", () => {
  it("runs json-rules-engine once on each distinct decision of the work, and returns its answer", async () => {
    const answer = await witnessed(() => conference(3));
    expect(answer.hours.professional).toBe(24);
    expect(runs).toHaveBeenCalledTimes(1);
    await witnessed(() => [conference(3), conference(3)]);
    expect(runs).toHaveBeenCalledTimes(1);
    await witnessed(() => [conference(4), conference(5), conference(4)]);
    expect(runs).toHaveBeenCalledTimes(3);
  });

  it("takes no answer from the memo that the engine has not seen", async () => {
    conference(7);
    expect(runs).not.toHaveBeenCalled();
    await witnessed(() => conference(7));
    expect(runs).toHaveBeenCalledTimes(1);
  });

  it("sees the decisions behind an answer of the memo again until the engine has agreed", async () => {
    conference(41);
    runs.mockRejectedValueOnce(new Error("the engine is out"));
    await expect(witnessed(() => conference(41))).rejects.toThrow("out");
    expect((await witnessed(() => conference(41))).hours.professional).toBe(252);
    expect(runs).toHaveBeenCalledTimes(2);
  });

  it("keeps the decisions of concurrent work apart, over awaits", async () => {
    const work = async (days: number) => {
      await Promise.resolve();
      conference(days);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return conference(days + 1).hours.professional;
    };
    expect(await Promise.all([witnessed(() => work(10)), witnessed(() => work(20))])).toEqual([72, 132]);
    expect(runs).toHaveBeenCalledTimes(4);
  });

  it("agrees over every form and year of a sample", async () => {
    await witnessed(() => {
      for (let year = 2013; year <= 2026; year += 1) {
        for (const days of [1, 2, 30]) {
          computeHours(packs, { form: "12", year, facts: { days } });
          computeHours(packs, { form: "04", year, facts: { level: "province", days, presented: false } });
        }
        const person = { year, titleLevel: "senior", region: "410105", sector: null } as const;
        determineYear(packs, { ...person, asOf: "2026-11-23", credits: { public: 20, professional: 50 } });
      }
    });
    expect(runs.mock.calls.length).toBeGreaterThan(100);
  });

  it("refuses, again and again, what the engine decides differently", async () => {
    const [entry] = Object.entries(packs.of["annual-requirement"].pack.decisions ?? {});
    if (entry === undefined) throw new Error("the pack has no decisions");
    const [name, decision] = entry;
    const values = { year: 2015, titleLevel: "junior", region: "410105", sector: "none" };
    const wrong = () =>
      noteDecision({ decision, name, year: 2015, values, held: ["a rule that does not hold"] });
    await expect(witnessed(wrong)).rejects.toThrow("differently");
    await expect(witnessed(wrong)).rejects.toThrow("differently");
    await expect(witnessed(() => conference(3))).resolves.toBeDefined();
  });
});
