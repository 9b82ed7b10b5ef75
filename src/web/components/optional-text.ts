/** A text that may be missing: a dash stands for it, so that no cell looks forgotten. */
export function textOr(text: string | null | undefined): string {
  return text === null || text === undefined || text.trim() === "" ? "—" : text;
}
