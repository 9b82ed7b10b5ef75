import { decisionOf } from "./decide.ts";
import type { Facts } from "./facts.ts";
import type { LoadedPack, RulePacks } from "./load-packs.ts";
import type { Decision } from "./pack-schema.ts";
import { RuleError } from "./rule-error.ts";

/** The decision that answers for a learning form. */
export interface FormRule {
  readonly pack: LoadedPack;
  readonly name: string;
  readonly decision: Decision;
}

/** The form whose rules are registered by cities and provincial departments (CNV-16). */
export const localForm = "13";

/**
 * Finds a learning form (for form 13 the local rule named by the fact `localRule`) in force in the year.
 * @throws RuleError `form.unknown`, `fact.type` of a year, `year.unsupported`, `local_rule.unknown` or `local_rule.unfiled`.
 */
export function findForm(
  packs: RulePacks,
  request: { form: string; year: number; facts: Facts },
  trial = { unfiled: false },
): FormRule {
  if (request.form === localForm) return findLocalRule(packs, request, trial);
  const pack = packs.of.conversion;
  const { form } = request;
  if (typeof form !== "string" || !Object.hasOwn(pack.pack.decisions ?? {}, form))
    throw wrong("form.unknown", "form", [`没有学习形式“${shown(form)}”`, `Unknown form: ${shown(form)}`]);
  return { pack, name: form, decision: decisionOf({ pack, name: form, year: request.year }) };
}

function findLocalRule(
  packs: RulePacks,
  request: { year: number; facts: Facts },
  trial: { unfiled: boolean },
): FormRule {
  const name = Object.hasOwn(request.facts, "localRule") ? request.facts["localRule"] : undefined;
  if (typeof name !== "string")
    throw wrong("fact.missing", "localRule", ["缺少“备案规则号”（localRule）", "Missing fact: localRule"]);
  const pack = packs.local.find((one) => Object.hasOwn(one.pack.decisions ?? {}, name));
  if (pack === undefined)
    throw wrong("local_rule.unknown", "localRule", [
      `没有备案规则“${shown(name)}”`,
      `Unknown local rule: ${shown(name)}`,
    ]);
  const decision = decisionOf({ pack, name, year: request.year });
  if (!trial.unfiled && decision.local?.filing.status !== "filed")
    throw wrong("local_rule.unfiled", "localRule", [
      `规则“${name}”尚未报省人力资源社会保障厅备案，不能使用`,
      `Local rule ${name} has not been filed with the province and cannot be used`,
    ]);
  return { pack, name, decision };
}

function shown(value: unknown): string {
  return String(value).slice(0, 40);
}

function wrong(code: string, fact: string, text: readonly [zh: string, en: string]): RuleError {
  return new RuleError({ code, message: text[0], messageEn: text[1], facts: [fact] });
}
