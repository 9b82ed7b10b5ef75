import { EyeOutlined } from "@ant-design/icons";
import { Button, Form, Input, Modal } from "antd";
import { useState } from "react";
import { revealIdentity } from "../../shared/contracts/people.ts";
import { callApi } from "../api.ts";
import { useHasModule } from "../session.tsx";
import { ruleOf } from "./field-rules.ts";
import { useFormSubmission } from "./form-submission.ts";
import { SubmissionForm } from "./submission-form.tsx";
import { text } from "../../shared/contracts/fields.ts";

export interface MaskedIdProps {
  masked: string;
  /** given where the full number may be asked for */
  personId?: string;
  personName?: string;
}

/** A masked ID number; with the permission, 查看 reveals it for a stated purpose, which is logged (convention 18). */
export function MaskedId({ masked, personId, personName }: MaskedIdProps) {
  const mayReveal = useHasModule("people:reveal-identity");
  const [asking, setAsking] = useState(false);
  const [full, setFull] = useState<string | null>(null);
  const canAsk = mayReveal && personId !== undefined && full === null;
  return (
    <span className="masked-id">
      {full ?? masked}
      {canAsk && (
        <Button
          type="link"
          size="small"
          icon={<EyeOutlined aria-hidden />}
          aria-label={`查看${personName ?? ""}完整证件号`}
          onClick={() => setAsking(true)}
        />
      )}
      {asking && personId !== undefined && (
        <RevealDialog
          personId={personId}
          personName={personName ?? ""}
          onClose={(idNumber) => {
            setAsking(false);
            if (idNumber !== null) setFull(idNumber);
          }}
        />
      )}
    </span>
  );
}

interface RevealDialogProps {
  personId: string;
  personName: string;
  onClose: (idNumber: string | null) => void;
}

function RevealDialog({ personId, personName, onClose }: RevealDialogProps) {
  const [form] = Form.useForm<{ purpose: string }>();
  const submission = useFormSubmission<{ purpose: string }>({
    form,
    formName: "reveal",
    labels: { purpose: "查看事由" },
    send: async ({ purpose }) => {
      const answer = await callApi(revealIdentity, { id: personId, purpose });
      onClose(answer.idNumber);
    },
  });
  return (
    <Modal
      open
      title={`查看${personName}的完整证件号`}
      okText="查看"
      cancelText="取消"
      confirmLoading={submission.busy}
      onOk={() => form.submit()}
      onCancel={() => onClose(null)}
    >
      <p>本次查看将记入审计记录：查看人、时间和事由。</p>
      <SubmissionForm submission={submission} form={form} name="reveal">
        <Form.Item name="purpose" label="查看事由" rules={ruleOf(text(100, 2), "请填写查看事由")}>
          <Input maxLength={100} placeholder="例如：核对职称评审材料" />
        </Form.Item>
      </SubmissionForm>
    </Modal>
  );
}
