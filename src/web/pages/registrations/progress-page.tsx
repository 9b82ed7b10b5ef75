import { PageHead } from "../../components/page-head.tsx";

export function ProgressPage() {
  return <PageHead title="注册审核进度查询" />;
}
