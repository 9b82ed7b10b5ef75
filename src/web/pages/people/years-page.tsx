import { PageHead } from "../../components/page-head.tsx";

export function YearsPage() {
  return <PageHead title="年度完成情况" />;
}
