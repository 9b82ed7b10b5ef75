import { decideValues } from "./decide-values.ts";
import type { RulePacks } from "./load-packs.ts";
import { RuleError } from "./rule-error.ts";

/** How long a person may object to a transfer that his unit asked for, in days, and whether that stops it (TRF-14). */
export interface ObjectionRight {
  days: number;
  blocks: boolean;
}

/** Of policy versions that were published before there was an objection. */
const rightBefore: ObjectionRight = { days: 0, blocks: false };

/** The right as the policy of a year gives it; without days there is none. */
export function transferObjection(packs: RulePacks, year: number): ObjectionRight {
  if (packs.of["declaration-policy"].pack.decisions?.["transferObjection"] === undefined) return rightBefore;
  const asked = { pack: "declaration-policy", name: "transferObjection", year, facts: {} } as const;
  const { values } = decideValues(packs, asked);
  const days = values?.["days"];
  const blocks = values?.["blocks"];
  if (typeof days === "number" && typeof blocks === "number") return { days, blocks: blocks !== 0 };
  throw new RuleError({
    code: "pack.invalid",
    message: "申报规定没有给出调转的异议期",
    messageEn: "The declaration policy gives no objection right of transfers",
    facts: [],
  });
}
