import { Button, Flex } from "antd";
import { useUrlState } from "../../components/url-state.ts";
import { processChips, yearChips, type Chip, type TaskCounts } from "./task-chips.ts";

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
