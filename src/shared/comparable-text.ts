/** Text as duplicates are told by it: width, case, spaces and marks do not count; "" for what is no text (DEC-13). */
export function comparableText(value: unknown): string {
  if (typeof value !== "string" && typeof value !== "number") return "";
  return String(value)
    .normalize("NFKC")
    .toUpperCase()
    .replace(/^(HTTPS?:\/\/)?(DX\.)?DOI\.ORG\//, "")
    .replace(/[\s\p{P}\p{S}]/gu, "");
}

/** What a declaration of hours, or a base's report, says of a training class. */
export interface NamedClass {
  baseName?: unknown;
  className?: unknown;
  classNumber?: unknown;
}

/**
 * By what a class is recognized, however it is spelled: its base with its number, and its base with its name. Without
 * a base there is none: numbers of different bases may be the same.
 */
export function classKeys({ baseName, className, classNumber }: NamedClass): string[] {
  const base = comparableText(baseName);
  if (base === "") return [];
  const [number, name] = [comparableText(classNumber), comparableText(className)];
  return [
    ...(number === "" ? [] : [`${base}|number|${number}`]),
    ...(name === "" ? [] : [`${base}|name|${name}`]),
  ];
}
