import { PageHead } from "../../components/page-head.tsx";

export function RegisterOrganizationPage() {
  return <PageHead title="单位注册" />;
}
