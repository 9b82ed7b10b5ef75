/** Calendar dates of the province: everything a user sees is Asia/Shanghai, which has had no summer time since 1991. */

const shanghaiOffsetMs = 8 * 60 * 60 * 1000;

/** The ISO date (`2026-11-23`) that a moment has in Shanghai. */
export function isoDate(moment: Date): string {
  return new Date(moment.getTime() + shanghaiOffsetMs).toISOString().slice(0, 10);
}

/** The calendar year that a moment has in Shanghai. */
export function yearOf(moment: Date): number {
  return Number(isoDate(moment).slice(0, 4));
}

/** `2026-11-23 09:30` in Shanghai time, as users see it. */
export function dateTimeText(moment: Date): string {
  return new Date(moment.getTime() + shanghaiOffsetMs).toISOString().slice(0, 16).replace("T", " ");
}

/** True for a date that exists in the calendar, written `YYYY-MM-DD`. */
export function isIsoDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text;
}

/** `2026年11月23日`, as printed on certificates. */
export function chineseDate(iso: string): string {
  const [year, month, day] = iso.split("-").map(Number);
  return `${year}年${month}月${day}日`;
}
