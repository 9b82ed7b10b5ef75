import type { DictionaryEntry } from "../../shared/dictionaries/entry.ts";

/** A dictionary as the options of an antd Select. */
export function optionsOf(entries: readonly DictionaryEntry[]): { value: string; label: string }[] {
  return entries.map(({ code, name }) => ({ value: code, label: name }));
}

/** For `showSearch`: what is typed is looked for in the names, not in the codes. */
export const byLabel = { optionFilterProp: "label" };
