import type { HoursRequest } from "../../src/rules/evaluate-hours.ts";

/** Requests of nine forms whose hours are computed, all different within a form as far as their facts allow. */
export function sampleRequests(): HoursRequest[] {
  const requests: HoursRequest[] = [];
  const add = (form: string, facts: HoursRequest["facts"]): void => {
    requests.push({ form, year: 2025, facts });
  };
  for (let n = 1; n <= 10; n++) add("03a", { passedCourses: n });
  for (const level of ["ministry", "province"])
    for (const presented of [true, false])
      for (let days = 1; days <= 10; days++) add("04", { level, days, presented });
  for (const level of ["national", "provincial"])
    for (const group of ["main", "sub"])
      for (let rank = 1; rank <= 3; rank++) add("05", { level, group, rank });
  for (const journal of ["foreign-or-national-society", "provincial-core", "issn-and-cn"])
    for (let rank = 1; rank <= 3; rank++) add("06b", { journal, rank, supplement: false });
  for (const type of ["invention", "utility-model", "design"])
    for (let rank = 1; rank <= 3; rank++) add("07", { type, rank });
  for (const level of ["national", "ministerial"])
    for (let rank = 1; rank <= 3; rank++) add("08", { level, rank });
  for (const type of ["senior", "intermediate", "junior", "practice"]) add("09", { type });
  add("10", { endorsed: true });
  for (let days = 1; days <= 20; days++) add("12", { days });
  return requests;
}

/** Runs `work` in rounds for about `seconds` of processor time; units of work a processor second. */
export async function ratePerSecond(seconds: number, work: () => number | Promise<number>): Promise<number> {
  await work();
  const start = process.cpuUsage();
  let units = 0;
  for (;;) {
    units += await work();
    const { user, system } = process.cpuUsage(start);
    const spent = (user + system) / 1e6;
    if (spent >= seconds) return units / spent;
  }
}

/** A figure, and how it compares with what was measured in the same run. */
export function report(
  name: string,
  perSecond: number,
  baseline?: { name: string; perSecond: number },
): void {
  const figure = `${Math.round(perSecond).toLocaleString("en")}/s`;
  const ratio =
    baseline === undefined ? "" : `  ${(perSecond / baseline.perSecond).toFixed(1)} × ${baseline.name}`;
  console.log(`${name.padEnd(58)} ${figure.padStart(14)}${ratio}`);
}
