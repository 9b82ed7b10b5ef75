import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Col, Row } from "antd";
import type { ColumnsType } from "antd/es/table";
import { Link, useNavigate } from "react-router";
import { annualResult, annualResultNames, listPeople } from "../../../shared/contracts/people.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { titleLevels, titleSeries } from "../../../shared/dictionaries/titles.ts";
import { callApi } from "../../api.ts";
import { DataTable } from "../../components/data-table.tsx";
import { MaskedId } from "../../components/masked-id.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { usePlatform } from "../../components/platform.ts";
import { SearchForm, type SearchField } from "../../components/search-form.tsx";
import { StatusTag } from "../../components/status-tag.tsx";
import { useUrlState, type UrlState } from "../../components/url-state.ts";
import { Watermarked } from "../../components/watermarked.tsx";
import { pageModules } from "../../page-modules.ts";
import { RequireModule, useHasModule } from "../../session.tsx";
import { TwoLines } from "../workflow/two-lines.tsx";
import { creditsText } from "../declarations/hours-text.ts";
import { IdLookUp } from "./id-look-up.tsx";
import { OrganizationTree, useHasSubordinates } from "./organization-tree.tsx";
import { useResetPassword, type ResetPerson } from "./reset-password.tsx";
import { yearOptions } from "./year-options.ts";

type PersonRow = ResponseOf<typeof listPeople>["rows"][number];

/** 专技人员信息查询: the people of one's own organization and those below it (QRY-01 – QRY-04). */
export function PeoplePage() {
  return (
    <RequireModule module={pageModules["/workspace/people"]}>
      <Watermarked>
        <PageHead title="专技人员信息查询" hint="本单位及下级单位的专业技术人员" />
        <PeopleBody />
      </Watermarked>
    </RequireModule>
  );
}

function PeopleBody() {
  const url = useUrlState();
  const navigate = useNavigate();
  const fields = useFields();
  const reset = useResetPassword();
  const mayReset = useHasModule("people:reset-password");
  const hasTree = useHasSubordinates();
  const { organizationId } = url.values;
  const request = requestOf(url);
  const query = useQuery({
    queryKey: ["listPeople", request],
    queryFn: () => callApi(listPeople, request),
    placeholderData: keepPreviousData,
  });
  return (
    <Row gutter={[16, 16]}>
      {(hasTree || organizationId !== undefined) && (
        <Col xs={24} xl={5}>
          <OrganizationTree value={organizationId} onChange={(id) => url.set({ organizationId: id })} />
        </Col>
      )}
      <Col xs={24} xl={hasTree || organizationId !== undefined ? 19 : 24}>
        <IdLookUp onFound={(person) => void navigate(`/workspace/people/${person.id}`)} />
        <SearchForm fields={fields} onSearch={() => void query.refetch()} />
        <DataTable<PersonRow>
          id="people"
          title="人员列表"
          query={query}
          columns={columnsOf(mayReset ? reset : null)}
          rowKey="id"
          toolbar={
            <Checkbox
              checked={url.values["ownOnly"] === "true"}
              onChange={(event) => url.set({ ownOnly: event.target.checked ? "true" : undefined })}
            >
              不含下级单位
            </Checkbox>
          }
          emptyHint="可放宽查询条件，或在左侧选择其他单位"
        />
      </Col>
    </Row>
  );
}

function useFields(): SearchField[] {
  const year = usePlatform()?.year;
  const named = (entries: readonly { code: string; name: string }[]) =>
    entries.map((entry) => ({ value: entry.code, label: entry.name }));
  return [
    { name: "name", label: "姓名", placeholder: "姓名的一部分" },
    { name: "year", label: "年度", options: yearOptions(year), placeholder: "当前年度" },
    {
      name: "result",
      label: "年度结果",
      options: annualResult.options.map((result) => ({ value: result, label: annualResultNames[result] })),
    },
    { name: "titleSeries", label: "职称系列", options: named(titleSeries) },
    { name: "titleLevel", label: "职称级别", options: named(titleLevels) },
    {
      name: "isAccountant",
      label: "会计人员",
      options: [
        { value: "true", label: "是" },
        { value: "false", label: "否" },
      ],
    },
  ];
}

function requestOf(url: UrlState) {
  const {
    name,
    organizationId,
    titleSeries: series,
    titleLevel,
    isAccountant,
    year,
    result,
    ownOnly,
  } = url.values;
  const known = annualResult.safeParse(result);
  return {
    name,
    organizationId,
    titleSeries: series,
    titleLevel,
    year,
    ...(isAccountant === "true" || isAccountant === "false" ? { isAccountant: yesNo(isAccountant) } : {}),
    ...(ownOnly === "true" ? { ownOnly: yesNo("true") } : {}),
    ...(known.success ? { result: known.data } : {}),
    page: url.page,
    pageSize: url.pageSize,
  };
}

function yesNo(text: "true" | "false"): "true" | "false" {
  return text;
}

function columnsOf(reset: ((person: ResetPerson) => void) | null): ColumnsType<PersonRow> {
  return [
    {
      key: "name",
      title: "姓名",
      render: (_, row) => (
        <TwoLines first={<Link to={`/workspace/people/${row.id}`}>{row.name}</Link>} second={row.sexName} />
      ),
    },
    {
      key: "idNumber",
      title: "身份证号码",
      render: (_, row) => <MaskedId masked={row.maskedIdNumber} personId={row.id} personName={row.name} />,
    },
    {
      key: "organization",
      title: "单位",
      render: (_, row) => <TwoLines first={row.organizationName} second={row.departmentName ?? ""} />,
    },
    {
      key: "title",
      title: "职称",
      render: (_, row) => (
        <TwoLines
          first={row.titleSeriesName ?? "—"}
          second={row.isAccountant ? `${row.titleLevelName} · 会计人员` : row.titleLevelName}
        />
      ),
    },
    {
      key: "hours",
      title: "学时",
      render: (_, row) => <TwoLines first={creditsText(row.hours)} second={`${row.year}年度`} />,
    },
    {
      key: "result",
      title: "年度结果",
      render: (_, row) => <StatusTag status={row.result} name={row.resultName} />,
    },
    {
      key: "actions",
      title: "操作",
      fixed: "right",
      render: (_, row) => (
        <span className="row-actions">
          <Link to={`/workspace/people/${row.id}`} aria-label={`学习记录：${row.name}`}>
            学习记录
          </Link>
          {reset !== null && row.status === "active" && (
            <Button type="link" size="small" onClick={() => reset(row)} aria-label={`重置密码：${row.name}`}>
              重置密码
            </Button>
          )}
        </span>
      ),
    },
  ];
}
