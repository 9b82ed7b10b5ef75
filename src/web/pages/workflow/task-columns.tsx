import { Button, Typography } from "antd";
import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import type { TaskView } from "../../../shared/contracts/workflow.ts";
import { dayText, momentText } from "../../components/dates.ts";
import { StatusTag } from "../../components/status-tag.tsx";
import { creditsText } from "../declarations/hours-text.ts";
import { approvalLimitText } from "./approval-limit-text.ts";
import { TwoLines } from "./two-lines.tsx";

export type TaskBox = "todo" | "done" | "started";

/** The columns of a task list; which of them show depends on the box. */
export function taskColumns(box: TaskBox, open: (task: TaskView) => void): ColumnsType<TaskView> {
  return [
    {
      key: "number",
      title: "编号",
      render: (_, task) => (
        <Typography.Text
          copyable={{ text: task.number, tooltips: ["复制编号", "已复制"] }}
          style={{ whiteSpace: "nowrap" }}
        >
          {task.number}
        </Typography.Text>
      ),
    },
    {
      key: "title",
      title: "事项",
      render: (_, task) => (
        <TwoLines first={task.title} second={task.formName === null ? "" : `${task.form} ${task.formName}`} />
      ),
    },
    {
      key: "applicant",
      title: "申请人",
      render: (_, task) => <TwoLines first={task.applicantName} second={task.organizationName} maxPx={170} />,
    },
    {
      key: "process",
      title: "流程环节",
      render: (_, task) => <TwoLines first={task.processName} second={task.stepName} maxPx={150} />,
    },
    { key: "year", title: "年度", render: (_, task) => task.year ?? "—", align: "center" },
    {
      key: "hours",
      title: "学时",
      render: (_, task) => (task.hours === null ? "—" : creditsText(task.hours)),
    },
    ...columnsOfBox[box],
    {
      key: "actions",
      title: "操作",
      fixed: "right",
      render: (_, task) => <RowActions task={task} open={open} />,
    },
  ];
}

const todoColumns: ColumnsType<TaskView> = [
  {
    key: "created",
    title: "到达时间",
    render: (_, task) => <TwoLines first={momentText(task.createdAt)} second={<Deadlines task={task} />} />,
  },
];

const stateColumn = {
  key: "status",
  title: "状态",
  render: (_: unknown, task: TaskView) => (
    <TwoLines
      first={<TaskState task={task} />}
      second={task.decidedAt === null ? "" : momentText(task.decidedAt)}
    />
  ),
};

const columnsOfBox: Record<TaskBox, ColumnsType<TaskView>> = {
  todo: todoColumns,
  done: [
    stateColumn,
    {
      key: "comment",
      title: "审批意见",
      render: (_, task) => <TwoLines first={task.comment || "—"} second={task.decidedBy ?? ""} maxPx={170} />,
    },
  ],
  started: [
    stateColumn,
    {
      key: "holder",
      title: "审核部门",
      render: (_, task) => <TwoLines first={task.holderName} second={task.comment ?? ""} maxPx={200} />,
    },
  ],
};

const taskStatusNames = { open: "待审核", decided: "已办理", cancelled: "已结束" } as const;

/** 待审核, or how it was decided. */
export function TaskState({ task }: { task: TaskView }) {
  if (task.status !== "decided")
    return <StatusTag status={task.status} name={taskStatusNames[task.status]} />;
  return <StatusTag status={task.outcome ?? "decided"} name={outcomeName(task)} />;
}

const usualNames: Record<string, string> = {
  approve: "通过",
  reject: "驳回",
  resubmit: "重新提交",
  cancel: "放弃",
};

/** The Chinese name of a task's outcome. */
export function outcomeName(task: TaskView): string {
  const { outcome } = task;
  if (outcome === null) return "—";
  return task.outcomes.find((one) => one.value === outcome)?.name ?? usualNames[outcome] ?? outcome;
}

/** By when the step is to be taken, and until when it may be taken with approval. */
function Deadlines({ task }: { task: TaskView }) {
  const { dueAt, approvalLimit } = task;
  if (dueAt === null && approvalLimit === null) return null;
  return (
    <>
      <DueText task={task} />
      {approvalLimit !== null && (
        <div>
          <Typography.Text type={approvalLimit.isOver ? "danger" : "secondary"}>
            {approvalLimitText(approvalLimit)}
          </Typography.Text>
        </div>
      )}
    </>
  );
}

function DueText({ task }: { task: TaskView }) {
  if (task.dueAt === null) return null;
  const day = dayText(task.dueAt);
  const late = new Date(task.dueAt).getTime() < Date.now();
  return late ? <Typography.Text type="danger">限 {day} 已超期</Typography.Text> : <>限 {day} 前</>;
}

function RowActions({ task, open }: { task: TaskView; open: (task: TaskView) => void }) {
  const action = task.canDecide ? "办理" : "查看";
  return (
    <span className="row-actions">
      <Button type="link" size="small" onClick={() => open(task)} aria-label={`${action}${task.number}`}>
        {action}
      </Button>
      <Link to={`/workspace/instances/${task.instanceId}`} aria-label={`${task.number}的流程图`}>
        流程图
      </Link>
    </span>
  );
}
