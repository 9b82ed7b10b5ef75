import { annualRequirement } from "./annual-requirement.ts";
import { checkDeclaration, checkPeople } from "./check-declaration.ts";
import { closeGap } from "./close-gap.ts";
import { decideOutcome } from "./decide-outcome.ts";
import { decideValues, importCredits, titleLevelOn } from "./decide-values.ts";
import { determineYear } from "./determine-year.ts";
import { duplicateKey, yearlyCredits } from "./duplicate-key.ts";
import { computeHours } from "./evaluate-hours.ts";
import type { RulePacks } from "./load-packs.ts";
import type { Pack, PackCase } from "./pack-schema.ts";
import { prorate } from "./prorate.ts";
import { rejectionReasons } from "./rejection-reasons.ts";
import { isInSet, lookUp } from "./tables.ts";
import type { Scalar } from "./trace.ts";
import { RuleError } from "./rule-error.ts";
import { workdaysBetween } from "./workdays.ts";

/** Why a case of a pack fails, in Chinese; null when it passes. */
export function runCase(packs: RulePacks, packCase: PackCase): string | null {
  try {
    const actual = plain(calls[packCase.call](packs, packCase.input));
    if (packCase.error !== undefined) return `应报错 ${packCase.error.code}，实际得到 ${shown(actual)}`;
    const difference = differs(packCase.expect, actual, "");
    return difference;
  } catch (error) {
    if (error instanceof RuleError) return errorDiffers(packCase, error);
    if (error instanceof TypeError) return `输入不完整：${error.message}`;
    throw error;
  }
}

type Input = never;

/** Cases are JSON: each call checks its own input and names what is wrong. */
const calls: Readonly<Record<PackCase["call"], (packs: RulePacks, input: unknown) => unknown>> = {
  hours: (packs, input) => computeHours(packs, input as Input),
  draft: (packs, input) => computeHours(packs, input as Input, { unfiled: true }),
  requirement: (packs, input) => annualRequirement(packs, input as Input),
  determine: (packs, input) => determineYear(packs, input as Input),
  adjust: (packs, input) => prorate(packs, input as Input),
  gap: (packs, input) => ({ texts: closeGap(packs, input as Input).map((way) => way.text) }),
  check: (packs, input) => withCodes(checkDeclaration(packs, input as Input)),
  people: (packs, input) => withCodes(checkPeople(packs, (input as { people: Input }).people)),
  outcome: (packs, input) => {
    const { rule, facts } = input as { rule: string; facts: Record<string, unknown> };
    return decideOutcome(packs, rule, facts);
  },
  decision: (packs, input) => decideValues(packs, input as Input),
  cell: (packs, input) => {
    const { pack, table, keys, year } = input as {
      pack: string;
      table: string;
      keys: Scalar[];
      year: number;
    };
    return lookUp(byId(packs, pack), { name: table, keys, year, fields: {} });
  },
  member: (packs, input) => {
    const { pack, set, code, year } = input as { pack: string; set: string; code: string; year: number };
    return { member: isInSet(byId(packs, pack), { name: set, code, year }) };
  },
  rejection: (packs, input) => ({ reasons: rejectionReasons(packs, input as Input) }),
  yearly: (packs, input) => ({ most: yearlyCredits(packs, input as Input).most }),
  duplicate: (packs, input) => ({ key: duplicateKey(packs, input as Input) }),
  title: (packs, input) => ({ level: titleLevelOn(packs, input as Input) }),
  workdays: (packs, input) => ({ days: workdaysBetween(packs, input as Input) }),
  import: (packs, input) => importCredits(packs, input as Input),
};

function byId(packs: RulePacks, id: string): Pack {
  const found = [...Object.values(packs.of), ...packs.local].find((one) => one.ref.id === id);
  if (found === undefined) throw new TypeError(`没有规则包 ${id}`);
  return found.pack;
}

function withCodes(check: ReturnType<typeof checkPeople>): unknown {
  return check.ok ? { ok: true } : { ok: false, codes: check.problems.map((problem) => problem.code).sort() };
}

function errorDiffers(packCase: PackCase, error: RuleError): string | null {
  const { error: expected } = packCase;
  if (expected === undefined) return `报错 ${error.code}：${error.message}`;
  if (expected.code !== error.code)
    return `应报错 ${expected.code}，实际报错 ${error.code}：${error.message}`;
  const difference = expected.facts === undefined ? null : differs(expected.facts, [...error.facts], "facts");
  return difference;
}

/** The first place where `actual` lacks what is expected; members that are not expected are ignored. */
function differs(expected: unknown, actual: unknown, place: string): string | null {
  const wrong = `${place} 应为 ${shown(expected)}，实际为 ${shown(actual)}`;
  if (!isObject(expected)) return Object.is(expected, actual) ? null : wrong;
  if (!isObject(actual) || lengthOf(expected) !== lengthOf(Array.isArray(expected) ? actual : {}))
    return wrong;
  for (const [key, value] of Object.entries(expected)) {
    const difference = differs(value, Reflect.get(actual, key), place === "" ? key : `${place}.${key}`);
    if (difference !== null) return difference;
  }
  return null;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Lists must have the same length; of other objects only the expected members count. */
function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : -1;
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "无").slice(0, 300);
}
