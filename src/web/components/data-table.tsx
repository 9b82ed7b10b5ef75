import type { UseQueryResult } from "@tanstack/react-query";
import { Button, Empty, Result, Table, type TablePaginationConfig, type TableProps } from "antd";
import type { ColumnsType } from "antd/es/table";
import { useEffect, useRef, type ReactNode, type RefObject } from "react";
import { errorText } from "../api.ts";
import { TableTools, useTableView } from "./table-tools.tsx";
import { useUrlState, type UrlState } from "./url-state.ts";

export interface PageOfRows<Row> {
  rows: Row[];
  total: number;
  totalIsExact: boolean;
  page: number;
  pageSize: number;
}

export interface DataTableProps<Row> {
  /** names the user's kept view of this table (density, columns) */
  id: string;
  /** what a screen reader calls it, also its heading */
  title: string;
  query: UseQueryResult<PageOfRows<Row>>;
  columns: ColumnsType<Row>;
  rowKey: keyof Row & string;
  toolbar?: ReactNode;
  selection?: TableProps<Row>["rowSelection"];
  /** shown with the empty state: why, and what to do */
  emptyHint?: ReactNode;
  onRowClass?: (row: Row) => string;
}

/**
 * A list with its loading, empty (「没有数据」), error (with retry) and paged states. Page and size live in the
 * address; density and columns are kept per user.
 */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { id, title, query, columns, rowKey, toolbar, selection, emptyHint, onRowClass } = props;
  const url = useUrlState();
  const view = useTableView(id);
  const section = useScrollableByKeyboard<HTMLElement>();
  const visible = columns.filter((column) => !view.hidden.includes(String(column.key ?? "")));
  if (query.isError && query.data === undefined) {
    return <LoadFailed error={query.error} retry={() => void query.refetch()} />;
  }
  const data = query.data;
  return (
    <section ref={section} className="data-table" aria-label={title} aria-busy={query.isFetching}>
      <header className="data-table-head">
        <h2>{title}</h2>
        <div className="data-table-tools">
          {toolbar}
          <TableTools columns={columns} view={view} refresh={() => void query.refetch()} />
        </div>
      </header>
      <Table<Row>
        rowKey={rowKey}
        columns={visible}
        dataSource={data?.rows ?? []}
        loading={query.isFetching}
        size={view.density}
        scroll={{ x: "max-content" }}
        {...(selection === undefined ? {} : { rowSelection: selection })}
        {...(onRowClass === undefined ? {} : { rowClassName: onRowClass })}
        locale={{ emptyText: query.isPending ? "正在加载" : <EmptyList hint={emptyHint} /> }}
        pagination={pagination(data, url)}
      />
    </section>
  );
}

/** A short table inside a page, without pages of its own. */
export function SmallTable<Row extends object>(props: TableProps<Row>) {
  const box = useScrollableByKeyboard<HTMLDivElement>();
  const emptyText = props.loading === true ? "正在加载" : <EmptyList />;
  return (
    <div ref={box}>
      <Table<Row>
        size="small"
        pagination={false}
        scroll={{ x: "max-content" }}
        locale={{ emptyText }}
        {...props}
      />
    </div>
  );
}

/** A table that is wider than the window scrolls by arrow keys, too. */
function useScrollableByKeyboard<Box extends HTMLElement>(): RefObject<Box | null> {
  const section = useRef<Box>(null);
  useEffect(() => {
    section.current?.querySelector(".ant-table-content")?.setAttribute("tabindex", "0");
  });
  return section;
}

function pagination<Row>(data: PageOfRows<Row> | undefined, url: UrlState): TablePaginationConfig {
  return {
    current: data?.page ?? url.page,
    pageSize: data?.pageSize ?? url.pageSize,
    total: data?.total ?? 0,
    showSizeChanger: true,
    showQuickJumper: true,
    pageSizeOptions: [10, 20, 50, 100, 200],
    showTotal: (total) => (data?.totalIsExact === false ? `共 ${total} 条以上` : `共 ${total} 条`),
    onChange: url.setPage,
  };
}

export function EmptyList({ hint }: { hint?: ReactNode }) {
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={<>没有数据{hint !== undefined && <div>{hint}</div>}</>}
    />
  );
}

/** What a list or page shows when it could not be loaded: why, and a way to try again. */
export function LoadFailed({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <Result
      status="warning"
      title="加载失败"
      subTitle={errorText(error)}
      extra={
        <Button type="primary" onClick={retry}>
          重试
        </Button>
      }
    />
  );
}
