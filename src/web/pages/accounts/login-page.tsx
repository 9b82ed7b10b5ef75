import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { logIn, type SessionView } from "../../../shared/contracts/accounts.ts";
import { identityNumber } from "../../../shared/contracts/fields.ts";
import { loginRoleNames, type LoginRole } from "../../../shared/modules.ts";
import { callApi } from "../../api.ts";
import { CaptchaField, useCaptcha } from "../../components/captcha-field.tsx";
import { ErrorSummary } from "../../components/error-summary.tsx";
import { ruleOf } from "../../components/field-rules.ts";
import { useFormSubmission } from "../../components/form-submission.ts";
import { PublicCard } from "../../components/public-shell.tsx";
import { useSession } from "../../session.tsx";
import { loginPrompt } from "./login-prompt.tsx";
import { RoleChoice } from "./role-choice.tsx";

interface LoginValues {
  idNumber: string;
  password: string;
  captchaText: string;
}

const labels = { role: "登录角色", idNumber: "登录账户", password: "密码", captchaText: "验证码" };

/** 登录: role, ID number, password, captcha; each refusal in the guide's words with the way out (LOG-01 – LOG-12). */
export function LoginPage() {
  const [params] = useSearchParams();
  const [role, setRole] = useState<LoginRole>(roleFrom(params.get("role")));
  const [form] = Form.useForm<LoginValues>();
  const captcha = useCaptcha();
  const { refresh } = useSession();
  const navigate = useNavigate();
  const submission = useFormSubmission<LoginValues>({
    form,
    formName: "login",
    labels,
    send: async (values) => {
      const session = await callApi(logIn, { role, ...values, captchaId: captcha.id });
      await refresh();
      await navigate(afterLogin(session, params.get("next")), { replace: true });
    },
    onRefused: () => {
      captcha.refresh();
      form.resetFields(["captchaText"]);
    },
  });
  const prompt = loginPrompt(submission.error, role);
  return (
    <PublicCard title="登录" hint="请选择注册时的角色，登录账户为身份证号码。">
      <SessionNotice lost={params.get("next") !== null} />
      {prompt ?? <ErrorSummary problems={submission.problems} />}
      <Form
        form={form}
        name="login"
        layout="vertical"
        size="large"
        requiredMark={false}
        onFinish={submission.submit}
        onFinishFailed={submission.refuse}
      >
        <RoleChoice value={role} onChange={setRole} />
        <Form.Item name="idNumber" label="登录账户" rules={ruleOf(identityNumber, "请输入身份证号码")}>
          <Input autoComplete="username" maxLength={18} placeholder="18位身份证号码" />
        </Form.Item>
        <Form.Item name="password" label="密码" rules={[{ required: true, message: "请输入密码" }]}>
          <Input.Password autoComplete="current-password" maxLength={72} placeholder="请输入密码" />
        </Form.Item>
        <CaptchaField captcha={captcha} />
        <Button type="primary" htmlType="submit" block loading={submission.busy}>
          登录
        </Button>
      </Form>
      <nav className="form-links" aria-label="登录帮助">
        <Link to="/registration-progress">注册审核进度查询</Link>
        <Link to="/forgotten-password">忘记登录密码</Link>
        <Link to="/help#q-operation-8">无法登录？</Link>
      </nav>
    </PublicCard>
  );
}

function SessionNotice({ lost }: { lost: boolean }) {
  if (!lost) return null;
  return (
    <Alert type="info" showIcon title="请登录后继续，登录后将回到刚才的页面" style={{ marginBottom: 16 }} />
  );
}

function roleFrom(text: string | null): LoginRole {
  return loginRoleNames.find((name) => name === text) ?? "professional";
}

/** Only a path of our own: an address elsewhere in `next` would make the login page a trap. */
function afterLogin(session: SessionView, next: string | null): string {
  const safe = next !== null && /^\/(?![/\\])/.test(next) ? next : "/workspace";
  return session.mustChangePassword ? `/change-password?next=${encodeURIComponent(safe)}` : safe;
}
