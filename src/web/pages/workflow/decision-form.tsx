import { useMutation } from "@tanstack/react-query";
import { Alert, App, Button, Flex, Form, Modal } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { acceptTransfer } from "../../../shared/contracts/transfers.ts";
import { decideTask, type TaskView } from "../../../shared/contracts/workflow.ts";
import { ApiError, callApi, errorText, newIdempotencyKey } from "../../api.ts";
import { LoweredHours } from "../declarations/lowered-hours.tsx";
import { creditsText, type Hours } from "../declarations/hours-text.ts";
import { AcceptingDepartment } from "../transfers/accepting-department.tsx";
import { OpinionField } from "./opinion-field.tsx";

export interface DecisionFormProps {
  task: TaskView;
  onDecided: (task: TaskView) => void;
  /** someone else was first, or the applicant withdrew: what the server says about it (APR-14) */
  onConflict: (text: string) => void;
}

interface DecisionValues {
  comment?: string;
  hours?: Partial<Hours>;
  /** of a transfer into this unit */
  department?: { value: string };
}

/** 通过 / 驳回 with opinion; where this step determines the hours, they can be reduced with a reason (APR-12). */
export function DecisionForm({ task, onDecided, onConflict }: DecisionFormProps) {
  const [form] = Form.useForm<DecisionValues>();
  const [rejecting, setRejecting] = useState(false);
  const [idempotencyKey] = useState(newIdempotencyKey);
  const decide = useMutation({
    mutationFn: ({ outcome, values }: { outcome: string; values: DecisionValues }) =>
      send(task, { outcome, values, idempotencyKey: `${idempotencyKey}-${outcome}` }),
    onSuccess: onDecided,
    onError: (error) => {
      if (error instanceof ApiError && error.status === 409) onConflict(error.message);
    },
  });
  const conflict = decide.error instanceof ApiError && decide.error.status === 409;
  return (
    <>
      {decide.error !== null && !conflict && (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={errorText(decide.error)}
          style={{ marginBottom: 8 }}
        />
      )}
      <Form form={form} name="decision" layout="vertical">
        {task.canReduceHours && (
          <Form.Item
            name="hours"
            label="认定学时"
            extra={`申报 ${creditsText(task.hours ?? { public: 0, professional: 0 })}；只能核减，核减须在意见中说明原因`}
            style={{ marginBottom: 8 }}
          >
            <LoweredHours computed={task.hours} />
          </Form.Item>
        )}
        {task.processKey === "transfer" && <AcceptingDepartment transferId={task.businessId} />}
        <Form.Item
          name="comment"
          label="审批意见"
          dependencies={["hours"]}
          rules={[reasonForReduction(task)]}
          style={{ marginBottom: 8 }}
        >
          <OpinionField tone="approve" processKeys={[task.processKey]} />
        </Form.Item>
      </Form>
      <OutcomeButtons
        task={task}
        busy={decide.isPending}
        onReject={() => setRejecting(true)}
        onDecide={(outcome) =>
          void form.validateFields().then(
            (values) => decide.mutate({ outcome, values }),
            () => undefined,
          )
        }
      />
      {rejecting && (
        <RejectDialog
          task={task}
          initial={form.getFieldValue("comment") as string | undefined}
          onClose={() => setRejecting(false)}
          onReject={(comment) => {
            setRejecting(false);
            decide.mutate({ outcome: "reject", values: { comment } });
          }}
        />
      )}
    </>
  );
}

/** Whoever takes a person over says into which department (TRF-05); every other decision is the task's alone. */
async function send(
  task: TaskView,
  decision: { outcome: string; values: DecisionValues; idempotencyKey: string },
): Promise<TaskView> {
  const { outcome, values, idempotencyKey } = decision;
  const comment = values.comment?.trim() ?? "";
  const departmentId = outcome === "approve" ? values.department?.value : undefined;
  if (departmentId !== undefined) {
    await callApi(acceptTransfer, { id: task.businessId, departmentId, comment }, { idempotencyKey });
    return { ...task, outcome };
  }
  const request = { id: task.id, outcome, comment, ...reducedHours(task, outcome, values.hours) };
  return await callApi(decideTask, request, { idempotencyKey });
}

