import { App, Button, Flex, Form, Input, type FormInstance } from "antd";
import { useState } from "react";
import { Navigate, useNavigate } from "react-router";
import { changePhone } from "../../../shared/contracts/accounts.ts";
import { callApi } from "../../api.ts";
import { PhoneField } from "../../components/account-fields.tsx";
import { type Captcha, useCaptcha } from "../../components/captcha-field.tsx";
import { useFormSubmission } from "../../components/form-submission.ts";
import { PublicCard } from "../../components/public-shell.tsx";
import { SubmissionForm } from "../../components/submission-form.tsx";
import { useCountdown } from "../../components/use-countdown.ts";
import { useSession } from "../../session.tsx";

interface PhoneValues {
  phone: string;
  captchaText: string;
  password: string;
}

const labels = { phone: "新手机号码", captchaText: "短信验证码", password: "登录密码" };

/** At which field a refusal belongs that names none. */
const fieldOfCode: Readonly<Record<string, keyof PhoneValues>> = {
  "captcha.wrong": "captchaText",
  "password.confirmation_wrong": "password",
};

/** 修改手机号: a code sent to the new phone and one's own password confirm it; it resets the password (PWD-02). */
export function ChangePhonePage() {
  const { session, loading } = useSession();
  if (loading) return null;
  if (session === null) return <Navigate to="/login?next=/change-phone" replace />;
  if (session.mustChangePassword) return <Navigate to="/change-password?next=/change-phone" replace />;
  return (
    <PublicCard title="修改手机号" hint={`当前账号：${session.name}（${session.maskedIdNumber}）`}>
      <p className="page-hint">
        登记手机号用于忘记登录密码时重新设置密码。更换后，原手机号会收到提醒短信，不能再用来找回密码。
      </p>
      <PhoneForm />
    </PublicCard>
  );
}

function PhoneForm() {
  const [form] = Form.useForm<PhoneValues>();
  const captcha = useCaptcha({ onlyPhone: true });
  const navigate = useNavigate();
  const { message } = App.useApp();
  const submission = useFormSubmission<PhoneValues>({
    form,
    formName: "phone",
    labels,
    send: async (values) => {
      await callApi(changePhone, { ...values, captchaId: captcha.id });
      void message.success("登记手机号已更换");
      await navigate("/workspace", { replace: true });
    },
    onRefused: ({ code, message: text }) => {
      // Each code can be tried once, also when it was the password that was wrong.
      captcha.refresh();
      form.resetFields(["captchaText"]);
      const name = fieldOfCode[code];
      if (name !== undefined) form.setFields([{ name, errors: [text] }]);
    },
  });
  return (
    <SubmissionForm submission={submission} form={form} name="phone">
      <PhoneField label={labels.phone} />
      <CodeField form={form} captcha={captcha} />
      <Form.Item
        name="password"
        label={labels.password}
        rules={[{ required: true, message: "请输入登录密码" }]}
      >
        <Input.Password autoComplete="current-password" maxLength={72} />
      </Form.Item>
      <div className="form-actions">
        <Button type="primary" htmlType="submit" loading={submission.busy}>
          保存
        </Button>
        <Button onClick={() => void navigate(-1)}>返回</Button>
      </div>
    </SubmissionForm>
  );
}

/** Before another code is sent: the first may still be on its way, and a phone is sent few of them an hour. */
const pauseSeconds = 60;

/** The code that the new phone was sent, and the button that sends it. */
function CodeField({ form, captcha }: { form: FormInstance<PhoneValues>; captcha: Captcha }) {
  const [busy, setBusy] = useState(false);
  const [pausedUntil, setPausedUntil] = useState(0);
  const seconds = useCountdown(pausedUntil);
  // Once a code was tried another one is needed at once.
  const left = captcha.sentTo === null ? 0 : seconds;
  const send = async () => {
    const { phone } = await form.validateFields(["phone"]);
    setBusy(true);
    if (await captcha.send(phone)) setPausedUntil(Date.now() + pauseSeconds * 1000);
    setBusy(false);
  };
  const sentHere = async () => {
    if (captcha.sentTo !== form.getFieldValue("phone")) throw new Error("请先获取发送到新手机号码的验证码");
  };
  const sent = captcha.sentTo === null ? null : `已发送至 ${captcha.sentTo}，10分钟内有效`;
  return (
    <Form.Item
      label={labels.captchaText}
      required
      extra={<span role="status">{captcha.problem ?? sent ?? "验证码发送到新手机号码"}</span>}
    >
      <Flex gap={8}>
        <Form.Item
          name="captchaText"
          noStyle
          rules={[
            { required: true, message: "请输入短信验证码" },
            { pattern: /^\d{6}$/, message: "短信验证码为6位数字" },
            { validator: sentHere },
          ]}
        >
          <Input
            autoComplete="one-time-code"
            inputMode="numeric"
            maxLength={6}
            placeholder="请输入短信中的6位数字"
            aria-label={labels.captchaText}
          />
        </Form.Item>
        <Button loading={busy} disabled={left > 0} onClick={() => void send().catch(() => undefined)}>
          {left > 0 ? `${left}秒后可重新获取` : "获取短信验证码"}
        </Button>
      </Flex>
    </Form.Item>
  );
}
