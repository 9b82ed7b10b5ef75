/** One value of a code list: the code is stored, the Chinese name is shown. */
export interface DictionaryEntry {
  code: string;
  name: string;
}

/** The name of a code in a list, or the code itself when the list has lost it. */
export function nameOf(entries: readonly DictionaryEntry[], code: string): string {
  return entries.find((entry) => entry.code === code)?.name ?? code;
}
