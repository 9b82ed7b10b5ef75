import type { RulePacks } from "../../../rules/load-packs.ts";

/** The Chinese name of a learning form. */
export function formTitle(packs: RulePacks, form: string): string {
  return packs.of.conversion.pack.decisions?.[form]?.title ?? form;
}
