import { Button, Flex } from "antd";
import type { countTasks } from "../../../shared/contracts/workflow.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { useUrlState } from "../../components/url-state.ts";

export type TaskCounts = ResponseOf<typeof countTasks>;
type Group = TaskCounts["groups"][number];

interface Chip {
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

/** The chips above the to-do list: each shows how many, and opens exactly those (NAV-09, APR-09). */
export function TaskFilters({ counts }: { counts: TaskCounts }) {
  const url = useUrlState();
  const { processKey = "", year = "", origin } = url.values;
  const years = yearChips(counts, processKey);
  // The counts do not tell bases from others; a number that is not the list's would be worse than none.
  const exact = origin === undefined;
  return (
    <Flex vertical gap={8} style={{ marginBottom: 16 }}>
      <ChipRow
        title="流程"
        chips={processChips(counts)}
        chosen={processKey}
        exact={exact}
        onChoose={(key) => url.set({ processKey: key, year: undefined, origin: undefined })}
      />
      {years.length > 0 && (
        <ChipRow
          title="认证年度"
          chips={years}
          chosen={year}
          exact={exact}
          onChoose={(key) => url.set({ year: key })}
        />
      )}
    </Flex>
  );
}

interface ChipRowProps {
  title: string;
  chips: readonly Chip[];
  chosen: string;
  exact: boolean;
  onChoose: (key: string) => void;
}

function ChipRow({ title, chips, chosen, exact, onChoose }: ChipRowProps) {
  return (
    <Flex gap={8} align="center" wrap role="group" aria-label={title}>
      <span>{title}：</span>
      {chips.map((chip) => (
        <Button
          key={chip.key}
          size="small"
          shape="round"
          type={chip.key === chosen ? "primary" : "default"}
          aria-pressed={chip.key === chosen}
          onClick={() => onChoose(chip.key)}
        >
          {chip.label}
          {exact && chip.count !== null ? ` ${chip.count}` : ""}
        </Button>
      ))}
    </Flex>
  );
}
