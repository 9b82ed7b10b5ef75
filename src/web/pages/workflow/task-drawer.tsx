import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Card, Drawer, Flex, Skeleton } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { applicationKindNames } from "../../../shared/contracts/applications.ts";
import { getDeclaration } from "../../../shared/contracts/declarations.ts";
import { getInstance, getTask, type TaskView } from "../../../shared/contracts/workflow.ts";
import { callApi } from "../../api.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { momentText } from "../../components/dates.ts";
import { Watermarked } from "../../components/watermarked.tsx";
import { DeclarationDetails } from "../declarations/declaration-details.tsx";
import { ApplicationDetails } from "./application-details.tsx";
import { approvalLimitText } from "./approval-limit-text.ts";
import { DecisionForm } from "./decision-form.tsx";
import { HistoryList } from "./history-list.tsx";
import { RegistrationDetails } from "./registration-details.tsx";
import { outcomeName, TaskState } from "./task-columns.tsx";
import { YearSummary } from "./year-summary.tsx";

export interface TaskDrawerProps {
  taskId: string;
  onClose: () => void;
}

/** 办理: all that a decision needs on one screen, and the decision itself at its foot (APR-10). */
export function TaskDrawer({ taskId, onClose }: TaskDrawerProps) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [conflict, setConflict] = useState<string | null>(null);
  const task = useQuery({
    queryKey: ["getTask", taskId],
    queryFn: () => callApi(getTask, { id: taskId }),
    staleTime: 0,
  });
  const refreshLists = () =>
    queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "platform" });
  const decided = (answer: TaskView) => {
    void message.success(`${answer.number} 已${outcomeName(answer)}`);
    void refreshLists();
    onClose();
  };
  return (
    <Drawer
      open
      size={1000}
      title={task.data === undefined ? "办理" : `${task.data.title} · ${task.data.stepName}`}
      onClose={onClose}
      extra={
        task.data === undefined ? null : (
          <Link to={`/workspace/instances/${task.data.instanceId}`}>流程图</Link>
        )
      }
      footer={
        task.data?.canDecide === true ? (
          <DecisionForm
            key={task.data.id}
            task={task.data}
            onDecided={decided}
            onConflict={(text) => {
              setConflict(text);
              void refreshLists();
            }}
          />
        ) : null
      }
    >
      {conflict !== null && (
        <Alert
          type="warning"
          showIcon
          role="alert"
          title={conflict}
          style={{ marginBottom: 16 }}
          data-testid="conflict"
        />
      )}
      {task.isError && <LoadFailed error={task.error} retry={() => void task.refetch()} />}
      {task.isPending && <Skeleton active />}
      {task.data !== undefined && <TaskBody task={task.data} />}
    </Drawer>
  );
}

function TaskBody({ task }: { task: TaskView }) {
  const instance = useQuery({
    queryKey: ["getInstance", task.instanceId],
    queryFn: () => callApi(getInstance, { id: task.instanceId }),
  });
  return (
    <Watermarked>
      <Flex vertical gap={16}>
        {task.status !== "open" && <DecidedNote task={task} />}
        {task.approvalLimit !== null && (
          <Alert
            type={task.approvalLimit.isOver ? "warning" : "info"}
            showIcon
            title={approvalLimitText(task.approvalLimit)}
          />
        )}
        <BusinessPart task={task} />
        <Card title="流转记录与以往意见" size="small">
          {instance.isError && <LoadFailed error={instance.error} retry={() => void instance.refetch()} />}
          {instance.data === undefined ? (
            <Skeleton active />
          ) : (
            <HistoryList history={instance.data.history} />
          )}
        </Card>
      </Flex>
    </Watermarked>
  );
}

/** The document that is decided on, as its kind shows it. */
function BusinessPart({ task: { processKey, businessId } }: { task: TaskView }) {
  if (processKey === "declaration") return <DeclarationPart id={businessId} />;
  if (Object.hasOwn(applicationKindNames, processKey)) return <ApplicationDetails id={businessId} />;
  return <RegistrationDetails id={businessId} />;
}

function DecidedNote({ task }: { task: TaskView }) {
  return (
    <Flex gap={8} align="center">
      <TaskState task={task} />
      {task.decidedBy !== null && (
        <span>
          {task.decidedBy} 于 {momentText(task.decidedAt)} 办理
        </span>
      )}
      {task.comment !== null && task.comment !== "" && <span>意见：{task.comment}</span>}
    </Flex>
  );
}

function DeclarationPart({ id }: { id: string }) {
  const declaration = useQuery({
    queryKey: ["getDeclaration", id],
    queryFn: () => callApi(getDeclaration, { id }),
  });
  if (declaration.isError) {
    return <LoadFailed error={declaration.error} retry={() => void declaration.refetch()} />;
  }
  if (declaration.data === undefined) return <Skeleton active />;
  return (
    <>
      <DeclarationDetails declaration={declaration.data} />
      <YearSummary personId={declaration.data.personId} year={declaration.data.year} />
    </>
  );
}
