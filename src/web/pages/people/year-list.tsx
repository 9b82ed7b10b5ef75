import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Card, Flex, Progress, Select, Skeleton, Typography } from "antd";
import { PrinterOutlined, ProfileOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { listYears } from "../../../shared/contracts/people.ts";
import { callApi } from "../../api.ts";
import { EmptyList, LoadFailed } from "../../components/data-table.tsx";
import { hoursText } from "../../components/dates.ts";
import { usePlatform } from "../../components/platform.ts";
import { StatusTag } from "../../components/status-tag.tsx";
import { useUrlState } from "../../components/url-state.ts";
import { useCertificate, type CertificateWish } from "../certificates/certificate-preview.tsx";
import { yearOptions } from "./year-options.ts";

type YearView = ResponseOf<typeof listYears>["years"][number];
type YearsView = ResponseOf<typeof listYears>;

export interface YearListProps {
  /** "me" for the signed-in professional */
  personId: string;
  mayPrint: boolean;
  /** shows how to close a gap; only the person himself can */
  mayDeclare: boolean;
}

/** 年度完成情况: year by year what is required, reached and missing; printing, singly or merged (PER-09, CRT-02, CRT-04). */
export function YearList({ personId, mayPrint, mayDeclare }: YearListProps) {
  const url = useUrlState();
  const { from, to } = url.values;
  const query = useQuery({
    queryKey: ["listYears", personId, from, to],
    queryFn: () => callApi(listYears, { id: personId, from, to }),
  });
  const certificate = useCertificate();
  if (query.isError) return <LoadFailed error={query.error} retry={() => void query.refetch()} />;
  return (
    <>
      <RangeForm>
        <TranscriptButton personId={personId} mayPrint={mayPrint} />
      </RangeForm>
      {query.data === undefined && <Skeleton active />}
      {query.data !== undefined && from !== undefined && to !== undefined && mayPrint && (
        <MergePanel
          view={query.data}
          range={{ from: Number(from), to: Number(to) }}
          busy={certificate.busy !== null}
          onPrint={() => certificate.open({ personId, from: Number(from), to: Number(to) })}
        />
      )}
      {query.data?.years.length === 0 && <EmptyList hint="所选年度没有学时记录和要求" />}
      <Flex vertical gap={16}>
        {query.data?.years.map((year) => (
          <YearCard
            key={year.year}
            year={year}
            mayPrint={mayPrint}
            mayDeclare={mayDeclare}
            busy={isBusy(certificate.busy, year.year)}
            onPrint={() => certificate.open({ personId, year: year.year })}
          />
        ))}
      </Flex>
      {certificate.dialog}
    </>
  );
}

/** The whole record on paper, passed years or not (PER-16). */
function TranscriptButton({ personId, mayPrint }: Pick<YearListProps, "personId" | "mayPrint">) {
  const transcript = useCertificate();
  if (!mayPrint) return null;
  return (
    <>
      <Button
        icon={<ProfileOutlined aria-hidden />}
        loading={transcript.busy !== null}
        onClick={() => transcript.open({ personId, whole: true })}
      >
        学习档案
      </Button>
      {transcript.dialog}
    </>
  );
}

function isBusy(wish: CertificateWish | null, year: number): boolean {
  return wish !== null && "year" in wish && wish.year === year;
}

/** 起止年度 + 查询, and what can be had for all years; the range lives in the address. */
function RangeForm({ children }: { children: ReactNode }) {
  const url = useUrlState();
  const { from, to } = url.values;
  const options = yearOptions(usePlatform()?.year);
  const wrong = from !== undefined && to !== undefined && Number(from) > Number(to);
  return (
    <Flex gap={12} align="center" wrap style={{ marginBottom: 16 }} role="search" aria-label="年度区间">
      <label htmlFor="from">年度区间</label>
      <Select
        id="from"
        aria-label="起始年度"
        allowClear
        placeholder="起始年度"
        style={{ width: 140 }}
        value={from ?? null}
        options={options}
        onChange={(value: string | undefined) => url.set({ from: value })}
      />
      <span>至</span>
      <Select
        id="to"
        aria-label="截止年度"
        allowClear
        placeholder="截止年度"
        style={{ width: 140 }}
        value={to ?? null}
        options={options}
        onChange={(value: string | undefined) => url.set({ to: value })}
      />
      <Button onClick={() => url.clear(["from", "to"])}>全部年度</Button>
      {children}
      {wrong && <Typography.Text type="danger">起始年度不能晚于截止年度</Typography.Text>}
      {(from === undefined || to === undefined) && (
        <Typography.Text type="secondary">选择起止年度后，全部通过的可合并打印</Typography.Text>
      )}
    </Flex>
  );
}

interface MergePanelProps {
  view: YearsView;
  range: { from: number; to: number };
  busy: boolean;
  onPrint: () => void;
}

/** 【合并打印】 appears only when every year of the range has passed; else it says which year blocks and why. */
function MergePanel({ view, range, busy, onPrint }: MergePanelProps) {
  const title = `${range.from}—${range.to}年度`;
  if (view.canMerge) {
    return (
      <Alert
        type="success"
        showIcon
        style={{ marginBottom: 16 }}
        title={`${title}年度认定结果全部为「通过」，可以合并打印`}
        action={
          <Button type="primary" icon={<PrinterOutlined aria-hidden />} loading={busy} onClick={onPrint}>
            合并打印
          </Button>
        }
      />
    );
  }
  return (
    <Alert
      type="warning"
      showIcon
      style={{ marginBottom: 16 }}
      data-testid="merge-blocked"
      title={`${title}不能合并打印`}
      description={
        <ul style={{ margin: 0, paddingInlineStart: 18 }}>
          {view.mergeBlocked.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      }
    />
  );
}

interface YearCardProps {
  year: YearView;
  mayPrint: boolean;
  mayDeclare: boolean;
  busy: boolean;
  onPrint: () => void;
}

function YearCard({ year, mayPrint, mayDeclare, busy, onPrint }: YearCardProps) {
  return (
    <Card
      size="small"
      data-testid={`year-${year.year}`}
      title={
        <Flex gap={12} align="center">
          <span>{year.year}年度</span>
          <StatusTag status={year.result} name={year.resultName} />
        </Flex>
      }
      extra={
        mayPrint && year.blocked === null ? (
          <Button
            type="primary"
            size="small"
            icon={<PrinterOutlined aria-hidden />}
            loading={busy}
            onClick={onPrint}
            aria-label={`打印证书：${year.year}年度`}
          >
            打印证书
          </Button>
        ) : null
      }
    >
      <Flex gap={32} wrap>
        <HoursBar title="公需科目" reached={year.hours.public} required={year.required.public} />
        <HoursBar title="专业科目" reached={year.hours.professional} required={year.required.professional} />
        <HoursBar title="总学时" reached={year.total} required={year.required.total} />
      </Flex>
      <Typography.Paragraph style={{ margin: "12px 0 0" }}>{year.explanation}</Typography.Paragraph>
      {year.citations.length > 0 && !year.explanation.includes("依据：") && (
        <Typography.Text type="secondary">依据：{year.citations.join("；")}</Typography.Text>
      )}
      <Gap year={year} mayDeclare={mayDeclare} />
      {mayPrint && year.blocked !== null && !lacksHours(year) && (
        <Typography.Paragraph style={{ margin: "8px 0 0" }}>
          暂不能打印证书：{year.blocked}
        </Typography.Paragraph>
      )}
    </Card>
  );
}

function HoursBar({ title, reached, required }: { title: string; reached: number; required: number }) {
  const enough = reached >= required;
  return (
    <div style={{ minWidth: 220, flex: 1 }}>
      <Flex justify="space-between">
        <span>{title}</span>
        <strong>
          {hoursText(reached)} / {hoursText(required)}
        </strong>
      </Flex>
      <Progress
        aria-label={`${title}完成进度`}
        percent={required === 0 ? 100 : Math.min(100, Math.floor((reached / required) * 100))}
        showInfo={false}
        strokeColor={enough ? "#19703a" : "#0b5cad"}
      />
    </div>
  );
}

function lacksHours({ missing }: YearView): boolean {
  return missing.public > 0 || missing.professional > 0;
}

/** 还差多少, and the way to it while it can still be gone (PER-15). */
function Gap({ year, mayDeclare }: { year: YearView; mayDeclare: boolean }) {
  const current = usePlatform()?.year;
  if (!lacksHours(year)) return null;
  const parts = [
    year.missing.public > 0 ? `公需科目还差 ${hoursText(year.missing.public)} 学时` : null,
    year.missing.professional > 0 ? `专业科目还差 ${hoursText(year.missing.professional)} 学时` : null,
  ].filter((part) => part !== null);
  const lack = <strong>{parts.join("，")}，暂不能打印证书。</strong>;
  if (year.year !== current) {
    return (
      <Typography.Paragraph style={{ margin: "8px 0 0" }}>
        {lack}往年学时申报已截止，目前仅可申报当年学时；已提交待审核的往年申报审核通过后仍会计入。
      </Typography.Paragraph>
    );
  }
  return (
    <Alert
      style={{ marginTop: 12 }}
      type="info"
      showIcon
      title={
        <>
          {lack}
          <WayToClose mayDeclare={mayDeclare} />
        </>
      }
    />
  );
}

function WayToClose({ mayDeclare }: { mayDeclare: boolean }) {
  return (
    <>
      参加继续教育活动后{mayDeclare ? <Link to="/workspace/declare">申报学时</Link> : "由本人或单位申报学时"}
      ，逐级审核通过后计入本年度。
    </>
  );
}
