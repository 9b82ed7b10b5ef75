import { dateTimeText, isoDate } from "../../shared/dates.ts";

/** `2026-11-23 09:30`, Shanghai time, or a dash where there is no moment. */
export function momentText(iso: string | null | undefined): string {
  return iso === null || iso === undefined ? "—" : dateTimeText(new Date(iso));
}

/** `2026-11-23`, Shanghai time. */
export function dayText(iso: string | null | undefined): string {
  if (iso === null || iso === undefined) return "—";
  return /^\d{4}-\d{2}-\d{2}$/.test(iso) ? iso : isoDate(new Date(iso));
}

/** `2天3小时`, `5小时10分`, `不到1分钟`. */
export function durationText(seconds: number | null): string {
  if (seconds === null) return "—";
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return "不到1分钟";
  const hours = Math.floor(minutes / 60);
  if (hours < 1) return `${minutes}分钟`;
  const days = Math.floor(hours / 24);
  return days < 1 ? `${hours}小时${minutes % 60}分` : `${days}天${hours % 24}小时`;
}

/** Hours without a trailing zero: 7.5, 24 (CNV-22). */
export function hoursText(hours: number): string {
  return String(Math.round(hours * 10) / 10);
}
