import type { DueTimer } from "./position.ts";

const dayMs = 24 * 60 * 60 * 1000;
const duration =
  /^P(?=\d|T\d)(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?$/;

/** No diagram timer waits longer than this: what takes longer is a policy matter, not a flow. */
export const timerDaysMax = 400;

/** Milliseconds of an ISO 8601 duration of weeks, days and times of day (`P15D`, `PT36H`), or null for anything else. */
export function durationMs(spec: string): number | null {
  const match = duration.exec(spec.trim());
  if (match === null) return null;
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return (
    ((weeks ?? 0) * 7 + (days ?? 0)) * dayMs +
    (hours ?? 0) * 3_600_000 +
    (minutes ?? 0) * 60_000 +
    (seconds ?? 0) * 1000
  );
}

/** When a timer that was reached at `from` falls due. Throws on a spec that `bpmn check` refuses. */
export function timerDueAt(timer: Pick<DueTimer, "kind" | "spec">, from: Date): Date {
  const ms = timer.kind === "timeDuration" ? durationMs(timer.spec) : null;
  if (ms === null) throw new Error(`timer ${timer.spec} is not a duration of weeks, days or hours`);
  return new Date(from.getTime() + ms);
}
