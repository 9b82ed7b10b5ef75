import { PageHead } from "../../components/page-head.tsx";

export function ChangePasswordPage() {
  return <PageHead title="修改密码" />;
}
