import { useQuery } from "@tanstack/react-query";
import { Progress, Skeleton } from "antd";
import { Link } from "react-router";
import type { z } from "zod";
import { listYears, type yearView } from "../../../shared/contracts/people.ts";
import { callApi } from "../../api.ts";
import { EmptyList, LoadFailed } from "../../components/data-table.tsx";
import { hoursText } from "../../components/dates.ts";
import { usePlatform } from "../../components/platform.ts";
import { StatusTag } from "../../components/status-tag.tsx";

type YearView = z.output<typeof yearView>;

/** How this year stands for the signed-in professional: done, required, missing (PER-15). */
export function YearProgress() {
  const year = usePlatform()?.year;
  const query = useQuery({
    queryKey: ["years", "me", year],
    queryFn: () => callApi(listYears, { id: "me", from: year, to: year }),
    enabled: year !== undefined,
  });
  if (query.isPending) return <Skeleton active paragraph={{ rows: 3 }} />;
  if (query.isError) return <LoadFailed error={query.error} retry={() => void query.refetch()} />;
  const view = query.data.years.find((entry) => entry.year === year);
  if (view === undefined) return <EmptyList hint="本年度还没有学时要求和记录" />;
  return <YearPanel view={view} />;
}

function YearPanel({ view }: { view: YearView }) {
  const missing = [
    view.missing.public > 0 ? `公需科目 ${hoursText(view.missing.public)} 学时` : null,
    view.missing.professional > 0 ? `专业科目 ${hoursText(view.missing.professional)} 学时` : null,
  ].filter((part) => part !== null);
  return (
    <section className="panel" aria-labelledby="year-title">
      <h2 id="year-title">
        {view.year}年度完成情况 <StatusTag status={view.result} name={view.resultName} />
      </h2>
      <div className="year-bars">
        <Bar title="公需科目" done={view.hours.public} required={view.required.public} />
        <Bar title="专业科目" done={view.hours.professional} required={view.required.professional} />
        <Bar title="总学时" done={view.total} required={view.required.total} />
      </div>
      <p className="page-hint">
        {missing.length === 0 ? "本年度学时已达标。" : `还差：${missing.join("、")}。`}
        {missing.length > 0 && <Link to="/workspace/declare">去申报学时</Link>}
        {" · "}
        <Link to="/workspace/years">查看历年完成情况、打印证书</Link>
      </p>
    </section>
  );
}

function Bar({ title, done, required }: { title: string; done: number; required: number }) {
  const percent = required === 0 ? 100 : Math.min(100, Math.floor((done / required) * 100));
  return (
    <div>
      <div>
        {title}：{hoursText(done)} / {hoursText(required)} 学时
      </div>
      <Progress
        percent={percent}
        aria-label={`${title}完成比例`}
        strokeColor={percent === 100 ? "#19703a" : "#0b5cad"}
        format={(value) => `${value ?? 0}%`}
      />
    </div>
  );
}
