import { isoDate } from "../../shared/dates.ts";

/** The ISO day on which a term of working days that begins after an ISO day ends: the calendar pack in force says so. */
export type AddWorkdays = (from: string, count: number) => string;

/**
 * The moment `days` working days after `from`, at the same time of day (FLW-11). The day of `from` does not count;
 * what arrives on a holiday starts counting on the next working day. `days` is a non-negative integer.
 */
export function addWorkingDays(addWorkdays: AddWorkdays, from: Date, days: number): Date {
  const day = isoDate(from);
  return new Date(from.getTime() + Date.parse(addWorkdays(day, days)) - Date.parse(day));
}

/** Shares of a task's time after which its holder is reminded, in per cent (FLW-11). */
export const reminderPercents = [50, 80, 100] as const;

/** When a task opened at `createdAt` is reminded of: at 50, 80 and 100 % of its time. */
export function reminderTimes(createdAt: Date, dueAt: Date): Date[] {
  const spanMs = dueAt.getTime() - createdAt.getTime();
  return reminderPercents.map((percent) => new Date(createdAt.getTime() + (spanMs * percent) / 100));
}
