import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { Link } from "react-router";
import { listDeclarations } from "../../../shared/contracts/declarations.ts";
import { listDrafts } from "../../../shared/contracts/drafts.ts";
import { callApi } from "../../api.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { type Platform, usePlatform } from "../../components/platform.ts";
import { closedText, closingText } from "./closing-text.ts";

/**
 * From 1 November on: how long the year can still be declared, and what of one's own would miss it (PST-05); after it,
 * what was returned of the year before while its days of grace last (PST-04).
 */
export function ClosingNotice() {
  const platform = usePlatform();
  if (platform === undefined) return null;
  const { today, year, closing, yearInGrace } = platform;
  const title = closingText(platform);
  return (
    <>
      {yearInGrace !== null && (
        <YearNotice
          title={closedText({ today, ...yearInGrace })}
          year={yearInGrace.year}
          closing={yearInGrace}
        />
      )}
      {title !== null && <YearNotice title={title} year={year} closing={closing} drafts />}
    </>
  );
}

interface YearProps {
  year: number;
  closing: Pick<Platform["closing"], "lastCorrectionDay"> & Partial<Platform["closing"]>;
}

function YearNotice({
  title,
  year,
  closing,
  drafts = false,
}: YearProps & { title: string; drafts?: boolean }) {
  const { lastCorrectionDay, lastApprovalDay = null } = closing;
  return (
    <Alert
      type="warning"
      showIcon
      title={title}
      description={
        <>
          <p>
            截止日期前提交的申报，审核通过后计入{year}年度；须重新提交的和草稿不算已提交。
            {lastApprovalDay !== null && `审批截止 ${lastApprovalDay}，届时未审核通过的不能再通过。`}
          </p>
          <Returned year={year} lastCorrectionDay={lastCorrectionDay} />
          {drafts && <Drafts />}
        </>
      }
    />
  );
}

const shownAtMost = 5;

/** Declarations that wait for their declarant to correct them: they are not submitted. */
function Returned({ year, lastCorrectionDay }: { year: number; lastCorrectionDay: string }) {
  const { data, isError, error, refetch } = useQuery({
    queryKey: ["declarations", "returned", year],
    queryFn: () => callApi(listDeclarations, { status: "rejected", year, pageSize: shownAtMost }),
  });
  if (isError) return <LoadFailed error={error} retry={() => void refetch()} />;
  if (data === undefined || data.rows.length === 0) return null;
  return (
    <>
      <p>以下申报未通过审核，须在{lastCorrectionDay}前（含当天）修改并重新提交：</p>
      <ul>
        {data.rows.map(({ id, personName, title }) => (
          <li key={id}>
            <Link to={`/workspace/declarations/${id}`}>
              {personName}：{title}
            </Link>
          </li>
        ))}
      </ul>
      <Link to={`/workspace/declarations?status=rejected&year=${year}`}>查看全部未通过的申报</Link>
    </>
  );
}

/** Drafts are not submitted either. A year in grace takes none of them. */
function Drafts() {
  const { data, isError, error, refetch } = useQuery({
    queryKey: ["drafts", "declaration", "count"],
    queryFn: () => callApi(listDrafts, { kind: "declaration", pageSize: 1 }),
  });
  if (isError) return <LoadFailed error={error} retry={() => void refetch()} />;
  const count = data?.total ?? 0;
  return count > 0 && <p>另有 {count} 份申报草稿尚未提交。</p>;
}
