import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkPack } from "../../src/rules/check-pack.ts";
import { defaultPacks, loadPack, packsFolder, type RulePacks, withPack } from "../../src/rules/load-packs.ts";
import { runCase } from "../../src/rules/run-case.ts";
import { closingIfAny, yearClosing } from "../../src/rules/year-closing.ts";
import { failureOf } from "./failure.ts";
import { mutantsOf } from "./mutants.ts";

/** PST-04: last day to declare, days of grace, last day to approve. */

const shipped = readFileSync(join(packsFolder(), "declaration-policy.json"), "utf8");
type Values = Readonly<Record<string, unknown>>;

/** The shipped policy with other closing days, in the case that states them as well. */
function policyText(values: Values): string {
  const pack = JSON.parse(shipped);
  pack.decisions.closing.rules[0].event.params.values = values;
  pack.cases.find((one: { input: { name?: string } }) => one.input.name === "closing").expect = { values };
  return JSON.stringify(pack);
}

function policy(values: Values): RulePacks {
  return withPack(defaultPacks(), loadPack(policyText(values), "policy.json"));
}

const days = { lastDay: "12-31", shownFrom: "11-01" };

describe("yearClosing", () => {
  it("closes a year with its last day, without grace, and never ends approvals, unless told otherwise", () => {
    expect(yearClosing(defaultPacks(), 2026)).toEqual({
      lastDay: "2026-12-31",
      shownFrom: "2026-11-01",
      lastCorrectionDay: "2026-12-31",
      lastApprovalDay: null,
    });
  });

  it.each<[Values, string, string | null]>([
    [{ ...days, graceDays: 0, approvalDays: 0 }, "2026-12-31", "2026-12-31"],
    [{ ...days, graceDays: 15, approvalDays: 59 }, "2027-01-15", "2027-02-28"],
    [{ ...days, lastDay: "12-15", graceDays: 10 }, "2026-12-25", null],
    [{ ...days, lastDay: "12-15", approvalDays: 16 }, "2026-12-15", "2026-12-31"],
    [{ ...days, graceDays: 366, approvalDays: 3660 }, "2028-01-01", "2037-01-07"],
  ])("counts days of %o from the last day", (values, lastCorrectionDay, lastApprovalDay) => {
    expect(yearClosing(policy(values), 2026)).toMatchObject({ lastCorrectionDay, lastApprovalDay });
  });

  it("may be another in another year", () => {
    const pack = JSON.parse(shipped);
    const [rule] = pack.decisions.closing.rules;
    const until = (to: number | null, from: number, values: Values) => ({
      ...structuredClone(rule),
      name: `${from}年起`,
      from,
      to,
      event: { type: "values", params: { values } },
    });
    const usual = { ...days, graceDays: 0 };
    pack.decisions.closing.rules = [
      { ...rule, to: 2025 },
      until(2026, 2026, { ...usual, approvalDays: 31 }),
      until(null, 2027, usual),
    ];
    const { findings, loaded } = checkPack(defaultPacks(), JSON.stringify(pack), "policy.json");
    expect(findings).toEqual([]);
    if (loaded === null) throw new Error("refused");
    const packs = withPack(defaultPacks(), loaded);
    const approvals = [2025, 2026, 2027].map((year) => yearClosing(packs, year).lastApprovalDay);
    expect(approvals).toEqual([null, "2027-01-31", null]);
  });

  it("has no answer for a year without policy", () => {
    expect(failureOf(() => yearClosing(defaultPacks(), 2012)).code).toBe("year.unsupported");
    expect(closingIfAny(defaultPacks(), 2012)).toBeNull();
    expect(closingIfAny(defaultPacks(), 2013)?.lastDay).toBe("2013-12-31");
  });
});

describe("a policy that closes its years on no days", () => {
  it.each<[string, Values, string]>([
    ["a day that is none", { ...days, lastDay: "02-30" }, "lastDay、shownFrom 应为存在的月-日"],
    ["a day of leap years only", { ...days, lastDay: "02-29" }, "2013 年"],
    ["no day", { lastDay: "12-31" }, "lastDay、shownFrom 应为存在的月-日"],
    ["half a day of grace", { ...days, graceDays: 0.5 }, "graceDays 应为 0 至 366 的整数"],
    ["grace before the last day", { ...days, graceDays: -1 }, "graceDays 应为 0 至 366 的整数"],
    ["grace for years", { ...days, graceDays: 367 }, "graceDays 应为 0 至 366 的整数"],
    ["days in words", { ...days, approvalDays: "31" }, "approvalDays 应为 0 至 3660 的整数"],
    [
      "approvals that end first",
      { ...days, graceDays: 15, approvalDays: 14 },
      "approvalDays 不能少于 graceDays",
    ],
  ])("is not published: %s", (_, values, message) => {
    const { findings, loaded } = checkPack(defaultPacks(), policyText(values), "policy.json");
    expect(loaded).toBeNull();
    const found = expect.objectContaining({
      code: "closing.invalid",
      place: "decisions/closing",
      message: expect.stringContaining(message),
    });
    expect(findings).toContainEqual(found);
  });

  it("is published with both parameters, which its own cases hold fast", () => {
    const text = policyText({ ...days, graceDays: 15, approvalDays: 31 });
    expect(checkPack(defaultPacks(), text, "policy.json").findings).toEqual([]);
    const mutants = mutantsOf(loadPack(text, "policy.json").pack).filter(({ place }) =>
      /(graceDays|approvalDays)$/.test(place),
    );
    expect(mutants.map(({ is }) => is)).toEqual(["16", "14", "32", "30"]);
    for (const mutant of mutants) {
      const codes = checkPack(defaultPacks(), mutant.text, "policy.json").findings.map(({ code }) => code);
      expect(codes).toContain("case.failed");
    }
  });
});

describe("a version that was published before it said so", () => {
  /** As it was before there were days of grace: no such values, and past years closed without asking for the day. */
  function before(): RulePacks {
    const pack = JSON.parse(shipped);
    delete pack.decisions.closing.rules[0].event.params.values.graceDays;
    const past = pack.decisions.declare.rules.find((one: { name: string }) => one.name === "往年学时已截止");
    const isOfDay = (one: { fact: string }) => one.fact === "today";
    expect(past.conditions.all.some(isOfDay)).toBe(true);
    past.conditions.all = past.conditions.all.filter((one: { fact: string }) => !isOfDay(one));
    return withPack(defaultPacks(), loadPack(JSON.stringify(pack), "before.json"));
  }

  it("closes as it did", () => {
    expect(yearClosing(before(), 2026)).toEqual(yearClosing(defaultPacks(), 2026));
  });

  it("gives every answer that it gave, and nothing in grace", () => {
    const packs = before();
    const differing = defaultPacks().of["declaration-policy"].pack.cases.flatMap((one) =>
      runCase(packs, one) === null ? [] : one.name,
    );
    expect(differing).toEqual(["年度申报截止日期", "宽限期最后一天：被退回的上年申报仍可修改"]);
  });

  it("without any closing closes on 31 December", () => {
    const pack = JSON.parse(shipped);
    delete pack.decisions.closing;
    pack.cases = pack.cases.filter((one: { input: { name?: string } }) => one.input.name !== "closing");
    const packs = withPack(defaultPacks(), loadPack(JSON.stringify(pack), "first.json"));
    expect(yearClosing(packs, 2026)).toEqual(yearClosing(defaultPacks(), 2026));
  });
});