interface OutcomeButtonsProps {
  task: TaskView;
  busy: boolean;
  onReject: () => void;
  onDecide: (outcome: string) => void;
}

/** One button for each outcome that the diagram names at this step. */
function OutcomeButtons({ task, busy, onReject, onDecide }: OutcomeButtonsProps) {
  const { modal } = App.useApp();
  const giveUp = (outcome: string) =>
    void modal.confirm({
      title: `放弃申报「${task.title}」？`,
      content: `编号 ${task.number}。放弃后不能恢复，如需计入学时须重新申报。`,
      okText: "放弃申报",
      okButtonProps: { danger: true },
      cancelText: "取消",
      onOk: () => onDecide(outcome),
    });
  return (
    <Flex gap={12} justify="end">
      {task.outcomes.map(({ value, name }) => {
        // Corrections of applications come through their own forms, which are checked again (APR-11).
        if (value === "resubmit") return <CorrectLink key={value} task={task} />;
        const act = { reject: onReject, cancel: () => giveUp(value) }[value] ?? (() => onDecide(value));
        return (
          <Button
            key={value}
            danger={value === "reject" || value === "cancel"}
            type={value === "approve" ? "primary" : "default"}
            loading={busy && value === "approve"}
            disabled={busy || (value === "approve" && task.approvalLimit?.isOver === true)}
            onClick={act}
          >
            {name}
          </Button>
        );
      })}
    </Flex>
  );
}

/** Where what was returned is corrected, by its process. */
const correctionPages: Readonly<Record<string, (id: string) => string>> = {
  declaration: (id) => `/workspace/declarations/${id}/resubmit`,
  "training-plan": (id) => `/workspace/training-plans/${id}/resubmit`,
  "plan-declaration": (id) => `/workspace/plan-declarations/${id}/resubmit`,
};

/** What was returned is sent again from its form, where it is checked again (APR-11). */
function CorrectLink({ task: { processKey, businessId } }: { task: TaskView }) {
  const navigate = useNavigate();
  const pageOf = correctionPages[processKey];
  if (pageOf === undefined) return null;
  return (
    <Button type="primary" onClick={() => void navigate(pageOf(businessId))}>
      修改重新提交
    </Button>
  );
}

interface RejectDialogProps {
  task: TaskView;
  initial: string | undefined;
  onClose: () => void;
  onReject: (comment: string) => void;
}

function RejectDialog({ task, initial, onClose, onReject }: RejectDialogProps) {
  const [form] = Form.useForm<{ comment: string }>();
  return (
    <Modal
      open
      title={`驳回 ${task.applicantName} 的「${task.title}」`}
      okText="驳回"
      okButtonProps={{ danger: true }}
      cancelText="取消"
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <Form
        form={form}
        name="reject"
        layout="vertical"
        initialValues={{ comment: initial ?? "" }}
        onFinish={({ comment }) => onReject(comment)}
      >
        <Form.Item
          name="comment"
          label="驳回原因"
          rules={[{ required: true, whitespace: true, message: "驳回须填写原因" }]}
        >
          <OpinionField tone="reject" processKeys={[task.processKey]} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

/** Only hours that are really lower are sent; without them the step confirms what was declared. */
function reducedHours(
  task: TaskView,
  outcome: string,
  wanted: Partial<Hours> | undefined,
): { hours?: Hours } {
  if (outcome !== "approve" || task.hours === null || !isLower(task.hours, wanted)) return {};
  return { hours: { ...task.hours, ...wanted } };
}

function isLower(declared: Hours, wanted: Partial<Hours> | undefined): boolean {
  return (
    (wanted?.public ?? declared.public) < declared.public ||
    (wanted?.professional ?? declared.professional) < declared.professional
  );
}

function reasonForReduction(task: TaskView) {
  return ({ getFieldValue }: { getFieldValue: (name: string) => unknown }) => ({
    validator: async (_rule: unknown, comment: string | undefined) => {
      const wanted = getFieldValue("hours") as Partial<Hours> | undefined;
      if (task.hours !== null && isLower(task.hours, wanted) && (comment ?? "").trim() === "") {
        throw new Error("核减学时须填写原因");
      }
    },
  });
}
