import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { PrinterOutlined } from "@ant-design/icons";
import { Button, Checkbox, Flex, Tag } from "antd";
import type { ColumnsType } from "antd/es/table";
import { useState } from "react";
import { listPrintable } from "../../../shared/contracts/certificates.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { callApi } from "../../api.ts";
import { DataTable } from "../../components/data-table.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { usePlatform } from "../../components/platform.ts";
import { SearchForm, type SearchField } from "../../components/search-form.tsx";
import { StatusTag } from "../../components/status-tag.tsx";
import { useUrlState } from "../../components/url-state.ts";
import { Watermarked } from "../../components/watermarked.tsx";
import { RequireModule } from "../../session.tsx";
import { creditsText } from "../declarations/hours-text.ts";
import { IdLookUp } from "../people/id-look-up.tsx";
import { pageSelection } from "../workflow/page-selection.tsx";
import { yearOptions } from "../people/year-options.ts";
import { BulkIssue } from "./bulk-issue.tsx";
import { useCertificate } from "./certificate-preview.tsx";

export type PrintableRow = ResponseOf<typeof listPrintable>["rows"][number];

/** 电子证书查询打印: by year and person; prints for who reached the hours, says why where it cannot (QRY-05, CRT-03). */
export function CertificatesPage() {
  return (
    <RequireModule module="certificates:print">
      <Watermarked>
        <PageHead title="电子证书查询打印" hint="公需科目和专业科目学时均达标的人员可打印证书" />
        <CertificatesBody />
      </Watermarked>
    </RequireModule>
  );
}

function CertificatesBody() {
  const url = useUrlState();
  const platform = usePlatform();
  const year = url.values["year"] ?? (platform === undefined ? undefined : String(platform.year));
  const { name, personId } = url.values;
  const all = url.values["all"] === "true";
  const query = useQuery({
    queryKey: ["listPrintable", year, personId, name, all, url.page, url.pageSize],
    queryFn: () =>
      callApi(listPrintable, {
        year: year ?? "",
        personId,
        name,
        onlyPassed: all ? "false" : "true",
        page: url.page,
        pageSize: url.pageSize,
      }),
    enabled: year !== undefined,
    placeholderData: keepPreviousData,
  });
  const certificate = useCertificate();
  const [selected, setSelected] = useState<ReadonlyMap<string, PrintableRow>>(new Map());
  const [issuing, setIssuing] = useState(false);
  return (
    <>
      <SearchForm fields={fieldsOf(platform?.year)} onSearch={() => void query.refetch()} />
      <IdLookUp onFound={(person) => url.set({ personId: person.id, name: undefined })} />
      {personId !== undefined && (
        <Tag closable onClose={() => url.clear(["personId"])} style={{ marginBottom: 12 }}>
          仅显示按身份证号码查到的人员
        </Tag>
      )}
      <DataTable<PrintableRow>
        id="certificates"
        title={`${year ?? ""}年度`}
        query={query}
        columns={columnsOf((row) => certificate.open({ personId: row.personId, year: row.year }))}
        rowKey="personId"
        selection={pageSelection<PrintableRow>({
          selected,
          onChange: setSelected,
          keyOf: (row) => row.personId,
          nameOf: (row) => row.personName,
          selectable: (row) => row.printable,
        })}
        toolbar={
          <Flex gap={8} align="center" wrap>
            <Checkbox
              checked={all}
              onChange={(event) => url.set({ all: event.target.checked ? "true" : undefined })}
            >
              也显示未达标人员
            </Checkbox>
            <span aria-live="polite">
              已选 <strong>{selected.size}</strong> 人
            </span>
            <Button disabled={selected.size === 0} onClick={() => setIssuing(true)}>
              批量签发打印
            </Button>
          </Flex>
        }
        emptyHint="该年度没有符合条件的人员，可勾选「也显示未达标人员」查看原因"
      />
      {certificate.dialog}
      {issuing && (
        <BulkIssue
          rows={[...selected.values()]}
          onClose={() => {
            setIssuing(false);
            setSelected(new Map());
            void query.refetch();
          }}
        />
      )}
    </>
  );
}

function fieldsOf(current: number | undefined): SearchField[] {
  return [
    { name: "year", label: "年度", options: yearOptions(current), placeholder: "当前年度" },
    { name: "name", label: "姓名", placeholder: "姓名的一部分" },
  ];
}

function columnsOf(open: (row: PrintableRow) => void): ColumnsType<PrintableRow> {
  return [
    { key: "name", title: "姓名", dataIndex: "personName" },
    { key: "idNumber", title: "身份证号码", dataIndex: "maskedIdNumber" },
    { key: "organization", title: "单位", dataIndex: "organizationName", width: 240, ellipsis: true },
    { key: "year", title: "年度", dataIndex: "year" },
    { key: "hours", title: "学时", render: (_, row) => creditsText(row.hours) },
    {
      key: "result",
      title: "年度认定结果",
      render: (_, row) => <StatusTag status={row.result} name={row.resultName} />,
    },
    {
      key: "number",
      title: "证书编号",
      render: (_, row) => row.certificate?.number ?? (row.printable ? "尚未签发" : "—"),
    },
    {
      key: "actions",
      title: "操作",
      fixed: "right",
      width: 180,
      render: (_, row) =>
        row.printable ? (
          <Button
            type="link"
            size="small"
            icon={<PrinterOutlined aria-hidden />}
            onClick={() => open(row)}
            aria-label={`预览打印${row.personName}的证书`}
          >
            预览打印
          </Button>
        ) : (
          <span>{row.reason ?? "未达标"}</span>
        ),
    },
  ];
}
