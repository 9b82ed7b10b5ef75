import type { countTasks } from "../../../shared/contracts/workflow.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";

export type TaskCounts = ResponseOf<typeof countTasks>;
type Group = TaskCounts["groups"][number];

export interface Chip {
  key: string;
  label: string;
  count: number | null;
}

/** 全部 and one chip for each process; only processes that have something to do. */
export function processChips(counts: TaskCounts): Chip[] {
  const sums = new Map<string, Chip>();
  for (const group of counts.groups) {
    const chip = sums.get(group.processKey) ?? { key: group.processKey, label: group.processName, count: 0 };
    chip.count = (chip.count ?? 0) + group.count;
    sums.set(group.processKey, chip);
  }
  return [{ key: "", label: "全部", count: counts.total }, ...sums.values()];
}

/** 全部待审核年度 and one chip for each year of the chosen process, newest first (APR-09). */
export function yearChips(counts: TaskCounts, processKey: string): Chip[] {
  const groups = counts.groups.filter(
    (group): group is Group & { year: number } =>
      group.year !== null && (processKey === "" || group.processKey === processKey),
  );
  if (groups.length === 0) return [];
  const sums = new Map<number, number>();
  for (const group of groups) sums.set(group.year, (sums.get(group.year) ?? 0) + group.count);
  const years = [...sums].toSorted(([left], [right]) => right - left);
  const total = counts.groups
    .filter((group) => processKey === "" || group.processKey === processKey)
    .reduce((sum, group) => sum + group.count, 0);
  return [
    { key: "", label: "全部待审核年度", count: total },
    ...years.map(([year, count]) => ({ key: String(year), label: `${year}年度`, count })),
  ];
}
