import { useMutation } from "@tanstack/react-query";
import { Alert, Form, Modal } from "antd";
import { useState } from "react";
import { decideTasks } from "../../../shared/contracts/workflow.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { callApi, errorText, newIdempotencyKey } from "../../api.ts";
import { OpinionField } from "./opinion-field.tsx";

export type BatchResult = ResponseOf<typeof decideTasks>;
export type BatchOutcome = "approve" | "reject";

export interface SelectedTask {
  id: string;
  number: string;
  processKey: string;
  applicantName: string;
}

export interface BatchDialogProps {
  outcome: BatchOutcome;
  tasks: readonly SelectedTask[];
  onClose: () => void;
  onDone: (result: BatchResult) => void;
}

const names = { approve: "通过", reject: "驳回" } as const;

/** Confirms a batch by naming what it concerns, takes the opinion (required to reject), and sends it once. */
export function BatchDialog({ outcome, tasks, onClose, onDone }: BatchDialogProps) {
  const [form] = Form.useForm<{ comment: string }>();
  const [idempotencyKey] = useState(newIdempotencyKey);
  const decide = useMutation({
    mutationFn: (comment: string) =>
      callApi(decideTasks, { taskIds: tasks.map((task) => task.id), outcome, comment }, { idempotencyKey }),
    onSuccess: onDone,
  });
  const name = names[outcome];
  return (
    <Modal
      open
      title={`批量${name} ${tasks.length} 项`}
      okText={`${name} ${tasks.length} 项`}
      okButtonProps={{ danger: outcome === "reject" }}
      cancelText="取消"
      confirmLoading={decide.isPending}
      maskClosable={false}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <p>
        将{name}：{namesText(tasks)}。每项分别办理，结果逐项显示。
      </p>
      {decide.error !== null && (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={errorText(decide.error)}
          style={{ marginBottom: 12 }}
        />
      )}
      <Form
        form={form}
        name="batch"
        layout="vertical"
        initialValues={{ comment: "" }}
        onFinish={({ comment }) => decide.mutate(comment.trim())}
      >
        <Form.Item
          name="comment"
          label={outcome === "reject" ? "驳回原因" : "审批意见"}
          rules={
            outcome === "reject" ? [{ required: true, whitespace: true, message: "驳回须填写原因" }] : []
          }
        >
          <OpinionField tone={outcome} processKeys={tasks.map((task) => task.processKey)} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function namesText(tasks: readonly SelectedTask[]): string {
  const shown = tasks.slice(0, 5).map((task) => `${task.applicantName}（${task.number}）`);
  return tasks.length <= 5 ? shown.join("、") : `${shown.join("、")} 等 ${tasks.length} 项`;
}
