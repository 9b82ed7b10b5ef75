import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import type { ColumnsType } from "antd/es/table";
import { getImportErrors, listImports } from "../../../shared/contracts/imports.ts";
import { binaryUrl, callApi } from "../../api.ts";
import { DataTable } from "../../components/data-table.tsx";
import { momentText } from "../../components/dates.ts";
import { StatusTag } from "../../components/status-tag.tsx";
import { useUrlState } from "../../components/url-state.ts";
import type { ImportView } from "./import-form.tsx";

/** 导入历史: file, operator, counts, and the failure workbook of each (IMP-08). */
export function ImportHistory({ onShow }: { onShow: (view: ImportView) => void }) {
  const url = useUrlState();
  const query = useQuery({
    queryKey: ["listImports", url.page, url.pageSize],
    queryFn: () => callApi(listImports, { page: url.page, pageSize: url.pageSize }),
    placeholderData: keepPreviousData,
  });
  return (
    <DataTable<ImportView>
      id="imports"
      title="导入历史"
      query={query}
      columns={columnsOf(onShow)}
      rowKey="id"
      emptyHint="本单位还没有导入过人员"
    />
  );
}

function columnsOf(onShow: (view: ImportView) => void): ColumnsType<ImportView> {
  return [
    { key: "file", title: "文件", dataIndex: "fileName", ellipsis: true, width: 240 },
    { key: "operator", title: "操作人", dataIndex: "operatorName" },
    { key: "started", title: "开始时间", render: (_, view) => momentText(view.startedAt) },
    { key: "kind", title: "方式", render: (_, view) => (view.dryRun ? "仅校验" : "导入") },
    {
      key: "status",
      title: "状态",
      render: (_, view) => <StatusTag status={view.status} name={view.statusName} />,
    },
    { key: "total", title: "总行数", dataIndex: "totalRows", align: "right" },
    { key: "created", title: "新增", dataIndex: "createdRows", align: "right" },
    { key: "updated", title: "补充", dataIndex: "updatedRows", align: "right" },
    { key: "failed", title: "失败", dataIndex: "failedRows", align: "right" },
    {
      key: "actions",
      title: "操作",
      render: (_, view) => (
        <>
          <Button
            type="link"
            size="small"
            onClick={() => onShow(view)}
            aria-label={`查看${view.fileName}的结果`}
          >
            结果
          </Button>
          {view.hasErrorWorkbook && (
            <a
              href={binaryUrl(getImportErrors, { id: view.id })}
              download
              aria-label={`下载${view.fileName}的失败信息表`}
            >
              失败信息表
            </a>
          )}
        </>
      ),
    },
  ];
}
