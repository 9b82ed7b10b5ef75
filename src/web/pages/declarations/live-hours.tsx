import { Alert, Card, Divider, Empty, Spin, Typography } from "antd";
import { errorText } from "../../api.ts";
import { creditsText } from "./hours-text.ts";
import { TraceView } from "./trace-view.tsx";
import type { LiveGroup, LiveHours } from "./use-live-hours.ts";

/** 学时试算: what the rules say about the answers so far, with each step and clause, while one is still typing. */
export function LiveHoursCard({ live }: { live: LiveHours }) {
  return (
    <Card
      title="学时试算"
      size="small"
      extra={live.busy ? <Spin size="small" /> : "随填随算"}
      aria-busy={live.busy}
    >
      <div aria-live="polite">
        {live.groups.length === 0 && (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="请先选择参加人员" />
        )}
        {live.groups.map((group, index) => (
          <div key={group.names.join("、")}>
            {index > 0 && <Divider style={{ margin: "12px 0" }} />}
            <GroupHours group={group} />
          </div>
        ))}
      </div>
    </Card>
  );
}

function GroupHours({ group }: { group: LiveGroup }) {
  const { answer } = group;
  return (
    <>
      {group.names.length > 0 && <Typography.Text type="secondary">{namesText(group.names)}</Typography.Text>}
      {group.error !== null && <Alert type="error" showIcon title={errorText(group.error)} />}
      {answer?.hours != null && (
        <Typography.Title level={3} style={{ margin: "4px 0 8px" }} data-testid="computed-hours">
          {creditsText(answer.hours)}
        </Typography.Title>
      )}
      {answer?.trace != null && <TraceView trace={answer.trace} citations={answer.citations} />}
      {answer !== undefined && <Problems answer={answer} />}
    </>
  );
}

/** While hours are unknown the problems say what is still to be filled in; afterwards what will be refused. */
function Problems({ answer }: { answer: NonNullable<LiveGroup["answer"]> }) {
  if (answer.problems.length === 0) return null;
  const unknown = answer.hours === null;
  return (
    <Alert
      type={unknown ? "info" : "warning"}
      showIcon
      style={{ marginTop: 8 }}
      title={unknown ? "填写以下内容后可得出学时" : "请注意"}
      description={
        <ul style={{ margin: 0, paddingInlineStart: 18 }}>
          {answer.problems.map((problem) => (
            <li key={`${problem.code}${problem.fact ?? ""}${problem.message}`}>{problem.message}</li>
          ))}
        </ul>
      }
    />
  );
}

function namesText(names: readonly string[]): string {
  return names.length <= 5 ? names.join("、") : `${names.slice(0, 5).join("、")} 等 ${names.length} 人`;
}
