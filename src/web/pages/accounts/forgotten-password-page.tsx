import { Button, Form, Input, Result, Steps } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { resetForgottenPassword, sendPhoneCode } from "../../../shared/contracts/accounts.ts";
import { identityNumber } from "../../../shared/contracts/fields.ts";
import { callApi } from "../../api.ts";
import { PhoneField } from "../../components/account-fields.tsx";
import { CaptchaField, useCaptcha } from "../../components/captcha-field.tsx";
import { ruleOf } from "../../components/field-rules.ts";
import { useFormSubmission } from "../../components/form-submission.ts";
import { SubmissionForm } from "../../components/submission-form.tsx";
import { useCountdown } from "../../components/use-countdown.ts";
import { PublicCard } from "../../components/public-shell.tsx";
import { PasswordFields } from "./password-fields.tsx";

interface SentCode {
  idNumber: string;
  phone: string;
  phoneCodeId: string;
  expiresInSeconds: number;
}

/** 忘记登录密码: ID number and registered phone, then the code and a new password (PWD-02). */
export function ForgottenPasswordPage() {
  const [sent, setSent] = useState<SentCode | null>(null);
  const [finished, setFinished] = useState(false);
  if (finished) {
    return (
      <PublicCard title="忘记登录密码">
        <Result
          status="success"
          title="新密码已设置"
          extra={
            <Link className="button-link button-link-primary" to="/login">
              去登录
            </Link>
          }
        />
      </PublicCard>
    );
  }
  return (
    <PublicCard
      title="忘记登录密码"
      hint="通过注册时的身份证号码和手机号重新设置。不记得手机号的，请联系单位管理员重置。"
    >
      <Steps
        className="wizard-steps"
        size="small"
        current={sent === null ? 0 : 1}
        items={[{ title: "验证手机号" }, { title: "设置新密码" }]}
      />
      {sent === null ? (
        <CodeForm onSent={setSent} />
      ) : (
        <NewPasswordForm sent={sent} onBack={() => setSent(null)} onFinished={() => setFinished(true)} />
      )}
    </PublicCard>
  );
}

interface CodeValues {
  idNumber: string;
  phone: string;
  captchaText: string;
}

function CodeForm({ onSent }: { onSent: (sent: SentCode) => void }) {
  const [form] = Form.useForm<CodeValues>();
  const captcha = useCaptcha();
  const submission = useFormSubmission<CodeValues>({
    form,
    formName: "code",
    labels: { idNumber: "身份证号码", phone: "手机号码", captchaText: "验证码" },
    send: async (values) => {
      const answer = await callApi(sendPhoneCode, { ...values, captchaId: captcha.id });
      onSent({ idNumber: values.idNumber, phone: values.phone, ...answer });
    },
    onRefused: () => {
      captcha.refresh();
      form.resetFields(["captchaText"]);
    },
  });
  return (
    <>
      <SubmissionForm submission={submission} form={form} name="code">
        <Form.Item name="idNumber" label="身份证号码" rules={ruleOf(identityNumber, "请输入身份证号码")}>
          <Input autoComplete="username" maxLength={18} />
        </Form.Item>
        <PhoneField label="注册时的手机号码" />
        <CaptchaField captcha={captcha} />
        <Button type="primary" htmlType="submit" block loading={submission.busy}>
          获取短信验证码
        </Button>
      </SubmissionForm>
    </>
  );
}

interface NewPasswordValues {
  code: string;
  newPassword: string;
  confirmation: string;
}

interface NewPasswordFormProps {
  sent: SentCode;
  onBack: () => void;
  onFinished: () => void;
}

function NewPasswordForm({ sent, onBack, onFinished }: NewPasswordFormProps) {
  const [form] = Form.useForm<NewPasswordValues>();
  const [end] = useState(() => Date.now() + sent.expiresInSeconds * 1000);
  const left = useCountdown(end);
  const submission = useFormSubmission<NewPasswordValues>({
    form,
    formName: "reset",
    labels: { code: "短信验证码", newPassword: "新密码", confirmation: "确认新密码" },
    send: async ({ code, newPassword }) => {
      const { idNumber, phone, phoneCodeId } = sent;
      await callApi(resetForgottenPassword, { idNumber, phone, phoneCodeId, code, newPassword });
      onFinished();
    },
  });
  return (
    <>
      <p className="page-hint" role="status">
        如身份证号码与手机号匹配，短信验证码已发送至 {sent.phone.slice(0, 3)}****{sent.phone.slice(-4)}，
        {left > 0 ? `${Math.ceil(left / 60)}分钟内有效。` : "现已失效，请重新获取。"}
      </p>
      <SubmissionForm submission={submission} form={form} name="reset">
        <Form.Item
          name="code"
          label="短信验证码"
          rules={[
            { required: true, message: "请输入短信验证码" },
            { pattern: /^\d{6}$/, message: "短信验证码为6位数字" },
          ]}
        >
          <Input autoComplete="one-time-code" inputMode="numeric" maxLength={6} />
        </Form.Item>
        <PasswordFields />
        <div className="form-actions">
          <Button type="primary" htmlType="submit" loading={submission.busy}>
            设置新密码
          </Button>
          <Button onClick={onBack}>重新获取验证码</Button>
        </div>
      </SubmissionForm>
    </>
  );
}
