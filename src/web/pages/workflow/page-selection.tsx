import type { TableProps } from "antd";
import TableMeasureRowContext from "antd/es/table/TableMeasureRowContext";
import { cloneElement, isValidElement, useContext, type ReactElement, type ReactNode } from "react";

export interface PageSelection<Row> {
  /** the chosen rows by key, those of other pages and searches among them */
  selected: ReadonlyMap<string, Row>;
  onChange: (selected: ReadonlyMap<string, Row>) => void;
  keyOf: (row: Row) => string;
  /** what a screen reader calls the row */
  nameOf: (row: Row) => string;
  selectable: (row: Row) => boolean;
}

/** Row selection that lasts across pages and searches (convention 10). */
export function pageSelection<Row>(
  selection: PageSelection<Row>,
): NonNullable<TableProps<Row>["rowSelection"]> {
  const { selected, onChange, keyOf, nameOf, selectable } = selection;
  const change = (rows: readonly Row[], add: boolean) => {
    const next = new Map(selected);
    for (const row of rows) {
      if (add) next.set(keyOf(row), row);
      else next.delete(keyOf(row));
    }
    onChange(next);
  };
  return {
    selectedRowKeys: [...selected.keys()],
    preserveSelectedRowKeys: true,
    columnTitle: (checkbox: ReactNode) => <SelectAll checkbox={checkbox} />,
    getCheckboxProps: (row) => ({ disabled: !selectable(row), "aria-label": `选择${nameOf(row)}` }),
    onSelect: (row, add) => change([row], add),
    onSelectAll: (add, _rows, changed) => change(changed, add),
  };
}

/** antd repeats column titles in a hidden row to measure widths; a checkbox there could be focused but not seen. */
export function SelectAll({ checkbox }: { checkbox: ReactNode }) {
  const measuring = useContext(TableMeasureRowContext);
  if (measuring || !isValidElement(checkbox)) return null;
  return cloneElement(checkbox as ReactElement<{ "aria-label": string }>, { "aria-label": "选择本页全部" });
}
