import { PageHead } from "../../components/page-head.tsx";

export function RegisterPersonPage() {
  return <PageHead title="人员注册" />;
}
