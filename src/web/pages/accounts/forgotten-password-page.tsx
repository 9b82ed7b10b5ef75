import { PageHead } from "../../components/page-head.tsx";

export function ForgottenPasswordPage() {
  return <PageHead title="忘记登录密码" />;
}
