import { PageHead } from "../../components/page-head.tsx";

export function LoginPage() {
  return <PageHead title="登录" />;
}
