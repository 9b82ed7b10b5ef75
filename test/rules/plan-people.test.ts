import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defaultPacks, loadPack, packsFolder, withPack } from "../../src/rules/load-packs.ts";
import { mergerRefusesPeople } from "../../src/rules/merger-people.ts";
import { mostPlanPeople } from "../../src/rules/plan-people.ts";
import { rejectionReasons } from "../../src/rules/rejection-reasons.ts";
import { transferObjection } from "../../src/rules/transfer-objection.ts";
import { failureOf } from "./failure.ts";

const text = readFileSync(join(packsFolder(), "declaration-policy.json"), "utf8");

describe("most people of a training plan (PLN-07)", () => {
  it("is a tenth more than planned, whole people only, for every size of plan", () => {
    const packs = defaultPacks();
    for (let plannedPeople = 0; plannedPeople <= 5000; plannedPeople += 1) {
      const most = mostPlanPeople(packs, { year: 2026, plannedPeople });
      expect(most).toBe(Math.floor((plannedPeople * 11) / 10));
    }
  });

  it("is the pack's word: another share there is another answer", () => {
    const changed = loadPack(text.replace("0.1]", "0.25]"), "declaration-policy.json");
    const packs = withPack(defaultPacks(), changed);
    expect(mostPlanPeople(packs, { year: 2026, plannedPeople: 10 })).toBe(12);
    expect(mostPlanPeople(packs, { year: 2026, plannedPeople: 100 })).toBe(125);
  });

  it("stays as it was with a version that was published before the pack said it", () => {
    const all = JSON.parse(text).decisions;
    const { plan, transferObjection: objection, rejectionReasons: reasons, merger, ...decisions } = all;
    expect([plan, objection, reasons, merger].includes(undefined)).toBe(false);
    const { citations, ...rest } = JSON.parse(text);
    const { plan: _plan, transfer: _transfer, rejection: _rejection, merger: _merger, ...cited } = citations;
    const later = /"plan"|"transferObjection"|"rejection"|"merger"/;
    const cases = rest.cases.filter((one: object) => !later.test(JSON.stringify(one)));
    const before = JSON.stringify({ ...rest, citations: cited, decisions, cases });
    const packs = withPack(defaultPacks(), loadPack(before, "before.json"));
    expect(mostPlanPeople(packs, { year: 2026, plannedPeople: 25 })).toBe(27);
    expect(transferObjection(packs, 2026)).toEqual({ days: 0, blocks: false });
    expect(mergerRefusesPeople(packs, 2026)).toBe(false);
    expect(rejectionReasons(packs, { process: "declaration", year: 2026 })).toEqual([]);
  });

  it("has no answer for a year without rules", () => {
    const failure = failureOf(() => mostPlanPeople(defaultPacks(), { year: 2012, plannedPeople: 10 }));
    expect(failure.code).toBe("year.unsupported");
  });
});
