/** Requirements begin in 2013 (REQ-05): nothing before can be asked for. */
export const firstYear = 2013;

/** The years that can be chosen, newest first; empty until the platform has said which year it is. */
export function yearOptions(current: number | undefined): { value: string; label: string }[] {
  if (current === undefined) return [];
  return Array.from({ length: current - firstYear + 1 }, (_, index) => {
    const year = String(current - index);
    return { value: year, label: `${year}年度` };
  });
}
