import { useQuery } from "@tanstack/react-query";
import { Alert, Skeleton } from "antd";
import { Link } from "react-router";
import { countTasks } from "../../../shared/contracts/workflow.ts";
import { callApi } from "../../api.ts";
import { EmptyList, LoadFailed } from "../../components/data-table.tsx";
import { usePlatform } from "../../components/platform.ts";
import type { TaskCounts } from "../workflow/task-chips.ts";
import { approvalTexts } from "./closing-text.ts";

/** 待办 by process and year. A number is a link that carries its filter: what it counts is what opens (NAV-09, APR-09). */
export function TodoCounts() {
  const query = useQuery({ queryKey: ["task-counts"], queryFn: () => callApi(countTasks, {}) });
  if (query.isPending) return <Skeleton active paragraph={{ rows: 2 }} />;
  if (query.isError) return <LoadFailed error={query.error} retry={() => void query.refetch()} />;
  const { groups, total, totalIsExact } = query.data;
  return (
    <section className="panel" aria-labelledby="todo-title">
      <h2 id="todo-title">
        待办事项（{total}
        {totalIsExact ? "" : "+"}）
      </h2>
      <ApprovalNotice groups={groups} />
      {groups.length === 0 ? (
        <EmptyList hint="目前没有需要您办理的事项" />
      ) : (
        <ul className="home-grid">
          {groups.map((group) => (
            <li key={`${group.processKey}${group.year ?? ""}`}>
              <Link
                className="home-count"
                to={`/workspace/tasks?processKey=${group.processKey}${group.year === null ? "" : `&year=${group.year}`}`}
              >
                <strong>{group.count}</strong>
                待审核：{group.processName}
                {group.year !== null && `（${group.year}年度）`}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What of it would miss a last day of approvals, where the policy sets one (PST-04, PST-05). */
function ApprovalNotice({ groups }: Pick<TaskCounts, "groups">) {
  const today = usePlatform()?.today;
  const texts = today === undefined ? [] : approvalTexts(groups, today);
  if (texts.length === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title="年度学时审批截止"
      description={
        <ul>
          {texts.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      }
    />
  );
}
