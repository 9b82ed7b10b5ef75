import { Button, Form } from "antd";
import type { ReactNode } from "react";
import type { ApiError } from "../../api.ts";
import { CaptchaField, useCaptcha } from "../../components/captcha-field.tsx";
import { ErrorSummary } from "../../components/error-summary.tsx";
import { useFormSubmission } from "../../components/form-submission.ts";

export interface CheckStepProps {
  labels: Readonly<Record<string, string>>;
  send: (captcha: { captchaId: string; captchaText: string }, idempotencyKey: string) => Promise<void>;
  onRefused: (error: ApiError) => void;
  onBack: () => void;
  children: ReactNode;
}

/** The last step of both registrations: read it all, answer the captcha, 注册. */
export function CheckStep({ labels, send, onRefused, onBack, children }: CheckStepProps) {
  const [form] = Form.useForm<{ captchaText: string }>();
  const captcha = useCaptcha();
  const submission = useFormSubmission<{ captchaText: string }>({
    form,
    formName: "check",
    labels,
    send: ({ captchaText }, key) => send({ captchaId: captcha.id, captchaText }, key),
    onRefused: (error) => {
      captcha.refresh();
      form.resetFields();
      onRefused(error);
    },
  });
  return (
    <>
      <ErrorSummary problems={submission.problems} title="注册信息未能提交" />
      {children}
      <Form
        form={form}
        name="check"
        layout="vertical"
        style={{ marginTop: 24, maxWidth: 420 }}
        onFinish={submission.submit}
        onFinishFailed={submission.refuse}
      >
        <CaptchaField captcha={captcha} />
        <div className="form-actions">
          <Button size="large" onClick={onBack}>
            上一步
          </Button>
          <Button type="primary" htmlType="submit" size="large" loading={submission.busy}>
            注册
          </Button>
        </div>
      </Form>
    </>
  );
}
