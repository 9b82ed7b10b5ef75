import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { Link } from "react-router";
import { listDeclarations } from "../../../shared/contracts/declarations.ts";
import { listDrafts } from "../../../shared/contracts/drafts.ts";
import { callApi } from "../../api.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { type Platform, usePlatform } from "../../components/platform.ts";
import { closingText } from "./closing-text.ts";

/** From 1 November on: how long the year can still be declared, and what of one's own would miss it (PST-05). */
export function ClosingNotice() {
  const platform = usePlatform();
  const title = platform === undefined ? null : closingText(platform);
  if (platform === undefined || title === null) return null;
  return <Alert type="warning" showIcon title={title} description={<Missing platform={platform} />} />;
}

const shownAtMost = 5;

/** Returned declarations and drafts: neither is submitted. */
function Missing({ platform: { year } }: { platform: Platform }) {
  const returned = useQuery({
    queryKey: ["declarations", "returned", year],
    queryFn: () => callApi(listDeclarations, { status: "rejected", year, pageSize: shownAtMost }),
  });
  const drafts = useQuery({
    queryKey: ["drafts", "declaration", "count"],
    queryFn: () => callApi(listDrafts, { kind: "declaration", pageSize: 1 }),
  });
  for (const { isError, error, refetch } of [returned, drafts])
    if (isError) return <LoadFailed error={error} retry={() => void refetch()} />;
  const rows = returned.data?.rows ?? [];
  const draftCount = drafts.data?.total ?? 0;
  return (
    <>
      <p>截止日期前提交的申报，审核通过后计入本年度；须重新提交的和草稿不算已提交。</p>
      {rows.length > 0 && (
        <>
          <p>以下申报未通过审核，须在截止日期前修改并重新提交：</p>
          <ul>
            {rows.map(({ id, personName, title }) => (
              <li key={id}>
                <Link to={`/workspace/declarations/${id}`}>
                  {personName}：{title}
                </Link>
              </li>
            ))}
          </ul>
          <Link to={`/workspace/declarations?status=rejected&year=${year}`}>查看全部未通过的申报</Link>
        </>
      )}
      {draftCount > 0 && <p>另有 {draftCount} 份申报草稿尚未提交。</p>}
    </>
  );
}
