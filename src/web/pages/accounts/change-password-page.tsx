import { Alert, App, Button, Form, Input } from "antd";
import { Navigate, useNavigate, useSearchParams } from "react-router";
import { changePassword } from "../../../shared/contracts/accounts.ts";
import { callApi } from "../../api.ts";
import { useFormSubmission } from "../../components/form-submission.ts";
import { SubmissionForm } from "../../components/submission-form.tsx";
import { PublicCard } from "../../components/public-shell.tsx";
import { useSession } from "../../session.tsx";
import { PasswordFields } from "./password-fields.tsx";

interface PasswordValues {
  oldPassword: string;
  newPassword: string;
  confirmation: string;
}

const labels = { oldPassword: "原始密码", newPassword: "新密码", confirmation: "确认新密码" };

/** 修改密码 with the old one (PWD-01); after a reset or an import nothing else can be done before it (PWD-08). */
export function ChangePasswordPage() {
  const { session, loading, refresh, logOut } = useSession();
  const [params] = useSearchParams();
  const [form] = Form.useForm<PasswordValues>();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const next = params.get("next") ?? "/workspace";
  const submission = useFormSubmission<PasswordValues>({
    form,
    formName: "password",
    labels,
    send: async ({ oldPassword, newPassword }) => {
      await callApi(changePassword, { oldPassword, newPassword });
      const renewed = await refresh();
      void message.success("密码已修改");
      await navigate(renewed === null ? "/login" : safePath(next), { replace: true });
    },
  });
  if (loading) return null;
  if (session === null) return <Navigate to="/login?next=/change-password" replace />;
  const forced = session.mustChangePassword;
  const leave = async () => {
    await navigate("/");
    await logOut();
  };
  return (
    <PublicCard title="修改密码" hint={`当前账号：${session.name}（${session.maskedIdNumber}）`}>
      {forced && (
        <Alert
          type="warning"
          showIcon
          title="当前为初始密码，只能使用一次。请设置新密码后继续。"
          style={{ marginBottom: 16 }}
        />
      )}
      <SubmissionForm submission={submission} form={form} name="password">
        <Form.Item
          name="oldPassword"
          label="原始密码"
          rules={[{ required: true, message: "请输入原始密码" }]}
        >
          <Input.Password autoComplete="current-password" maxLength={72} />
        </Form.Item>
        <PasswordFields />
        <div className="form-actions">
          <Button type="primary" htmlType="submit" loading={submission.busy}>
            保存
          </Button>
          {forced ? (
            <Button onClick={() => void leave()}>退出登录</Button>
          ) : (
            <Button onClick={() => void navigate(-1)}>返回</Button>
          )}
        </div>
      </SubmissionForm>
    </PublicCard>
  );
}

function safePath(next: string): string {
  return /^\/(?![/\\])/.test(next) ? next : "/workspace";
}
