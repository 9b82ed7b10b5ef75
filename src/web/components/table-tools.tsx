import { ColumnHeightOutlined, ReloadOutlined, SettingOutlined } from "@ant-design/icons";
import { Button, Checkbox, Dropdown, Popover, Tooltip } from "antd";
import type { ColumnsType } from "antd/es/table";
import { useState } from "react";

type Density = "large" | "middle" | "small";

/** How one user likes to see one table. */
export interface TableView {
  density: Density;
  hidden: readonly string[];
  change: (view: { density?: Density; hidden?: readonly string[] }) => void;
}

const densities: Record<Density, string> = { large: "宽松", middle: "适中", small: "紧凑" };

/** Density and hidden columns of a table, kept in this browser. */
export function useTableView(id: string): TableView {
  const key = `xueshi.table.${id}`;
  const [view, setView] = useState(() => readView(key));
  return {
    ...view,
    change: (changes) => {
      const next = { ...view, ...changes };
      setView(next);
      localStorage.setItem(key, JSON.stringify(next));
    },
  };
}

function readView(key: string): { density: Density; hidden: readonly string[] } {
  const fallback = { density: "middle" as const, hidden: [] };
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null") as Partial<TableView> | null;
    if (kept === null) return fallback;
    const density = kept.density !== undefined && kept.density in densities ? kept.density : "middle";
    return { density, hidden: Array.isArray(kept.hidden) ? kept.hidden : [] };
  } catch {
    return fallback;
  }
}

export interface TableToolsProps<Row> {
  columns: ColumnsType<Row>;
  view: TableView;
  refresh: () => void;
}

/** 刷新, 密度, 列设置 (convention 8). */
export function TableTools<Row>({ columns, view, refresh }: TableToolsProps<Row>) {
  return (
    <>
      <Tooltip title="刷新">
        <Button type="text" aria-label="刷新" icon={<ReloadOutlined aria-hidden />} onClick={refresh} />
      </Tooltip>
      <Dropdown
        trigger={["click"]}
        menu={{
          selectable: true,
          selectedKeys: [view.density],
          items: Object.entries(densities).map(([key, label]) => ({ key, label })),
          onClick: ({ key }) => view.change({ density: key as Density }),
        }}
      >
        <Button type="text" aria-label="密度" title="密度" icon={<ColumnHeightOutlined aria-hidden />} />
      </Dropdown>
      <Popover
        trigger="click"
        placement="bottomRight"
        content={<ColumnChoice columns={columns} view={view} />}
      >
        <Button type="text" aria-label="列设置" title="列设置" icon={<SettingOutlined aria-hidden />} />
      </Popover>
    </>
  );
}

function ColumnChoice<Row>({ columns, view }: { columns: ColumnsType<Row>; view: TableView }) {
  const choices = columns.flatMap(({ key, title }) =>
    key === undefined || typeof title !== "string" ? [] : [{ value: String(key), label: title }],
  );
  const shown = choices.filter((choice) => !view.hidden.includes(choice.value)).map((choice) => choice.value);
  return (
    <Checkbox.Group
      className="column-choice"
      options={choices}
      value={shown}
      onChange={(kept) => {
        if (kept.length === 0) return;
        view.change({
          hidden: choices.map((choice) => choice.value).filter((value) => !kept.includes(value)),
        });
      }}
    />
  );
}
