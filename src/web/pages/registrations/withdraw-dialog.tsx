import { App, Form, Input, Modal } from "antd";
import { withdrawRegistration } from "../../../shared/contracts/registrations.ts";
import { callApi } from "../../api.ts";
import { CaptchaField, useCaptcha } from "../../components/captcha-field.tsx";
import { useFormSubmission } from "../../components/form-submission.ts";
import { SubmissionForm } from "../../components/submission-form.tsx";
import type { QueriedPerson, Registration } from "./progress-page.tsx";

interface WithdrawValues {
  password: string;
  captchaText: string;
}

export interface WithdrawDialogProps {
  registration: Registration;
  person: QueriedPerson;
  /** true: withdrawn */
  onClose: (done: boolean) => void;
}

/** 撤回申请: names the registration and asks for the password given with it (PRG-03, PRG-04). */
export function WithdrawDialog({ registration, person, onClose }: WithdrawDialogProps) {
  const [form] = Form.useForm<WithdrawValues>();
  const captcha = useCaptcha();
  const { message } = App.useApp();
  const submission = useFormSubmission<WithdrawValues>({
    form,
    formName: "withdraw",
    labels: { password: "注册密码", captchaText: "验证码" },
    send: async ({ password, captchaText }) => {
      await callApi(withdrawRegistration, {
        id: registration.id,
        ...person,
        password,
        captchaId: captcha.id,
        captchaText,
      });
      void message.success("已撤回，可以重新注册");
      onClose(true);
    },
    onRefused: () => {
      captcha.refresh();
      form.resetFields(["captchaText"]);
    },
  });
  return (
    <Modal
      open
      title={`撤回「${registration.subjectName}」的注册申请？`}
      okText="撤回申请"
      okButtonProps={{ danger: true }}
      cancelText="取消"
      confirmLoading={submission.busy}
      onOk={() => form.submit()}
      onCancel={() => onClose(false)}
    >
      <p className="page-hint">受理号 {registration.receiptNumber}。撤回后该申请作废，可重新注册。</p>
      <SubmissionForm submission={submission} form={form} name="withdraw">
        <Form.Item
          name="password"
          label="注册密码"
          rules={[{ required: true, message: "请输入注册时的密码" }]}
        >
          <Input.Password autoComplete="current-password" maxLength={72} />
        </Form.Item>
        <CaptchaField captcha={captcha} />
      </SubmissionForm>
    </Modal>
  );
}
