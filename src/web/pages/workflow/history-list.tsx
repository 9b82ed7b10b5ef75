import { Timeline, Typography } from "antd";
import type { InstanceView } from "../../../shared/contracts/workflow.ts";
import { durationText, momentText } from "../../components/dates.ts";
import { EmptyList } from "../../components/data-table.tsx";

/** 流转记录: who did what, when, after how long, with which opinion; oldest first. */
export function HistoryList({ history }: { history: InstanceView["history"] }) {
  if (history.length === 0) return <EmptyList />;
  return (
    <Timeline
      style={{ paddingTop: 8 }}
      items={history.map((event, index) => ({
        key: `${event.at}${index}`,
        color: colorOf(event.outcomeName),
        content: (
          <>
            <div>
              <strong>{event.name}</strong> {event.outcomeName}
            </div>
            <div>
              {momentText(event.at)} · {event.actorName}
              {event.organizationName !== "" && `（${event.organizationName}）`}
            </div>
            {event.dwellSeconds !== null && (
              <Typography.Text type="secondary">停留 {durationText(event.dwellSeconds)}</Typography.Text>
            )}
            {event.comment !== null && event.comment !== "" && <div>意见：{event.comment}</div>}
            {event.trace !== null && (
              <div>
                依据：{event.trace.text}（规则包 {event.trace.pack}）
              </div>
            )}
          </>
        ),
      }))}
    />
  );
}

function colorOf(outcomeName: string): string {
  if (outcomeName.includes("驳回") || outcomeName.includes("不通过")) return "red";
  return outcomeName.includes("通过") || outcomeName.includes("提交") ? "green" : "blue";
}
