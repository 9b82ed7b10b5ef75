import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Card } from "antd";
import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import { deleteDraft, listDrafts, mostDrafts } from "../../../shared/contracts/drafts.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { callApi, errorText } from "../../api.ts";
import { SmallTable } from "../data-table.tsx";
import { dayText, momentText } from "../dates.ts";
import type { DraftSource } from "./draft-source.ts";

type Row = ResponseOf<typeof listDrafts>["rows"][number];

export interface DraftListProps {
  kind: DraftSource<object>["kind"];
  /** the page that goes on with a draft; without it they can only be deleted */
  page?: string;
}

/** 我的草稿: what was begun and not submitted, to go on with or to delete. Nothing is shown where there is none. */
export function DraftList({ kind, page }: DraftListProps) {
  const remove = useDeleteDraft();
  const drafts = useQuery({
    queryKey: ["listDrafts", kind],
    queryFn: () => callApi(listDrafts, { kind, pageSize: mostDrafts }),
  });
  if (drafts.isError) {
    return (
      <Alert
        type="warning"
        showIcon
        style={{ marginBottom: 16 }}
        title={`我的草稿加载失败：${errorText(drafts.error)}`}
        action={<Button onClick={() => void drafts.refetch()}>重试</Button>}
      />
    );
  }
  const rows = drafts.data?.rows ?? [];
  if (rows.length === 0) return null;
  return (
    <Card
      title={`我的草稿（${rows.length}）`}
      size="small"
      style={{ marginBottom: 16 }}
      data-testid="drafts"
      role="region"
      aria-label="我的草稿"
    >
      <SmallTable<Row>
        rowKey="id"
        pagination={rows.length > 5 ? { pageSize: 5, showTotal: (total) => `共 ${total} 条` } : false}
        dataSource={rows}
        columns={columnsOf(page, remove)}
      />
    </Card>
  );
}

function columnsOf(page: string | undefined, remove: (row: Row) => void): ColumnsType<Row> {
  return [
    { key: "title", title: "草稿", render: (_, row) => titleOf(row) },
    { key: "saved", title: "保存时间", render: (_, row) => momentText(row.savedAt) },
    { key: "expires", title: "保留至", render: (_, row) => dayText(row.expiresAt) },
    {
      key: "actions",
      title: "操作",
      render: (_, row) => (
        <span className="row-actions">
          {page !== undefined && (
            <Link to={`${page}?draft=${row.id}`} aria-label={`继续填写${titleOf(row)}`}>
              继续填写
            </Link>
          )}
          <Button type="link" size="small" aria-label={`删除${titleOf(row)}`} onClick={() => remove(row)}>
            删除
          </Button>
        </span>
      ),
    },
  ];
}

function titleOf({ title }: Row): string {
  return title === "" ? "未填写名称的草稿" : title;
}

function useDeleteDraft(): (row: Row) => void {
  const queries = useQueryClient();
  const { modal, message } = App.useApp();
  return (row) =>
    void modal.confirm({
      title: `删除草稿「${titleOf(row)}」？`,
      content: "删除后不能恢复，已上传的材料一并删除。",
      okText: "删除",
      okButtonProps: { danger: true },
      cancelText: "取消",
      onOk: async () => {
        try {
          await callApi(deleteDraft, { id: row.id });
          void message.success("草稿已删除");
        } catch (error) {
          void message.error(errorText(error));
        }
        await queries.invalidateQueries({ queryKey: ["listDrafts", row.kind] });
      },
    });
}
